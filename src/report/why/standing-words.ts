import { unreachable } from '../../std/assert.ts';
import type { StandingTold } from '../../warehouse/why/told.ts';
import { fullTime, person, quoted } from '../../warehouse/why/wording.ts';

/** How an agent came to stand elsewhere: who did what, and why. Texts of people stand in it as they were recorded. */
export interface StandingWords {
  readonly who: string;
  readonly what: string;
  readonly more: string | null;
}

export function standingWords(told: StandingTold): StandingWords {
  const { agent, what, was, stands, by, reason, rule, observed, limit, until } = told;
  const who = by.startsWith('human:') ? person(by) : by.startsWith('watch:') ? `the watch over ${agent}` : 'the door';
  const said = reason === '' ? null : quoted(reason);
  switch (what) {
    case 'promoted':
      return { who, what: `promoted ${agent} to ${stands}`, more: said };
    case 'revoked':
      return { who, what: `took a promotion of ${agent} back; it stands at ${stands}`, more: said };
    case 'lapsed':
      return { who, what: `found that a promotion of ${agent} does not hold; it stands at ${stands}`, more: said };
    case 'demoted': {
      const seen = rule === 'human' || observed === null ? said : `${rule}: ${observed}; the line is ${limit}`;
      return { who, what: `demoted ${agent} from ${was} to ${stands}`, more: seen };
    }
    case 'break_glass':
      return {
        who,
        what: `broke the glass: ${agent} works at ${stands}${untilWords(until)}, having earned ${was}`,
        more: said,
      };
    case 'glass_ended':
      return { who, what: `ended the broken glass: ${agent} stands at ${stands}`, more: said };
    case 'expiring':
      return { who, what: `told that the promotion of ${agent} to ${stands} is good${untilWords(until)}`, more: null };
    default:
      return unreachable(what);
  }
}

const untilWords = (until: number | null): string => (until === null ? '' : ` until ${fullTime(until)}`);

/** `2026-01-02 03:04:05 UTC: ana promoted refunds-bot to limited, “…”` */
export function standingLine(told: StandingTold): string {
  const { who, what, more } = standingWords(told);
  return `${fullTime(told.at)}: ${who} ${what}${more === null ? '' : `, ${more}`}`;
}
