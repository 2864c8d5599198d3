import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { World } from '../../src/lab/world/world.ts';
import { live, wishFor } from './from-forms.ts';
import { SHIPPED, made } from './shipped.ts';

describe.each(SHIPPED)('a fork of $definition.name', (shipped) => {
  const wishes = (maxLength: number) => fc.array(wishFor(shipped.definition.operations ?? []), { maxLength });

  const fork = (world: World): World => {
    const forked = world.fork?.();
    if (forked === undefined) throw new Error(`${world.name} cannot be forked`);
    return forked;
  };

  it('goes on as its origin would: the same calls, the same answers, the same ledger and ids', () => {
    fc.assert(
      fc.property(fc.nat(1_000), wishes(20), wishes(30), (seed, before, after) => {
        const origin = made(shipped, seed);
        live(origin, before);
        const forked = fork(origin);
        expect(forked.ledger).toEqual(origin.ledger);
        expect(live(forked, after)).toEqual(live(origin, after));
        expect(forked.ledger).toEqual(origin.ledger);
        expect(forked.ids()).toEqual(origin.ids());
      }),
      { numRuns: 60 },
    );
  });

  it('does not feel what happens to its origin, nor its origin what happens to it', () => {
    fc.assert(
      fc.property(fc.nat(1_000), wishes(10), wishes(20), wishes(20), (seed, before, here, there) => {
        const alone = made(shipped, seed);
        live(alone, before);
        const expected = live(alone, here);

        const origin = made(shipped, seed);
        live(origin, before);
        const [one, other] = [fork(origin), fork(origin)];
        live(one, there);
        expect(live(origin, here)).toEqual(expected);
        expect(live(other, here)).toEqual(expected);
        expect(origin.ledger).toEqual(alone.ledger);
        expect(other.ledger).toEqual(alone.ledger);
        expect(fork(one).ledger).toEqual(one.ledger);
      }),
      { numRuns: 60 },
    );
  });
});
