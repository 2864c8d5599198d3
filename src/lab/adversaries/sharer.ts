import fc from 'fast-check';
import { unreachable } from '../../std/assert.ts';
import type { Adversary, Move } from './adversary.ts';
import { act, instead, shown, type Errand } from './errand.ts';
import { errands, waits } from './picks.ts';

/** What is many where the policy thought of one. */
const MANY = ['sessions', 'tokens of one task', 'tasks', 'agents'] as const;
type Many = (typeof MANY)[number];

const HANDS_MAX = 8;
const EACH_MAX = 6;

/** A limit that everybody has for himself is no limit for all of them. */
export const sharer: Adversary = {
  name: 'sharer',
  title: 'Works with many sessions on one token, many tokens of one agent, or several agents with the same right.',
  moves(ground) {
    const rights = ground.operations.filter(({ allowed }) => allowed.length > 0);
    if (rights.length === 0) return [];
    return [
      fc
        .record({
          errand: errands(ground, rights),
          many: fc.nat({ max: MANY.length - 1 }).map((at) => MANY[at] as Many),
          hands: fc.integer({ min: 2, max: HANDS_MAX }),
          each: fc.integer({ min: 1, max: EACH_MAX }),
          spread: fc.boolean(),
          gap: waits(ground),
          lastsMs: fc.nat({ max: 2 }).map((seconds) => seconds * 1_000),
        })
        .map(({ errand, ...share }) => shared(errand, share)),
    ];
  },
};

interface Share {
  readonly many: Many;
  readonly hands: number;
  /** Calls of each. */
  readonly each: number;
  /** Whether each call is about another thing. */
  readonly spread: boolean;
  readonly gap: number;
  readonly lastsMs: number;
}

function shared(errand: Errand, { many, hands, each, spread, gap, lastsMs }: Share): Move {
  const { choice } = errand;
  return {
    run(arena) {
      for (let call = 0; call < hands * each; call += 1) {
        // One after the other in turn, so that all of them are there from the beginning.
        const hand = call % hands;
        if (hand === 0 && call > 0 && gap > 0) arena.wait(gap);
        const subject = spread ? choice.subject + call : choice.subject;
        act(arena, handed(instead(errand, { subject }), many, hand), lastsMs === 0 ? {} : { lastsMs });
      }
    },
    toString: () =>
      `sharer: ${shown(errand)} by ${hands} ${many}, ${each} times each${spread ? ' about one thing after the other' : ''}, ${gap} ms between rounds`,
  };
}

function handed(errand: Errand, many: Many, hand: number): Errand {
  switch (many) {
    case 'sessions':
      return { ...errand, session: hand + 1 };
    case 'tokens of one task':
      return { ...errand, copy: hand + 1 };
    case 'tasks':
      return { ...errand, token: hand };
    case 'agents':
      return instead(errand, { agent: hand });
    default:
      return unreachable(many);
  }
}
