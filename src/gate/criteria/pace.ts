import type { GateCase } from './gate-case.ts';

const DAY_MS = 86_400_000;
/** What an hour shows is no rate of days. */
const ELAPSED_MIN_DAYS = 1;

/** Days since the first call that counts; 0 where there is none. */
export function elapsedDays({ evidence, now }: GateCase): number {
  const { first } = evidence.days;
  return first === null ? 0 : Math.max(0, now - first) / DAY_MS;
}

export const daysBetween = (first: number, last: number): number => (last - first) / DAY_MS;

/**
 * How many whole days it takes until there are `missing` more of what there are `seen` of, if they go on coming as they came.
 *
 * @returns `undefined` where none came yet, or where no more will come: the journal is under another policy by now
 */
export function daysUntil(at: GateCase, missing: number, seen: number): number | undefined {
  if (seen === 0 || !isCollecting(at) || !Number.isFinite(missing)) return undefined;
  return Math.ceil((missing * Math.max(ELAPSED_MIN_DAYS, elapsedDays(at))) / seen);
}

/** The same of what comes only on some days of the week, `seen` of it on `onDays` of them, of which there are `inSeven`. */
export function daysUntilOn(
  at: GateCase,
  missing: number,
  seen: number,
  onDays: number,
  inSeven: number,
): number | undefined {
  if (seen === 0 || !isCollecting(at)) return undefined;
  return Math.ceil((Math.ceil((missing * Math.max(1, onDays)) / seen) * 7) / inSeven);
}

export function isCollecting({ evidence }: GateCase): boolean {
  return evidence.basis.until === null;
}
