import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { live, wishFor } from './from-forms.ts';
import { SHIPPED, made } from './shipped.ts';

const SEED = 6;
const LIVES = 12;
const CALLS = 150;

it.each(SHIPPED)('$definition.name lists every kind that its ledger has, and no other', (shipped) => {
  const { operations = [], ledger = [] } = shipped.definition;
  const lives = fc.sample(fc.array(wishFor(operations), { minLength: CALLS, maxLength: CALLS }), {
    seed: SEED,
    numRuns: LIVES,
  });
  const seen = new Set<string>();
  for (const [index, wishes] of lives.entries()) {
    const world = made(shipped, index);
    live(world, wishes);
    for (const { kind } of world.ledger) seen.add(kind);
  }
  expect([...seen].sort()).toEqual([...ledger].sort());
});
