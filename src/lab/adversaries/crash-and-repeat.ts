import fc from 'fast-check';
import type { Arena, CallOptions } from '../probe/arena.ts';
import type { Adversary, Move } from './adversary.ts';
import { look, shown, write, type Errand } from './errand.ts';
import { among, errands, waits, writesOf } from './picks.ts';

const REPEATS_MAX = 4;
const UNDER_WAY_MS = 10_000;
/** Where the write stands when the door dies, the simplest first. Whatever the business does of it, it has done. */
const STANDS: readonly (readonly [string, CallOptions])[] = [
  ['under way', { lastsMs: UNDER_WAY_MS }],
  ['answered', {}],
  ['without an answer', { lastsMs: UNDER_WAY_MS, fault: { kind: 'hang', commit: true } }],
  ['lost', { fault: { kind: 'reset', when: 'after' } }],
  ['failed', { fault: { kind: 'status', status: 503 } }],
  ['broken off and done', { fault: { kind: 'crash', when: 'after' } }],
];
/** Steps between which the door can die: look, write, wait, repeat. One bit each. */
const BREAKS = { afterLook: 1, afterWrite: 2, afterWait: 4, afterRepeat: 8 } as const;
const BREAKS_ALL = 15;

/** The door dies at the worst moment, and the agent begins anew. */
export const crashAndRepeat: Adversary = {
  name: 'crash-and-repeat',
  title: 'Restarts the door while a write is under way, or between any two steps, and repeats it.',
  moves(ground) {
    const writes = writesOf(ground);
    if (writes.length === 0) return [];
    return [
      fc
        .record({
          errand: errands(ground, writes),
          stands: among(STANDS),
          waitMs: waits(ground),
          // Shrinks to one restart right behind the write, and then to none.
          restarts: fc.nat({ max: BREAKS_ALL }).map((bits) => bits ^ BREAKS.afterWrite),
          repeats: fc.integer({ min: 1, max: REPEATS_MAX }),
          approved: fc.nat({ max: 3 }).map((n) => n === 3),
        })
        .map(({ errand, ...how }) => crashing(errand, how)),
    ];
  },
};

interface Crash {
  readonly stands: (typeof STANDS)[number];
  readonly waitMs: number;
  readonly restarts: number;
  readonly repeats: number;
  /** A human lets through what waits for one. */
  readonly approved: boolean;
}

function crashing(errand: Errand, { stands, waitMs, restarts, repeats, approved }: Crash): Move {
  const [name, options] = stands;
  const may = (arena: Arena, at: number): void => {
    if ((restarts & at) !== 0) arena.restart();
  };
  return {
    run(arena) {
      look(arena, errand);
      may(arena, BREAKS.afterLook);
      const first = write(arena, errand, options);
      if (approved && first.verdict === 'hold') arena.approve(errand.agent.id);
      may(arena, BREAKS.afterWrite);
      if (waitMs > 0) arena.wait(waitMs);
      may(arena, BREAKS.afterWait);
      for (let time = 0; time < repeats; time += 1) {
        look(arena, errand);
        write(arena, errand, time === repeats - 1 ? {} : options);
        may(arena, BREAKS.afterRepeat);
      }
    },
    toString: () =>
      `crash-and-repeat: ${shown(errand)} ${name}, restarts ${restarts.toString(2).padStart(4, '0')}, ` +
      `${waitMs} ms later again ×${repeats}`,
  };
}
