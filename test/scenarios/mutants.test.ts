import { expect, it } from 'vitest';
import overScoped from '../../scenarios/over-scoped.ts';
import { MUTANTS } from './mutants.ts';
import { actOut, brokenIn } from './stage.ts';

it.each(MUTANTS)('$mutant.name does not hold without $without', async ({ mutant }) => {
  const result = await actOut(mutant);
  expect(result.held).toBe(false);
  // The door itself keeps every promise of its own: it only was not told to prevent this harm.
  expect(brokenIn(result)).toEqual(['oracle']);
});

it('a scenario without harm to prevent does not hold', async () => {
  const result = await actOut({ ...overScoped, harm: () => [] });
  expect(brokenIn(result)).toEqual(['oracle']);
});
