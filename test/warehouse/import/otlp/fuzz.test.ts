import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OtlpSpans } from '../../../../src/warehouse/import/otlp/spans.ts';
import { policyOf, SHOP } from '../shop.ts';
import { request } from './spans.ts';

const POLICY = policyOf(SHOP);
const anything = fc.anything({ withBigInt: false, maxDepth: 3 });
const names = fc.constantFrom(
  'http.request.method',
  'http.method',
  'url.full',
  'http.url',
  'http.response.status_code',
  'http.request.body.content',
  'http.request.body.size',
  'http.response.body.content',
  'http.request.header.content-type',
  'gen_ai.operation.name',
  'gen_ai.tool.name',
  'gen_ai.tool.call.arguments',
  'gen_ai.tool.call.result',
  'gen_ai.conversation.id',
  'error.type',
  '__proto__',
);
const texts = fc.oneof(
  fc.constantFrom(
    'GET',
    'POST',
    'execute_tool',
    'refund',
    'get_order',
    'https://api.shop.example/v2/orders/W1',
    '{"id":"1"}',
    '422',
    '{"a',
    '__proto__',
  ),
  fc.string(),
);
const value = fc.oneof(
  texts.map((stringValue) => ({ stringValue })),
  fc.oneof(fc.integer(), fc.string()).map((intValue) => ({ intValue })),
  fc.array(texts).map((all) => ({ arrayValue: { values: all.map((stringValue) => ({ stringValue })) } })),
  fc.constant({ kvlistValue: { values: [{ key: '__proto__', value: { stringValue: 'x' } }] } }),
  anything,
);
const wildSpan = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      traceId: fc.constantFrom('t1', 't2'),
      spanId: fc.constantFrom('1', '2', '3', '4', '5', '6'),
      parentSpanId: fc.constantFrom('', '1', '2', '3', '6'),
      name: texts,
      kind: fc.oneof(fc.constantFrom(0, 1, 2, 3, 'SPAN_KIND_CLIENT'), anything),
      startTimeUnixNano: fc.oneof(
        fc.constantFrom('1772355600000000000', 1772355600000, '0', '-1', '9'.repeat(30)),
        anything,
      ),
      endTimeUnixNano: fc.oneof(fc.constantFrom('1772355600000000001'), anything),
      attributes: fc.oneof(
        { weight: 9, arbitrary: fc.array(fc.record({ key: names, value }), { maxLength: 8 }) },
        { weight: 1, arbitrary: anything },
      ),
      events: fc.oneof(fc.constant([]), anything),
      status: fc.oneof(fc.constant({ code: 2 }), anything),
    }),
  },
  { weight: 1, arbitrary: anything },
);

test('whatever the spans are, in whatever order, each is one exchange, no call, or listed, and nothing throws', () => {
  fc.assert(
    fc.property(fc.array(wildSpan, { maxLength: 12 }), fc.boolean(), (spans, asked) => {
      const reader = new OtlpSpans({ policy: POLICY, agentFrom: asked ? 'gen_ai.tool.name' : undefined });
      for (const one of spans) expect(reader.add(request([one as object]), 'line')).toBe(true);
      const readings = reader.readings();
      expect(readings).toHaveLength(spans.length);
      for (const one of readings) {
        if (one.kind === 'exchange') expect(Number.isSafeInteger(one.exchange.at)).toBe(true);
      }
    }),
    { numRuns: 600 },
  );
});

test('documents of any form add nothing and break nothing', () => {
  fc.assert(
    fc.property(anything, anything, (document, resources) => {
      const reader = new OtlpSpans({ policy: POLICY, agentFrom: undefined });
      reader.add(document, '');
      reader.add({ resourceSpans: resources }, '');
      reader.add(
        { resourceSpans: [{ resource: resources, scopeSpans: resources }, { scopeSpans: [{ spans: resources }] }] },
        '',
      );
      for (const one of reader.readings()) expect(one.kind).not.toBe('exchange');
    }),
    { numRuns: 250 },
  );
});
