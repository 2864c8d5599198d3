import { expect, test } from 'vitest';
import { CallLines, UNTIMED_START } from '../../../src/warehouse/import/call-line.ts';
import type { Exchange } from '../../../src/warehouse/import/recording.ts';

const CANCEL = {
  trace_id: 'run 1',
  http: { method: 'POST', path: '/orders/W1/cancel' },
  args: { order_id: '#W1', why: 'x' },
};

function readAll(...records: unknown[]) {
  const lines = new CallLines();
  return records.map((record, index) =>
    lines.read(typeof record === 'string' ? record : JSON.stringify(record), `line ${index + 1}`),
  );
}

function exchange(record: unknown): Exchange {
  const [reading] = readAll(record);
  if (reading?.kind !== 'exchange') throw new Error(JSON.stringify(reading));
  return reading.exchange;
}

const UNUSABLE: readonly (readonly [what: string, record: unknown, said: RegExp])[] = [
  ['a torn line', '{"trace_id":"run', /JSON object/],
  ['a list', '[1]', /JSON object/],
  ['no trace', { ...CANCEL, trace_id: undefined }, /trace_id/],
  ['a trace of 257 characters', { ...CANCEL, trace_id: 'x'.repeat(257) }, /trace_id/],
  ['no http', { ...CANCEL, http: undefined }, /no method or no path/],
  ['no path', { ...CANCEL, http: { method: 'POST' } }, /no method or no path/],
  ['a path that is none', { ...CANCEL, http: { method: 'POST', path: 'orders' } }, /no path/],
  ['arguments in a list', { ...CANCEL, args: ['W1'] }, /not an object/],
  ['a list for a query', { ...CANCEL, http: { method: 'GET', path: '/x' }, args: { ids: [1] } }, /fits in no query/],
  ['a time in words', { ...CANCEL, at: 'yesterday' }, /neither ISO 8601/],
  ['a time before 1970', { ...CANCEL, at: -1 }, /neither ISO 8601/],
];

test.each(UNUSABLE)('a line with %s is listed, and nothing of it guessed', (_, record, said) => {
  expect(readAll(record)).toEqual([
    { kind: 'unusable', place: 'line 1', reason: 'malformed', why: expect.stringMatching(said) as string },
  ]);
});

test('a line without a call is none', () => {
  expect(readAll({ trace_id: 'run 1', http: { method: '-', path: '' }, args: { thought: 'hm' } })).toEqual([
    { kind: 'no_call' },
  ]);
});

test('arguments go into the body, but for those that the path holds', () => {
  const { request } = exchange(CANCEL);
  expect(request.body.toString()).toBe('{"why":"x"}');
  expect(request.headers).toContain('application/json');
});

test('arguments of a read go into the query', () => {
  const { request } = exchange({
    ...CANCEL,
    http: { method: 'GET', path: '/flights' },
    args: { from: 'JFK', n: 2, q: 'a b' },
  });
  expect(request).toMatchObject({ address: '/flights?from=JFK&n=2&q=a+b', body: Buffer.alloc(0) });
});

test('a body that is recorded as text is sent as it stands', () => {
  const http = { method: 'POST', path: '/x', body: 'a=1', headers: [{ name: 'content-type', value: 'x/y' }] };
  expect(exchange({ ...CANCEL, http }).request).toMatchObject({ body: Buffer.from('a=1'), address: '/x' });
});

test('without times: a second per call, an hour between traces, from the first of January 2000', () => {
  const other = { ...CANCEL, trace_id: 'run 2' };
  const at = readAll(CANCEL, CANCEL, other, other).map((one) => one.kind === 'exchange' && one.exchange.at);
  expect(at.map((one) => Number(one) - UNTIMED_START)).toEqual([0, 1_000, 3_601_000, 3_602_000]);
});

test('times may be ISO 8601 or milliseconds, never go back, and are there for all lines or for none', () => {
  const at = (value: unknown) => ({ ...CANCEL, at: value });
  const read = readAll(at('2026-03-01T09:00:00Z'), at(Date.UTC(2026, 2, 1, 9) + 5), at('2026-03-01T08:59:59Z'), CANCEL);
  expect(read.map(({ kind }) => kind)).toEqual(['exchange', 'exchange', 'unusable', 'unusable']);
  expect(readAll(CANCEL, at(5))[1]).toMatchObject({ kind: 'unusable' });
});

test.each([
  [{ executed: true }, 200],
  [{ executed: false }, 422],
  [{ status: 503, executed: false }, 503],
  [{}, null],
])('%o is answered with %s', (more, status) => {
  expect(exchange({ ...CANCEL, ...more }).answer.status).toBe(status);
});

test('an excerpt that ends in … is not the whole answer', () => {
  expect(exchange({ ...CANCEL, result_excerpt: '{"a":1}' }).answer).toMatchObject({
    whole: true,
    contentType: 'application/json',
  });
  expect(exchange({ ...CANCEL, result_excerpt: '{"a":"lo…' }).answer).toMatchObject({ whole: false });
});
