import { expect, it } from 'vitest';
import { drifted, type Drift } from '../../../src/lab/world/drift.ts';

const answer = { object: 'list', data: [{ id: 'ch_1', amount: 5_050, refund: { amount: null } }], amount: 'x' };

it.each<[string, Drift, object]>([
  [
    'major units',
    { field: 'amount', to: 'major units' },
    { object: 'list', data: [{ id: 'ch_1', amount: '50.50', refund: { amount: null } }], amount: 'x' },
  ],
  [
    'another name',
    { field: 'id', to: { name: 'charge_id' } },
    { object: 'list', data: [{ charge_id: 'ch_1', amount: 5_050, refund: { amount: null } }], amount: 'x' },
  ],
])('an answer drifts to %s wherever the field stands', (_what, drift, expected) => {
  expect(drifted(answer, drift)).toEqual(expected);
});
