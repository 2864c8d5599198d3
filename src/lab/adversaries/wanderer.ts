import fc from 'fast-check';
import type { Adversary, Move } from './adversary.ts';
import type { Agent } from '../../engine/policy.ts';
import { act, present, shown, type Errand } from './errand.ts';
import { errands } from './picks.ts';
import { DETOURS, type Detour } from './wanderer/detours.ts';

/** Who may do one thing tries everything else, and other ways to the same. */
export const wanderer: Adversary = {
  name: 'wanderer',
  title: 'Calls what nobody meant it to call: other methods, paths beside its own, second ways to the same effect.',
  moves(ground) {
    const { agents, operations } = ground;
    if (operations.length === 0 || agents.length === 0) return [];
    return [
      fc
        .tuple(errands(ground, operations), fc.nat({ max: agents.length - 1 }), fc.nat({ max: DETOURS.length - 1 }))
        .map(([errand, who, detour]) =>
          wandered({ ...errand, agent: agents[who] as Agent }, DETOURS[detour] as Detour),
        ),
    ];
  },
};

function wandered(errand: Errand, detour: Detour): Move {
  return {
    run(arena) {
      const one = present(arena, errand);
      const request = detour.take(one.request);
      if (request !== undefined) act(arena, { ...one, request });
    },
    toString: () => `wanderer: ${shown(errand)} ${detour.name}`,
  };
}
