import type { MeantMoney } from '../../evidence/shadow/intents.ts';
import { localText } from '../../evidence/shadow/series.ts';
import type { Instant } from '../../std/clock.ts';
import { formatMoney, type Money } from '../../std/money.ts';
import { grouped } from '../page/amounts.ts';

export const moneyText = (money: Money): string => grouped(formatMoney(money));

/** `8,896.95 USD and 762.65 EUR`; `no money` where there is none. */
export function moneysText(moneys: readonly Money[]): string {
  return moneys.length === 0 ? 'no money' : listed(moneys.map(moneyText));
}

export const sumsText = (moneys: readonly MeantMoney[]): string => moneysText(moneys.map(({ sum }) => sum));

export function listed(parts: readonly string[], last = 'and'): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} ${last} ${parts.at(-1) ?? ''}`;
}

/** `12 %`; a share that is not zero never reads as zero, nor one that is not all as all. */
export function shareText(part: number, whole: number): string {
  if (whole === 0) return 'none';
  const share = (100 * part) / whole;
  if (part > 0 && share < 0.1) return 'under 0.1 %';
  if (part < whole && share > 99.9) return 'over 99.9 %';
  return `${share >= 10 || Number.isInteger(share) ? (part < whole ? Math.min(Math.round(share), 99) : Math.round(share)) : share.toFixed(1)} %`;
}

export const minuteText = (at: Instant, timeZone: string): string => localText(at, timeZone).slice(0, 16);

/** `3 h 20 min`: a length of time as a person says it. */
export function lengthText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (minutes < 2) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  if (minutes < 120) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`;
  return `${Math.round(minutes / 1_440)} days`;
}

/** Micro-units as another command's JSON has them; what is no number is shown as it came. */
export const jsonMoneyText = (micros: string, currency: string): string =>
  /^-?\d+$/.test(micros) ? moneyText({ micros: BigInt(micros), currency }) : `${micros} ${currency}`;

/** An amount on the scale of a chart: `1.5k USD`. */
export function shortMoney(micros: number, currency: string): string {
  const units = micros / 1e6;
  const [scaled, suffix] =
    units >= 1e9
      ? [units / 1e9, 'bn']
      : units >= 1e6
        ? [units / 1e6, 'm']
        : units >= 1e4
          ? [units / 1e3, 'k']
          : [units, ''];
  return `${grouped(String(Number(scaled.toFixed(scaled >= 100 ? 0 : 2))))}${suffix}\u00A0${currency}`;
}
