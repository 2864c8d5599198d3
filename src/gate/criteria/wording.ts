import type { Ppm } from '../../std/share.ts';

const WHOLE_PPM = 1_000_000;
const PPM_PER_PERCENT = 10_000;

/** `1 session`, `2,000 sessions` */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${whole(count)} ${count === 1 ? one : many}`;

/** 2000 → `2,000` */
export const whole = (count: number): string => count.toLocaleString('en-US');

/** A share in millionths as one of 1. */
export const ofOne = (ppm: Ppm): number => ppm / WHOLE_PPM;

/** Of 1, as far as a person reads it, rounded to the side on which it promises less: an upper bound up, a lower one down. */
export const percentAtMost = (share: number): string => `${rounded(Math.ceil, share)}%`;
export const percentAtLeast = (share: number): string => `${rounded(Math.floor, share)}%`;
/** What is no bound. */
export const percent = (share: number): string => `${rounded(Math.round, share)}%`;

/** Thousandths of a percent. What a float misses of an exact share must not become another one. */
function rounded(to: (value: number) => number, share: number): number {
  const thousandths = share * 100_000;
  const nearest = Math.round(thousandths);
  return (Math.abs(thousandths - nearest) < 1e-6 ? nearest : to(thousandths)) / 1_000;
}

/** A difference of shares, with its side: `0.43 points short`. Never nothing where there is something. */
export function points(spare: number, isEnough = spare >= 0): string {
  const size = Math.abs(spare) * 100;
  const shown = size >= 0.1 ? Number(size.toFixed(2)) : Number(size.toPrecision(1));
  return `${shown} ${shown === 1 ? 'point' : 'points'} ${isEnough ? 'to spare' : 'short'}`;
}

/** 0.95 → `95%` */
export const confidenceText = (confidence: number): string => `${Number((confidence * 100).toFixed(4))}%`;

export const shareText = (ppm: Ppm): string => `${ppm / PPM_PER_PERCENT}%`;

/** `a`, `a and b`, `a, b and 3 more` */
export function listed(names: readonly string[], most = 3): string {
  if (names.length <= most)
    return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}
