import fc, { type Arbitrary } from 'fast-check';
import type { Move } from '../adversary.ts';
import { act, shown, type Errand } from '../errand.ts';
import type { Ground, Operation } from '../ground.ts';
import { writeRequest } from '../ground/write-request.ts';
import { among, errands } from '../picks.ts';

/** What comes in has to come in before it can go out again. */
const CALLS_MAX = 3;

/**
 * Several calls in one currency, honestly written: what comes in in euros goes out in euros, and a budget that reads every
 * amount as dollars counts something else.
 */
export function foreignMoves(ground: Ground, moving: readonly Operation[]): readonly Arbitrary<Move>[] {
  const stating = moving.filter(({ currencyAt, allowed }) => currencyAt !== undefined && allowed.length > 0);
  const codes = [...new Set(stating.flatMap(codesOf))];
  if (codes.length < 2) return [];
  return [
    fc
      .tuple(fc.array(errands(ground, stating), { minLength: 1, maxLength: CALLS_MAX }), among(codes))
      .map(([all, code]) => inCurrency(all, code)),
  ];
}

function codesOf({ fields, currencyAt = '' }: Operation): readonly string[] {
  const field = fields[currencyAt];
  return field?.kind === 'currency' ? field.of : [];
}

function inCurrency(all: readonly Errand[], code: string): Move {
  return {
    run(arena) {
      for (const errand of all) {
        const { operation } = errand;
        const values = { ...errand.values, [operation.currencyAt ?? '']: code };
        act(arena, { ...errand, values, request: writeRequest(operation, values) });
      }
    },
    toString: () => `tricks: in ${code}: ${all.map(shown).join(', ')}`,
  };
}
