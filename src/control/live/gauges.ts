import type { Instant } from '../../std/clock.ts';
import { formatMicros, formatMoney, minorDigits } from '../../std/money.ts';
import type { Fill, Level } from '../../engine/guard.ts';
import type { Gauge } from '../contract/overview.ts';

/** How fast a limit fills, and when it will be used up; both `null` where it does not, or nobody has looked long enough. */
export interface Pace {
  readonly perMinute: number;
  readonly emptyInMs: number | null;
}

/** A level as a person reads it. */
export function gauge(level: Level, pace: Pace | undefined, at: Instant): Gauge {
  const { guard, rule, routes, limit, windowMs, freesAt, fill, note } = level;
  return {
    guard,
    rule,
    routes: routes === 'all' ? null : [...routes],
    unit: fill.unit,
    limit,
    used: used(level),
    remaining: level.remaining,
    share: Math.round(shareOf(fill) * 10_000) / 10_000,
    windowMs,
    freesAt: freesAt > at && usedOf(fill) > 0 ? new Date(freesAt).toISOString() : null,
    perMinute: pace === undefined ? null : perMinute(fill, pace.perMinute),
    emptyInMs: pace?.emptyInMs ?? null,
    ...(note !== undefined && { note }),
  };
}

export function usedOf({ used: value }: Fill): number {
  return Number(value);
}

function shareOf({ limit, used: value }: Fill): number {
  // A limit of nothing is full from the start.
  return Number(limit) === 0 ? 1 : Number(value) / Number(limit);
}

function used({ fill }: Level): string {
  if (fill.unit === 'money') return formatMoney({ micros: fill.used, currency: fill.currency });
  return fill.unit === 'calls' ? String(fill.used) : `${Math.round(fill.used * 1_000) / 10}%`;
}

function perMinute(fill: Fill, pace: number): string {
  if (fill.unit !== 'money') return pace < 10 ? String(Math.round(pace * 10) / 10) : String(Math.round(pace));
  // Whole cents, unless there would be none.
  const cent = 10 ** (6 - minorDigits(fill.currency));
  const micros = pace < cent ? Math.round(pace) : Math.round(pace / cent) * cent;
  return `${formatMicros(BigInt(micros), fill.currency)} ${fill.currency}`;
}
