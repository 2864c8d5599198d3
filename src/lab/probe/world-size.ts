import { unreachable } from '../../std/assert.ts';
import type { NeverRule } from '../../policy/never.ts';

/** Few, so that calls meet each other. */
const WORLD_SIZE_MIN = 4;
/** A run begins with a fork of every business: what is larger makes a search slow. */
const WORLD_SIZE_MAX = 120;
/** A shipped business has more than this to give back for each of its customers, in any currency it takes. */
const MICROS_EACH = 100_000_000n;

/** A `never` rule that no run can break, for the businesses hold too little. */
interface OutOfReach {
  readonly rule: string;
  readonly text: string;
}

/**
 * How much there is in the businesses: as little as lets every `never` rule be broken. Who deletes four customers of four never
 * deletes more than ten, and a search would say that it held.
 *
 * A rule that names payees knows the businesses as they are: in larger ones there is more than it names.
 */
export function worldSize(never: readonly NeverRule[]): {
  readonly size: number;
  readonly outOfReach: readonly OutOfReach[];
} {
  if (never.some(({ kind }) => kind === 'payees')) return { size: WORLD_SIZE_MIN, outOfReach: [] };
  const wanted = never.map((rule) => ({ rule, size: sizeFor(rule) }));
  const size = Math.min(WORLD_SIZE_MAX, Math.max(WORLD_SIZE_MIN, ...wanted.map((one) => one.size)));
  const outOfReach = wanted.filter((one) => one.size > size).map(({ rule: { rule, text } }) => ({ rule, text }));
  return { size, outOfReach };
}

/** One more of everything than the rule allows. */
function sizeFor(rule: NeverRule): number {
  switch (rule.kind) {
    case 'effects':
    case 'reads':
      return rule.each === 'subject' ? 0 : rule.over + 1;
    case 'money':
      return rule.each === 'subject'
        ? 0
        : Math.max(0, ...rule.over.map(({ micros }) => Number(micros / MICROS_EACH) + 1));
    case 'requests':
    case 'payees':
      return 0;
    default:
      return unreachable(rule);
  }
}
