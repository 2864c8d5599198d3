import { expect, test } from 'vitest';
import { IMPOSSIBLE_REASONS, KNOWN_REASONS } from '../../../../src/lab/probe/coverage/reasons.ts';
import { GUARD_FACTS } from '../../../docs/guard-facts.ts';

const given = GUARD_FACTS.flatMap(({ guard, reasons }) => [...reasons.keys()].map((reason) => ({ guard, reason })));

test('every reason that a guard’s source gives is one that a search can reach, or one that it says it cannot', () => {
  const unknown = given.filter(
    ({ guard, reason }) => !KNOWN_REASONS.has(`${guard} ${reason}`) && !(reason in IMPOSSIBLE_REASONS),
  );
  expect(unknown).toEqual([]);
  expect(given.length).toBeGreaterThan(45);
});

test('none is known that no guard gives', () => {
  const real = new Set(given.map(({ guard, reason }) => `${guard} ${reason}`));
  // Keys belong to no guard: `engine/keys.ts`.
  const made = [...KNOWN_REASONS].filter((known) => !known.startsWith('idempotency '));
  expect(made.filter((known) => !real.has(known))).toEqual([]);
});
