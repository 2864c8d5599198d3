import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CallLines } from '../../../src/warehouse/import/call-line.ts';
import { readHar } from '../../../src/warehouse/import/har.ts';

const anything = fc.anything({ withBigInt: false, maxDepth: 3 });
const or = (usual: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: anything });
const some = (shape: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
  or(fc.record(shape, { requiredKeys: [] }));
const pairs = or(
  fc.array(some({ name: or(fc.constantFrom('Host', ':path', 'x', '__proto__')), value: or(fc.string()) })),
);

const entry = some({
  startedDateTime: or(fc.constantFrom('2026-03-01T09:00:00Z', '2026-03-01', '1969-01-01T00:00:00Z')),
  time: or(fc.double()),
  pageref: or(fc.constantFrom('page_1', '')),
  request: some({
    method: or(fc.constantFrom('GET', 'POST', 'get', 'TRACE')),
    url: or(fc.constantFrom('https://api.shop.example/v2/orders/W1?a=1#f', 'https://u:p@x/', 'ftp://x', '/x')),
    headers: pairs,
    bodySize: or(fc.integer()),
    postData: some({
      mimeType: or(fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'multipart/form-data')),
      text: or(fc.constantFrom('{"a":1}', 'eyJhIjoxfQ==', '\ud800')),
      params: pairs,
      encoding: or(fc.constantFrom('base64')),
    }),
  }),
  response: some({
    status: or(fc.constantFrom(200, 0, 404, 999)),
    headers: pairs,
    content: some({
      mimeType: or(fc.string()),
      text: or(fc.string()),
      encoding: or(fc.constantFrom('base64')),
      size: or(fc.double()),
    }),
  }),
});

/** A length that no number holds exactly: once it went on as it was. */
const HUGE = {
  startedDateTime: '2026-03-01T09:00:00Z',
  request: { method: 'GET', url: 'https://api.shop.example/v2/orders/W1' },
  response: { content: { size: 2 ** 53 } },
};

test('whatever a HAR’s entries are, each is one exchange or listed, and nothing throws', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), fc.boolean(), (entries, named) => {
      const text = JSON.stringify({ log: { version: '1.2', entries } });
      const read = readHar(text, named ? 'run' : undefined);
      // A hole or a function is no JSON: what stands in the file counts.
      const written = (JSON.parse(text) as { log: { entries: unknown[] } }).log.entries;
      expect(read.ok && read.value.length).toBe(written.length);
      for (const one of read.ok ? read.value : []) {
        if (one.kind !== 'exchange') continue;
        const { at, durationMs, answer } = one.exchange;
        expect([at, durationMs, answer.bytes].every((number) => Number.isSafeInteger(number) && number >= 0)).toBe(
          true,
        );
      }
    }),
    { numRuns: 400, examples: [[[HUGE], false]] },
  );
});

test('whatever else a file is, reading it as a HAR says why it is none', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        some({ log: anything }).map((one) => JSON.stringify(one) ?? ''),
      ),
      (text) => {
        const read = readHar(text, undefined);
        if (!read.ok) expect(read.failure.length).toBeGreaterThan(5);
      },
    ),
    { numRuns: 250 },
  );
});

test('whatever the lines of calls are, each is one exchange, no call, or listed, and times never run backwards', () => {
  const line = some({
    trace_id: or(fc.constantFrom('a', 'b')),
    http: some({
      method: or(fc.constantFrom('GET', 'POST', '-')),
      path: or(fc.constantFrom('/orders/W1', 'https://api.shop.example/v2/x?a=1', 'x')),
      headers: pairs,
      body: or(fc.string()),
    }),
    args: or(fc.dictionary(fc.constantFrom('id', '__proto__', 'b'), anything)),
    at: or(fc.constantFrom(1_000, 2_000, '2026-03-01T09:00:00Z')),
    duration_ms: or(fc.double()),
    status: or(fc.constantFrom(200, 404)),
    executed: or(fc.boolean()),
    result_excerpt: or(fc.constantFrom('{"a":1}', '{"a…')),
  });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (records) => {
      const lines = new CallLines();
      const texts = records.map((record) => JSON.stringify(record) ?? 'undefined');
      const readings = texts.map((text, index) => lines.read(text, `line ${index + 1}`));
      const times = readings.flatMap((one) => (one.kind === 'exchange' ? [one.exchange.at] : []));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      for (const one of readings) {
        if (one.kind === 'exchange') expect(one.exchange.durationMs).toBeLessThanOrEqual(24 * 3_600_000);
      }
    }),
    { numRuns: 250 },
  );
});
