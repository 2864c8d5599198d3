import type { Instant } from '../../std/clock.ts';
import { minorDigits, type Money } from '../../std/money.ts';
import type { Intent } from '../intents/intent.ts';
import type { Stratum } from './model.ts';

/** In units of a currency with two decimals; one without any has a hundred times as many units for the same worth. */
const BANDS = [10n, 100n, 1_000n, 10_000n] as const;
const MICROS_PER_UNIT = 1_000_000n;
const USUAL_DIGITS = 2;

export type DaysOf = (at: Instant) => Stratum['days'];

/** Whether it was a weekday somewhere; a time zone's weekday depends on the zone alone, never on the machine. */
export function daysIn(timeZone: string): DaysOf {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short' });
  return (at) => (['Sat', 'Sun'].includes(format.format(at)) ? 'weekend' : 'weekday');
}

export function stratumOf({ route, amount, at, verdict }: Intent, anomalous: boolean, daysOf: DaysOf): Stratum {
  return { route, amount: amount === null ? 'none' : bandOf(amount), days: daysOf(at), verdict, anomalous };
}

/** `< 10 USD`, `10–100 USD`, … `≥ 10000 USD` */
export function bandOf(amount: Money): string {
  return bandName(placeOf(amount), amount.currency);
}

/** The bands from one amount's to another's, the smallest first. */
export function bandsBetween(low: Money, high: Money): readonly string[] {
  const [first, last] = [placeOf(low), placeOf(high)];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => bandName(first + index, low.currency));
}

/** In units of the currency. */
function boundsOf(currency: string): readonly bigint[] {
  const scale = 10n ** BigInt(Math.max(0, USUAL_DIGITS - minorDigits(currency)));
  return BANDS.map((bound) => bound * scale);
}

/** How many of the bounds an amount reaches, whatever its sign. */
function placeOf({ micros, currency }: Money): number {
  const size = micros < 0n ? -micros : micros;
  return boundsOf(currency).filter((bound) => size >= bound * MICROS_PER_UNIT).length;
}

function bandName(place: number, currency: string): string {
  const bounds = boundsOf(currency);
  if (place === 0) return `< ${bounds[0]} ${currency}`;
  if (place === bounds.length) return `≥ ${bounds.at(-1)} ${currency}`;
  return `${bounds[place - 1]}–${bounds[place]} ${currency}`;
}

/** One order of strata on every machine. */
export function stratumKey({ route, amount, days, verdict, anomalous }: Stratum): string {
  return JSON.stringify([route, amount, days, verdict, anomalous]);
}
