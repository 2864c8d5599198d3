import { expect, test } from 'vitest';
import { changesOf } from '../../src/control/holds/changes.ts';
import type { HeldFacts } from '../../src/warehouse/why/held.ts';
import { call, money } from '../engine/policies.ts';

const refund = call('call_1', { agent: 'refunds-bot', route: 'create_refund', amount: money('118 USD') });
const movedOf = (isWhole: boolean, micros: string) => {
  const none = { count: 0, micros: '0' };
  const totals = [
    { route: 'create_refund', currency: 'USD', done: { count: 1, micros }, unknown: none, refused: none },
  ];
  const facts = { subject: null, moved: { from: 0, totals, isWhole } } as unknown as HeldFacts;
  return changesOf(refund, { levels: [], once: [] }, facts).map(({ before, weighs }) => [before, weighs]);
};

test('of a day that was looked through in part, nothing is said where nothing was found', () => {
  expect(movedOf(true, '0')).toEqual([['0.00 USD', true]]);
  expect(movedOf(false, '0')).toEqual([]);
});

test('and what was found of a part is no reason to call this one large', () => {
  expect(movedOf(true, '90000000')).toEqual([['90.00 USD', true]]);
  expect(movedOf(false, '90000000')).toEqual([['at least 90.00 USD', false]]);
});
