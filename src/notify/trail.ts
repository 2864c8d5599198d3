import { formatMicros, type Currency, type Micros } from '../std/money.ts';
import type { TrailCall } from '../journal/index.ts';
import { plain } from './plain.ts';

/** Enough to recognise a customer by; the journal has the rest. */
const SUBJECTS_SHOWN = 5;
const SUBJECT_LENGTH_MAX = 80;
const ROUTES_SHOWN = 3;

/** `990.00 USD in 99 calls: create_refund ×99`: what an agent was let do, of the calls that a freeze remembers. */
export function allowedInMoney(trail: readonly TrailCall[]): string {
  const allowed = trail.filter(({ verdict }) => verdict === 'allow');
  const captured = trail.filter(({ verdict }) => verdict === 'capture');
  const unsent = captured.length === 0 ? '' : `; captured and never sent: ${moneyIn(captured)}`;
  if (allowed.length === 0) return `nothing, of its last ${calls(trail.length)}${unsent}`;
  return `${moneyIn(allowed)}, of its last ${trail.length}: ${routesOf(allowed)}${unsent}`;
}

function moneyIn(trail: readonly TrailCall[]): string {
  const sums = sumsOf(trail);
  return `${sums.length === 0 ? 'no money' : sums.join(' + ')} in ${calls(trail.length)}`;
}

/** The subjects touched last, the latest first. */
export function lastSubjects(trail: readonly TrailCall[]): string | undefined {
  const subjects = new Set(trail.toReversed().flatMap(({ subject }) => subject ?? []));
  if (subjects.size === 0) return undefined;
  const shown = [...subjects].slice(0, SUBJECTS_SHOWN).map((subject) => plain(subject, SUBJECT_LENGTH_MAX));
  const more = subjects.size - shown.length;
  return shown.join(', ') + (more > 0 ? `, and ${more} before` : '');
}

function sumsOf(trail: readonly TrailCall[]): readonly string[] {
  const sums = new Map<Currency, Micros>();
  for (const { amount } of trail) {
    const money = amount === null ? undefined : moneyOf(amount);
    if (money !== undefined) sums.set(money.currency, (sums.get(money.currency) ?? 0n) + money.micros);
  }
  return [...sums].map(([currency, micros]) => `${formatMicros(micros, currency)} ${currency}`);
}

/** `12.345678 USD` back to micros; it may have more decimals than a person would write. */
function moneyOf(amount: string): { readonly micros: Micros; readonly currency: Currency } | undefined {
  const match = /^(-?)(\d+)(?:\.(\d{1,6}))? ([A-Z]{3})$/.exec(amount);
  if (match === null) return undefined;
  const [, sign, units = '', decimals = '', currency = ''] = match;
  const micros = BigInt(units + decimals.padEnd(6, '0'));
  return { micros: sign === '-' ? -micros : micros, currency };
}

function routesOf(trail: readonly TrailCall[]): string {
  const counts = new Map<string, number>();
  for (const { route } of trail) counts.set(route, (counts.get(route) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, ROUTES_SHOWN).map(([route, count]) => (count === 1 ? route : `${route} ×${count}`));
  return shown.join(', ') + (sorted.length > ROUTES_SHOWN ? ', …' : '');
}

function calls(count: number): string {
  return count === 1 ? '1 call' : `${count} calls`;
}
