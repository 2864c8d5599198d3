import { describe, expect, test } from 'vitest';
import { anomalies } from '../../../src/evidence/review/anomalies.ts';
import { intentsOf } from '../../../src/evidence/intents/from-journal.ts';
import type { Entry } from '../../../src/journal/entry.ts';
import { call, ended, recorded, type CallParts } from '../records.ts';

const found = (entries: readonly Entry[]): Record<string, readonly string[]> =>
  Object.fromEntries(anomalies(intentsOf(recorded(entries)).writes));
const refund = (id: string, more: Partial<CallParts> = {}) => call({ call: id, subject: `charge:${id}`, ...more });
const usual = (count: number, amount = '50 USD'): Entry[] =>
  Array.from({ length: count }, (_, index) => refund(`u${index}`, { amount, session: `s${index}` }));

test('an amount far out among the others of its route is one, whatever the currency of others', () => {
  const amounts = ['40 USD', '45 USD', '50 USD', '55 USD', '60 USD'];
  const varied = Array.from({ length: 25 }, (_, index) =>
    refund(`u${index}`, { amount: amounts[index % 5] ?? null, session: `s${index}` }),
  );
  // Quartiles 45 and 55: beyond 55 + 3 × 10 is far out.
  expect(
    found([
      ...varied,
      refund('edge', { amount: '85 USD' }),
      refund('far', { amount: '85.01 USD' }),
      refund('yen', { amount: '9000 JPY' }),
    ]),
  ).toEqual({
    far: ['large_amount'],
  });
  expect(found([...varied, refund('huge', { amount: '999999999999999 USD' })])).toEqual({ huge: ['large_amount'] });
});

test('with fewer than twenty amounts nobody knows what is usual', () => {
  expect(found([...usual(18), refund('far', { amount: '5000 USD' })])).toEqual({});
  expect(found([...usual(19), refund('far', { amount: '5000 USD' })])).toEqual({ far: ['large_amount'] });
});

describe('repeated, and tried again after a refusal', () => {
  const same = { subject: 'charge:1', amount: '5 USD' };
  test.each([
    ['the same twice', [refund('a', same), refund('b', same)], { b: ['repeated'] }],
    ['in another session', [refund('a', same), refund('b', { ...same, session: 's2' })], {}],
    ['with another amount', [refund('a', same), refund('b', { ...same, amount: '6 USD' })], {}],
    ['the first was refused upstream', [refund('a', same), ended('a', 'ineffective'), refund('b', same)], {}],
    [
      'the first was denied',
      [refund('a', { ...same, verdict: 'deny' }), refund('b', same)],
      { b: ['refused_then_retried'] },
    ],
    [
      'the first was denied, with another amount',
      [refund('a', { ...same, verdict: 'deny', amount: '900 USD' }), refund('b', same)],
      { b: ['refused_then_retried'] },
    ],
    ['denied again', [refund('a', { ...same, verdict: 'deny' }), refund('b', { ...same, verdict: 'deny' })], {}],
    [
      'held, then approved',
      [refund('a', { ...same, verdict: 'hold' }), refund('b', { ...same, verdict: 'allow' })],
      {},
    ],
    [
      'no subject, the same request',
      [refund('a', { subject: null, fingerprint: 'x' }), refund('b', { subject: null, fingerprint: 'x' })],
      { b: ['repeated'] },
    ],
  ] as [string, Entry[], object][])('%s', (_name, entries, expected) => expect(found(entries)).toEqual(expected));
});

test('a decision that carries what was made up is one, and one that merely comes later is not', () => {
  const rests = (how: 'value' | 'subject' | 'session') => ({ how, on: ['u0' as never] });
  expect(
    found([
      refund('a', { rests: rests('value') }),
      refund('b', { rests: rests('subject') }),
      refund('c', { rests: rests('session') }),
    ]),
  ).toEqual({
    a: ['rests_on_synthetic'],
    b: ['rests_on_synthetic'],
  });
});

test('a payee never seen is one where payees are mostly seen again, and not where each is another', () => {
  const paid = (index: number, payee: string): Entry => refund(`p${index}`, { payee, session: `s${index}` });
  const known = Array.from({ length: 20 }, (_, index) => paid(index, `acct_${index % 4}`));
  expect(found([...known, paid(98, 'acct_1'), paid(99, 'acct_new')])).toEqual({ p99: ['first_seen_value'] });
  const each = Array.from({ length: 40 }, (_, index) => paid(index, `acct_${index}`));
  expect(found(each)).toEqual({});
});
