/** A share in millionths: 5 % is 50,000. Whole numbers, so that "at least 5 % of 20" has one answer. */
export type Ppm = number;

export const WHOLE_PPM = 1_000_000;
const PPM_PER_PERCENT = 10_000;
const PATTERN = /^(\d{1,3})(?:\.(\d{1,4}))?%$/;

export const SHARE_FORM = 'a share above 0% and at most 100%: 5%, 0.5%';

/** `"5%"` → 50000. `undefined` when the text is not {@link SHARE_FORM}. */
export function parseShare(text: string): Ppm | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const ppm = Number(match[1]) * PPM_PER_PERCENT + Number((match[2] ?? '').padEnd(4, '0'));
  return ppm > 0 && ppm <= WHOLE_PPM ? ppm : undefined;
}

/** 50000 → `"5%"` */
export function formatShare(ppm: Ppm): string {
  return `${ppm / PPM_PER_PERCENT}%`;
}

/** 31 of 60 → `"52%"`, rounded for people; never part of a decision. */
export function shownShare(part: number, whole: number): string {
  return `${whole === 0 ? 0 : Math.round((part / whole) * 100)}%`;
}

/** Whether `part` is at least this share of `whole`. Exact below 2^53 / 10^6 of either. */
export function reaches(part: number, whole: number, ppm: Ppm): boolean {
  return part * WHOLE_PPM >= whole * ppm;
}

/** The most whole things that are within this share of `whole`. */
export function wholeWithin(whole: number, ppm: Ppm): number {
  return Math.floor((whole * ppm) / WHOLE_PPM);
}
