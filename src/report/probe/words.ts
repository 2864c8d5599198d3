import type { Approach } from '../../lab/probe/nearness.ts';
import type { AskedCalls, NeverApproach } from '../../lab/probe/nearness/never.ts';
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

/** `over 50: came to 4 (8.0 %) by walker; never approached. Of the calls that could do it 312 were let through, 40 were stopped, mostly by `bot.rates[0]`` */
export function neverWords({ limit, came, share, by, calls, outOfReach }: NeverApproach): string {
  const whose = by === null ? '' : ` by ${by}`;
  const near =
    limit === null || share === null
      ? 'none at all: came to none'
      : `over ${limit}: came to ${came} (${percent(share)})${whose}`;
  if (outOfReach)
    return `${near}; cannot be broken here: the mock businesses hold too little. That it held says nothing`;
  const far = share !== null && share < APPROACHED ? '; never approached' : '';
  return `${near}${far}. ${askedWords(calls)}`;
}

/** Where the calls went that could do it: what a person has to look at where a rule was not approached. */
function askedWords({ through, stopped, mostlyBy }: AskedCalls): string {
  if (through + stopped === 0) return 'No adversary made a call that could do it: that it held says nothing';
  const most = mostlyBy === null ? '' : `, mostly by \`${mostlyBy}\``;
  if (through === 0) return `Each of ${whole(stopped)} calls that could do it was stopped${most}`;
  if (stopped === 0) return `All ${whole(through)} calls that could do it were let through: nothing held them back`;
  return `Of the calls that could do it ${whole(through)} were let through and ${whole(stopped)} stopped${most}`;
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
  interrupted: 'It was interrupted.',
  'nothing to do':
    'No adversary has anything to do under this policy: its agents are allowed no route of these worlds.',
};

export function endingWords({ ended }: ProbeResult): string {
  return ENDINGS[ended];
}
