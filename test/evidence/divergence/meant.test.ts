import { describe, expect, test } from 'vitest';
import { casesBy, clustersBy, did, meant, type Meant } from '../../../src/evidence/divergence/meant.ts';
import { fieldValues } from '../../../src/evidence/divergence/field-values.ts';
import { intentsOf } from '../../../src/evidence/intents/from-journal.ts';
import type { CaseField } from '../../../src/evidence/divergence/model.ts';
import { openWarehouse } from '../../../src/warehouse/index.ts';
import type { Entry } from '../../../src/journal/entry.ts';
import { parseField, type Field } from '../../../src/policy/field.ts';
import { directory, written } from '../../journal/directory.ts';
import { call, ended, recorded, type CallParts } from '../records.ts';
import { compareSides } from '../../../src/evidence/divergence/divergence.ts';

const SCOPE = { fields: new Map<string, Field>(), except: new Set<string>() };

function meantIn(entries: readonly Entry[], field: CaseField = 'session', except: readonly string[] = []): Meant {
  const intents = intentsOf(recorded(entries));
  return meant(intents, casesBy(field, intents), { ...SCOPE, except: new Set(except) });
}
const calls = ({ acts }: Meant): string[] => acts.map(({ place }) => place);
const refund = (id: string, more: Partial<CallParts> = {}) =>
  call({ call: id, subject: 'charge:1', amount: '5 USD', ...more });

test('captured, allowed, held and denied writes are all what the agent meant; reads and the door’s own are not', () => {
  const entries = [
    call({ call: 'look', effect: 'read', route: 'get', verdict: 'allow', session: 'reader', subject: 'charge:9' }),
    call({ call: 'own', effect: 'read', route: 'get', verdict: 'allow', before: 'a', session: 'door' }),
    refund('a', { subject: 'charge:1' }),
    refund('b', { subject: 'charge:2', verdict: 'allow' }),
    refund('c', { subject: 'charge:3', verdict: 'hold' }),
    refund('d', { subject: 'charge:4', verdict: 'deny' }),
  ];
  const all = meantIn(entries);
  expect(calls(all)).toEqual(['a', 'b', 'c', 'd']);
  expect([...all.cases]).toEqual(['reader', 's1']);
  expect([...meantIn(entries, 'subject').cases]).toEqual(['charge:9', 'charge:1', 'charge:2', 'charge:3', 'charge:4']);
  expect(all.acts[0]).toMatchObject({
    case: 's1',
    amount: { micros: 5_000_000n, currency: 'USD' },
    verdict: 'capture',
  });
});

describe('an agent that is refused and tries again meant it once', () => {
  test.each([
    [
      'denied, then captured with another amount',
      [refund('a', { verdict: 'deny', amount: '9 USD' }), refund('b')],
      ['b'],
      1,
      0,
    ],
    ['held twice', [refund('a', { verdict: 'hold' }), refund('b', { verdict: 'hold' })], ['b'], 1, 0],
    ['refused upstream, then taken', [refund('a'), ended('a', 'ineffective'), refund('b'), ended('b')], ['b'], 1, 0],
    ['refused upstream, and left', [refund('a'), ended('a', 'ineffective')], [], 0, 1],
    [
      'denied for one subject, then taken for another',
      [refund('a', { verdict: 'deny' }), refund('b', { subject: 'charge:2' })],
      ['a', 'b'],
      0,
      0,
    ],
    [
      'denied in one session, then taken in another',
      [refund('a', { verdict: 'deny' }), refund('b', { session: 's2' })],
      ['a', 'b'],
      0,
      0,
    ],
    ['taken twice is twice', [refund('a'), ended('a'), refund('b'), ended('b')], ['a', 'b'], 0, 0],
    ['taken, then denied', [refund('a'), refund('b', { verdict: 'deny' })], ['a', 'b'], 0, 0],
    [
      'without a subject, the same to the byte',
      [
        refund('a', { subject: null, verdict: 'deny', fingerprint: 'x' }),
        refund('b', { subject: null, fingerprint: 'x' }),
      ],
      ['b'],
      1,
      0,
    ],
    [
      'without a subject, another request',
      [
        refund('a', { subject: null, verdict: 'deny', fingerprint: 'x' }),
        refund('b', { subject: null, fingerprint: 'y' }),
      ],
      ['a', 'b'],
      0,
      0,
    ],
    ['never ended', [refund('a', { verdict: 'allow' })], ['a'], 0, 0],
  ] as [string, Entry[], string[], number, number][])('%s', (_name, entries, left, triedAgain, refusedUpstream) => {
    const found = meantIn(entries);
    expect(calls(found)).toEqual(left);
    expect(found).toMatchObject({ triedAgain, refusedUpstream });
  });
});

test('what the door refused in the business’s place is not told as a refusal of the upstream’s', () => {
  const found = meantIn([
    refund('upstream'),
    ended('upstream', 'ineffective'),
    refund('no-answer', { subject: 'charge:2' }),
    ended('no-answer', 'ineffective', { status: null, failure: 'unanswerable' }),
    refund('gone', { subject: 'charge:3' }),
    ended('gone', 'ineffective', { status: 404, origin: 'overlay' }),
  ]);
  expect(calls(found)).toEqual([]);
  expect(found).toMatchObject({ refusedUpstream: 1, refusedInShadow: 2, triedAgain: 0 });
});

test('what matches no route is counted, and neither agreement nor disagreement', () => {
  const found = meantIn([
    refund('a'),
    call({ call: 'b', route: '(unrouted)', effect: 'destructive', verdict: 'deny', session: 's2' }),
  ]);
  expect(calls(found)).toEqual(['a']);
  expect(found).toMatchObject({ unrouted: 1, leftOut: 0 });
  expect([...found.cases]).toEqual(['s1', 's2']);
});

test('a call that a crash left open stays unknown, whatever is told of it later', () => {
  const crash: Entry = { kind: 'recovery', at: 1_500, epoch: 2, unknown: ['a' as never] };
  const { writes } = intentsOf(recorded([refund('a', { verdict: 'allow' }), crash, ended('a', 'ineffective')]));
  expect(writes[0]?.effectiveness).toBe('unknown');
});

test('what really happened was let through and not refused, or is of a recording', () => {
  const intents = intentsOf(
    recorded([
      refund('allowed', { verdict: 'allow' }),
      ended('allowed'),
      refund('open', { verdict: 'allow' }),
      refund('refused', { verdict: 'allow' }),
      ended('refused', 'ineffective'),
      refund('captured'),
      ended('captured', 'effective', { origin: 'synthetic' }),
      refund('imported'),
      ended('imported', 'effective', { origin: 'recorded' }),
      refund('denied', { verdict: 'deny' }),
      refund('despite', { verdict: 'deny' }),
      ended('despite', 'effective', { origin: 'recorded' }),
      refund('held', { verdict: 'hold' }),
      ended('held', 'ineffective', { origin: 'recorded' }),
    ]),
  );
  expect(did(intents, casesBy('session', intents), SCOPE).acts.map(({ place }) => place)).toEqual([
    'allowed',
    'open',
    'imported',
    'despite',
  ]);
});

test('what a guard would have stopped of a recording is still what the agent meant, however it ended there', () => {
  const entries = [refund('a', { verdict: 'deny' }), ended('a', 'ineffective', { origin: 'recorded' })];
  const found = meantIn(entries);
  expect(calls(found)).toEqual(['a']);
  expect(found).toMatchObject({ triedAgain: 0, refusedUpstream: 0 });
});

test('what is left out, and what belongs to no case, is counted', () => {
  const entries = [
    refund('a', { subject: null }),
    refund('b'),
    call({ call: 'c', route: 'hand_over', effect: 'write' }),
  ];
  const found = meantIn(entries, 'subject', ['hand_over']);
  expect(calls(found)).toEqual(['b']);
  expect(found).toMatchObject({ caseless: 1, leftOut: 1 });
});

test('by subject, the cases of one session are one cluster', () => {
  const intents = intentsOf(
    recorded([refund('a'), refund('b', { subject: 'charge:2' }), refund('c', { subject: 'charge:3', session: 's2' })]),
  );
  const of = clustersBy('subject', intents);
  expect(of('charge:1')).toBe(of('charge:2'));
  expect(of('charge:1')).not.toBe(of('charge:3'));
  expect(of('charge:4')).not.toBe(of('charge:5'));
});

describe('the fields of a request', () => {
  const fields = new Map(
    ['body.a.b', 'body.list', 'query.q', 'body.__proto__'].map((name) => [name, parseField(name) as Field]),
  );
  const values = (body: string | null, contentType = 'application/json', target = '/x') =>
    Object.fromEntries(
      [...fieldValues({ body, contentType, target }, fields)].map(([name, text]) => [
        name,
        text.replace('\u0000', '∅'),
      ]),
    );

  test('of JSON, of a form, and of a query', () => {
    expect(values('{"a":{"b":5},"list":[1, "x"]}', undefined, '/x?q=%20z')).toEqual({
      'body.a.b': '5',
      'body.list': '[1,"x"]',
      'query.q': ' z',
      'body.__proto__': '∅absent',
    });
    expect(values('a[b]=5&list[]=1', 'application/x-www-form-urlencoded')).toMatchObject({
      'body.a.b': '5',
      'body.list': '["1"]',
    });
  });

  test('that cannot be read are not compared: sealed, erased, or no JSON at all', () => {
    const sealed = `sealed_${'x'.repeat(43)}`;
    expect(values(`{"a":{"b":"${sealed}"},"list":"[erased]"}`)).toEqual({
      'query.q': '∅absent',
      'body.__proto__': '∅absent',
    });
    expect(values(sealed)).toEqual({ 'query.q': '∅absent' });
    expect(values('[lost]')).toEqual({ 'query.q': '∅absent' });
  });
});

test('the money of what was compared is the money of the calls in the warehouse', async () => {
  const dir = directory();
  const entries = Array.from({ length: 60 }, (_, index) =>
    refund(`c${index}`, {
      session: `s${index % 7}`,
      subject: `charge:${index}`,
      amount: `${index}.${String(index).padStart(2, '0')} ${index % 3 === 0 ? 'EUR' : 'USD'}`,
      verdict: (['capture', 'allow', 'hold', 'deny'] as const)[index % 4] ?? 'deny',
    }),
  );
  await written(dir, entries);
  const warehouse = await openWarehouse(dir);
  const rows = await warehouse.rows(
    `SELECT currency, sum(amount_micros)::VARCHAR AS micros FROM calls WHERE effect <> 'read' GROUP BY 1 ORDER BY 1`,
  );
  warehouse.close();
  const ours = meantIn(entries);
  const nobody = { acts: [], cases: ours.cases };
  const { money } = compareSides(ours, nobody, { withinMs: null, clusterOf: (name) => name }).comparison;
  expect(money.map(({ currency, agentMicros }) => ({ currency, micros: agentMicros }))).toEqual(rows);
});
