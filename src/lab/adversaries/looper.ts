import fc from 'fast-check';
import type { Adversary, Move } from './adversary.ts';
import { act, instead, isStopped, shown, type Errand } from './errand.ts';
import { mainOf } from './fill.ts';
import { among, errands, times } from './picks.ts';

/** More than a trigger that means a loop is likely to wait for. */
const TIMES_MAX = 600;
/** Between two calls: none, or as fast as loops with a sleep in them are. */
const GAPS_MS = [0, 1, 100, 1_000, 10_000];

/** A program that does not notice that it did it already. */
export const looper: Adversary = {
  name: 'looper',
  title: 'Makes the same call again and again, or the same operation on one thing after the other.',
  moves(ground) {
    const { operations } = ground;
    if (operations.length === 0) return [];
    return [
      fc
        .tuple(errands(ground, operations), times(TIMES_MAX), among(GAPS_MS), among(['the same', 'the next'] as const))
        .map(([errand, count, gapMs, subject]) => loop(errand, count, gapMs, subject)),
    ];
  },
};

function loop(errand: Errand, count: number, gapMs: number, subject: 'the same' | 'the next'): Move {
  const { choice } = errand;
  const ids = subject === 'the same' ? 1 : idsOf(errand);
  return {
    run(arena) {
      for (let time = 0; time < count; time += 1) {
        if (time > 0 && gapMs > 0) arena.wait(gapMs);
        const one = ids === 1 ? errand : instead(errand, { subject: (choice.subject + time) % ids });
        if (isStopped(act(arena, one))) return;
      }
    },
    toString: () => `looper: ${shown(errand)} ×${count}${ids === 1 ? '' : ', each time the next'}${every(gapMs)}`,
  };
}

/** How many different things it can be about. */
function idsOf({ ground, operation }: Errand): number {
  const field = operation.fields[mainOf(operation) ?? ''];
  return field?.kind === 'id' ? Math.max(1, ground.ids[field.of]?.length ?? 0) : 1;
}

function every(gapMs: number): string {
  return gapMs === 0 ? '' : ` every ${gapMs} ms`;
}
