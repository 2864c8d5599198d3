import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shippedWorlds } from '../../src/cli/worlds.ts';
import { call, wishFor } from './from-forms.ts';
import { SHIPPED, made } from './shipped.ts';

it('is held here: every world that is shipped', () => {
  expect(SHIPPED.map(({ definition }) => definition.name).toSorted()).toEqual([...shippedWorlds().keys()]);
});

describe.each(SHIPPED)('the forms of $definition.name', (shipped) => {
  const forms = shipped.definition.operations ?? [];

  it('are of all operations that the world answers, and of no others', () => {
    expect([...new Set(forms.map(({ operation }) => operation))].toSorted()).toEqual(shipped.operations.toSorted());
  });

  it('name every parameter of their path, and none of it is optional', () => {
    for (const { operation, fields } of forms) {
      const inPath = Array.from(operation.matchAll(/\{(\w+)\}/g), ([, name]) => name);
      const named = Object.entries(fields).filter(([place]) => !place.includes('.'));
      expect(named.map(([place]) => place)).toEqual(inPath);
      expect(named.filter(([, field]) => field.optional === true)).toEqual([]);
    }
  });

  it('are read as they are meant: what a filled-in form may meet is a conflict, never a mistake', () => {
    const answered = new Set<number>();
    fc.assert(
      fc.property(fc.nat(1_000), fc.array(wishFor(forms), { minLength: 20, maxLength: 60 }), (seed, wishes) => {
        const world = made(shipped, seed);
        for (const wish of wishes) {
          const answer = call(world, { ...wish, key: null });
          if (answer === undefined) continue;
          const fine = answer.status < 400 || shipped.isConflict(answer, wish.form.operation);
          expect({ operation: wish.form.operation, fine, answer }).toMatchObject({ fine: true });
          if (answer.status < 300) answered.add(forms.indexOf(wish.form));
        }
      }),
      { numRuns: 60, seed: 6 },
    );
    // Every one of them was answered for good at least once: the conflicts do not hide a form that never works.
    expect(forms.filter((_, index) => !answered.has(index)).map(({ operation }) => operation)).toEqual([]);
  });
});
