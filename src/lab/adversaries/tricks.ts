import fc from 'fast-check';
import type { Adversary, Move } from './adversary.ts';
import { act, instead, present, shown, type Errand } from './errand.ts';
import { amountIn, amountsFor, currencyFor } from './amounts.ts';
import type { Ground, Operation } from './ground.ts';
import { plain } from './ground/write-request.ts';
import { errands } from './picks.ts';
import { foreignMoves } from './tricks/foreign.ts';
import { tricksOf, type Trick } from './tricks/table.ts';

const TIMES_MAX = 4;

/** A request that says one thing to the door and another to the business moves money that nobody counted. */
export const tricks: Adversary = {
  name: 'tricks',
  title: 'Writes amounts and currencies in ways that two readers read differently, or leaves them out.',
  moves(ground) {
    const moving = ground.operations.filter(
      ({ amountAt, effect, allowed }) => allowed.length > 0 && (amountAt !== undefined || effect === 'money'),
    );
    if (moving.length === 0) return [];
    const tables = new Map(moving.map((operation) => [operation, tricksOf(operation)]));
    return [
      fc
        .tuple(
          errands(ground, moving),
          fc.nat({ max: 255 }),
          fc.nat({ max: 255 }),
          fc.integer({ min: 1, max: TIMES_MAX }),
          fc.boolean(),
        )
        .map(([errand, which, larger, times, spread]) => {
          const table = tables.get(errand.operation) as readonly Trick[];
          return tricked(errand, table[which % table.length] as Trick, { larger, times, spread });
        }),
      ...foreignMoves(ground, moving),
    ];
  },
};

/** @param spread whether each of the calls is about another thing */
function tricked(
  errand: Errand,
  trick: Trick,
  { larger, times, spread }: { readonly larger: number; readonly times: number; readonly spread: boolean },
): Move {
  const { ground, operation, choice } = errand;
  return {
    run(arena) {
      for (let time = 0; time < times; time += 1) {
        const one = present(arena, time > 0 && spread ? instead(errand, { subject: choice.subject + time }) : errand);
        const { values, request } = one;
        act(arena, {
          ...one,
          request: trick.play({ operation, values, request, larger: largerIn(ground, operation, larger) }),
        });
      }
    },
    toString: () =>
      `tricks: ${shown(errand)}, ${trick.name}, ${times} times${spread ? ' about one thing after the other' : ''}`,
  };
}

/** Another amount of the same field, for whatever stands beside the honest one. */
function largerIn(ground: Ground, operation: Operation, which: number): string {
  const amounts = amountsFor(ground, operation);
  const field = operation.fields[operation.amountAt ?? ''] ?? { kind: 'amount', unit: 'minor' };
  return plain(
    amountIn(field, amounts.at(-1 - (which % amounts.length)) ?? 1_000_000n, currencyFor(ground, operation)),
  );
}
