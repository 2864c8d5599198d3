import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AWAITED_MAX, RecordedLines } from '../../../src/warehouse/import/recorded-lines.ts';
import type { Reading } from '../../../src/warehouse/import/recording.ts';
import { directory } from '../../journal/directory.ts';
import { imported } from './shop.ts';

const HEADERS = [{ name: 'host', value: 'api.shop.example' }];
const call = (id: number, at: number, more: object = {}): string =>
  JSON.stringify({
    trace_id: 'run',
    id: `call_${id}`,
    at,
    http: { method: 'POST', path: 'https://api.shop.example/v2/orders/W1/cancel', headers: HEADERS, ...more },
  });
const answer = (id: number, more: object = {}): string =>
  JSON.stringify({
    answer_to: `call_${id}`,
    at: 0,
    duration_ms: 10 + id,
    status: 200,
    headers: [{ name: 'content-type', value: 'application/json' }],
    text: `{"id":${id}}`,
    whole: true,
    bytes: 8,
    failure: null,
    ...more,
  });

function read(...texts: readonly string[]): readonly Reading[] {
  const lines = new RecordedLines();
  return [...texts.flatMap((text, index) => lines.read(text, `line ${index + 1}`)), ...lines.end()];
}

const told = (readings: readonly Reading[]): readonly unknown[] =>
  readings.map((one) =>
    one.kind === 'exchange'
      ? [one.exchange.place, one.exchange.answer.status, one.exchange.answer.text, one.exchange.durationMs]
      : one.kind === 'unusable'
        ? [one.place, one.reason]
        : one,
  );

test('answers are joined with their calls, and come in the order of the calls', () => {
  const lines = [call(1, 5), call(2, 6), answer(2), call(3, 7), answer(1), answer(3)];
  expect(
    told(read('{"interlock_recording":1,"at":5,"upstreams":{}}', ...lines, '{"ended":{"at":9,"calls":3}}')),
  ).toEqual([
    ['line 2', 200, '{"id":1}', 11],
    ['line 3', 200, '{"id":2}', 12],
    ['line 5', 200, '{"id":3}', 13],
  ]);
});

test('a call without an answer ended nobody knows how; one that was never sent did nothing', () => {
  const [open, refused] = read(call(1, 5), call(2, 6), answer(2, { status: null, failure: 'refused', text: null }));
  expect(open).toMatchObject({ exchange: { answer: { status: null, failure: 'not_recorded' } } });
  expect(refused).toMatchObject({ exchange: { answer: { status: null, failure: 'refused' } } });
});

test.each([
  ['a torn last line', call(1, 5).slice(0, 40), 'malformed'],
  ['a gap', '{"gap":{"since":1,"until":2,"lines":7,"why":"ENOSPC"}}', 'incomplete'],
  ['a request that was refused', '{"refused":{"at":1,"status":400,"reason":"x","detail":"No."}}', 'refused'],
  ['an answer without its call', answer(9), 'incomplete'],
  ['a body that is elsewhere', call(1, 5, { body_bytes: 9, body_sha256: 'ab' }), 'incomplete'],
  ['another form', '{"interlock_recording":2}', 'malformed'],
])('%s is listed', (_, text, reason) => {
  expect(told(read(text))).toEqual([['line 1', reason]]);
});

test('a call twice, an answer twice, and a time that runs backwards are listed', () => {
  expect(
    told(read(call(1, 5), call(1, 5), answer(1, {}), call(2, 4))).filter((one) => (one as unknown[]).length === 2),
  ).toEqual([
    ['line 2', 'repeated'],
    ['line 4', 'malformed'],
  ]);
  expect(told(read(call(1, 5), call(2, 6), answer(2), answer(2)))[0]).toEqual(['line 4', 'repeated']);
});

test('a stream that outlasts thousands of calls does not hold them up for ever: it goes on, and its answer is listed', () => {
  const lines = new RecordedLines();
  let exchanges = lines.read(call(0, 1), 'first').length;
  for (let id = 1; id <= AWAITED_MAX; id += 1) {
    exchanges += lines.read(call(id, 1), 'x').length;
    exchanges += lines.read(answer(id), 'x').length;
  }
  expect(exchanges).toBe(AWAITED_MAX + 1);
  expect(told(lines.read(answer(0), 'last'))).toEqual([['last', 'incomplete']]);
});

test('whatever the lines are, each is an exchange, part of one, or listed, and nothing throws', () => {
  const any = fc.oneof(
    fc.tuple(fc.nat(9), fc.nat(9)).map(([id, at]) => call(id, at)),
    fc.nat(9).map((id) => answer(id)),
    fc.json(),
    fc.string(),
    fc.record({ answer_to: fc.anything(), http: fc.anything(), id: fc.anything() }).map((one) => JSON.stringify(one)),
  );
  fc.assert(
    fc.property(fc.array(any, { maxLength: 30 }), (texts) => {
      const readings = read(...texts);
      const joined = readings.filter(({ kind }) => kind === 'exchange') as Extract<Reading, { kind: 'exchange' }>[];
      const answered = joined.filter(({ exchange }) => exchange.answer.failure !== 'not_recorded').length;
      const listed = readings.length - joined.length;
      const silent = texts.filter((text) => /^\s*\{.*"(?:ended|interlock_recording)"/s.test(text)).length;
      expect(joined.length + answered + listed).toBeGreaterThanOrEqual(texts.length - silent);
      expect(joined.length + answered + listed).toBeLessThanOrEqual(texts.length);
      const times = joined.map(({ exchange: { at } }) => at);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }),
    { numRuns: 300 },
  );
});

test('a directory is read file by file, its places by their names', async () => {
  const dir = directory();
  fs.writeFileSync(path.join(dir, '000001.ndjson'), `{"interlock_recording":1}\n${call(1, 5)}\n`);
  fs.writeFileSync(
    path.join(dir, '000002.ndjson'),
    `{"interlock_recording":1}\n${answer(1)}\n${call(2, 6).slice(0, 30)}`,
  );
  const { result, records } = await imported('', { file: dir });
  expect(result).toMatchObject({
    ok: true,
    value: { format: 'recording', calls: 1, unanswered: 0, listed: [{ place: '000002.ndjson line 3' }] },
  });
  expect(records.find(({ kind }) => kind === 'outcome')).toMatchObject({
    status: 200,
    durationMs: 11,
    origin: 'recorded',
  });
});
