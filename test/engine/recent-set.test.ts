import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentSet } from '../../src/engine/recent-set.ts';

const texts = fc.array(fc.stringMatching(/^[a-j]$/), { maxLength: 60, size: 'max' });

test('it knows the last `capacity` different texts, nothing that never came, and at most twice its capacity', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), texts, fc.nat(60), (capacity, added, cut) => {
      let set = new RecentSet(capacity);
      for (const [index, text] of added.entries()) {
        if (index === cut) set = RecentSet.from(capacity, set.generations());
        set.add(text);
      }
      const newestFirst = [...new Set(added.toReversed())];
      for (const text of newestFirst.slice(0, capacity)) expect(set.has(text)).toBe(true);
      for (const text of 'abcdefghijklm'.split('')) if (!added.includes(text)) expect(set.has(text)).toBe(false);
      const [previous, current] = set.generations();
      expect(new Set([...previous, ...current]).size).toBeLessThanOrEqual(2 * capacity);
    }),
  );
});
