import type { Approach } from '../../lab/probe/nearness.ts';
import type { Ending, ProbeResult } from '../../lab/probe/result.ts';

const DAY_MS = 86_400_000;
const YEAR_DAYS = 365;

export const whole = (count: number): string => Math.round(count).toLocaleString('en');

/** `3.2 years`, `11 days`: how long runs lasted in their own time. */
export function lasted(ms: number): string {
  const days = ms / DAY_MS;
  return days >= YEAR_DAYS ? `${(days / YEAR_DAYS).toFixed(1)} years` : `${days.toFixed(days < 10 ? 1 : 0)} days`;
}

/** Whatever was bounded and came to less than this much of it was hardly tried. */
const APPROACHED = 0.5;

/** `bound 500.00 USD a day; came to 499.50 (99.9 %) by splitter` */
export function nearnessWords({ what, bound, came, share, by, understated }: Approach): string {
  const whose = by === null ? '' : ` by ${by}`;
  if (bound === null) return `nothing bounds ${what}; came to ${came}${whose}`;
  if (understated !== undefined) return `bound ${bound} ${what}; EXCEEDED: ${came} left${whose}; ${understated}`;
  if (share === null) return `bound ${bound} ${what}; came to ${came}`;
  const near = `came to ${came} (${percent(share)})${whose}`;
  return share < APPROACHED ? `bound ${bound} ${what}; never approached: ${near}` : `bound ${bound} ${what}; ${near}`;
}

/** Rounded down: what is not all of it is never called 100 %. */
export function percent(share: number): string {
  return share === 1 ? '100 %' : `${(Math.floor(share * 1_000) / 10).toFixed(1)} %`;
}

const ENDINGS: Readonly<Record<Ending, string>> = {
  found: 'It stopped at the first discovery; `--keep-going` looks for more.',
  'all broken': 'Everything that must never happen happened.',
  runs: 'It made all its runs.',
  time: 'Its time was up.',
  'nothing to do':
    'No adversary has anything to do under this policy: its agents are allowed no route of these worlds.',
};

export function endingWords({ ended }: ProbeResult): string {
  return ENDINGS[ended];
}
