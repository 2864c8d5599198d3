import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { filesBeside } from '../../../../src/policy/files.ts';
import { loadPolicy } from '../../../../src/policy/index.ts';
import { directory } from '../../../journal/directory.ts';
import { audited, imported, SHOP } from '../shop.ts';
import { http, lines, request, span, START_MS, tool } from './spans.ts';

const BODY = '{"order":"W1","amount":500}';
const JSON_BODY = {
  'http.request.body.content': BODY,
  'http.request.body.size': BODY.length,
  'http.request.header.content-type': ['application/json'],
};

test('HTTP client spans become calls at their times, with what was captured of bodies and answers, in order of time', async () => {
  const spans = [
    http('b2', 'POST', '/refunds', {
      startMs: 2_000,
      attributes: { ...JSON_BODY, 'http.response.body.content': '{"id":"re_1"}', 'http.response.header.etag': ['"7"'] },
    }),
    http('b1', 'GET', '/orders/W1?x=1', { tookMs: 70 }),
  ];
  for (const content of [
    lines(request(spans)),
    gzipSync(lines(request(spans))),
    JSON.stringify(request(spans), null, 2),
  ]) {
    const { dir, result, calls, records } = await imported(content);
    expect(result).toMatchObject({
      ok: true,
      value: { format: 'otlp', calls: 2, sessions: 1, unusable: 0, noCalls: 0 },
    });
    expect(
      calls.map(({ at, method, target, body, session }) => [at - START_MS, method, target, body, session]),
    ).toEqual([
      [0, 'GET', '/orders/W1?x=1', null, 'a'.repeat(32)],
      [2_000, 'POST', '/refunds', BODY, 'a'.repeat(32)],
    ]);
    expect(records.filter((one) => one.kind === 'outcome')).toMatchObject([
      { status: 200, durationMs: 70, answer: null },
      { status: 200, answer: '{"id":"re_1"}', contentType: 'application/json', facts: { etag: '"7"' } },
    ]);
    expect(await audited(dir)).toEqual({ ok: true, calls: 2, differences: [] });
  }
});

test('the names of before 1.21.0 tell the same', async () => {
  const old = {
    'http.method': 'POST',
    'http.url': 'https://api.shop.example/v2/refunds',
    'http.status_code': 503,
    'http.request.body': BODY,
    'http.request.header.content_type': ['application/json'],
    'http.request_content_length': BODY.length,
  };
  const parts = {
    'http.method': 'GET',
    'http.scheme': 'https',
    'http.host': 'api.shop.example',
    'http.target': '/v2/orders/W1',
  };
  const { calls, records } = await imported(
    lines(
      request([
        span({ id: 'b1', kind: 'SPAN_KIND_CLIENT', attributes: old }),
        span({ id: 'b2', startMs: 100, attributes: parts }),
      ]),
    ),
  );
  expect(calls.map(({ route, body }) => [route, body])).toEqual([
    ['refund', BODY],
    ['get_order', null],
  ]);
  expect(records.filter((one) => one.kind === 'outcome')).toMatchObject([
    { status: 503, effectiveness: 'unknown' },
    { status: null, failure: 'not_recorded' },
  ]);
});

test('bodies that stand in an event are read as those of the span', async () => {
  const { 'http.request.body.content': content, ...others } = JSON_BODY;
  const one = http('b1', 'POST', '/refunds', {
    attributes: others,
    events: [{ 'http.request.body.content': content }],
  });
  const { calls } = await imported(lines(request([one])));
  expect(calls.map(({ body }) => body)).toEqual([BODY]);
});

test('tools become calls by the names of their routes: path, query and body of their arguments', async () => {
  const spans = [
    tool('c1', 'get_order', '{"id":"W 1","limit":3}', {
      attributes: { 'gen_ai.tool.call.result': '{"id":"W 1"}' },
    }),
    tool('c2', 'refund', { order: 'W1', amount: 500 }, { startMs: 100 }),
    tool('c3', 'cancel', '{"id":"W1"}', { startMs: 200, error: true, attributes: { 'error.type': '409' } }),
    tool('c4', 'cancel', '{"id":"W2"}', { startMs: 300, error: true, attributes: { 'error.type': 'TimeoutError' } }),
  ];
  const { calls, records, result } = await imported(lines(request(spans)));
  expect(result).toMatchObject({ ok: true, value: { calls: 4, unusable: 0 } });
  expect(calls.map(({ route, method, target, body }) => [route, method, target, body])).toEqual([
    ['get_order', 'GET', '/orders/W%201?limit=3', null],
    ['refund', 'POST', '/refunds', BODY],
    ['cancel', 'POST', '/orders/W1/cancel', null],
    ['cancel', 'POST', '/orders/W2/cancel', null],
  ]);
  expect(
    records.filter((one) => one.kind === 'outcome').map(({ status, effectiveness }) => [status, effectiveness]),
  ).toEqual([
    [200, 'effective'],
    [200, 'effective'],
    [409, 'ineffective'],
    [null, 'unknown'],
  ]);
});

const DOCUMENT = `
openapi: 3.1.0
info: { title: Shop, version: '1' }
paths:
  /orders/{order_id}:
    get:
      operationId: getOrder
      parameters: [{ name: order_id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: An order. } }
  /orders/{order_id}/cancel:
    post:
      operationId: cancelOrder
      parameters:
        - { name: order_id, in: path, required: true, schema: { type: string } }
        - { name: notify, in: query, schema: { type: string } }
      responses: { '200': { description: Done. } }
`;

test('tools become calls by the operationId of their OpenAPI operations, whose parameters say where arguments go', async () => {
  const dir = directory();
  fs.writeFileSync(path.join(dir, 'shop.openapi.yaml'), DOCUMENT);
  const text = `
version: 1
upstreams: { shop: { url: https://api.shop.example/v2, credential: { env: K, as: bearer }, openapi: ./shop.openapi.yaml, shape: off } }
routes:
  read_it: { match: "GET /orders/{id}", upstream: shop, effect: read }
  cancel: { match: "POST /orders/{id}/cancel", upstream: shop, effect: destructive }
agents: { bot: { stage: shadow, allow: [read_it, cancel] } }
`;
  const loaded = loadPolicy(text, 'interlock.yaml', filesBeside(path.join(dir, 'interlock.yaml')));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  const spans = [
    tool('c1', 'getOrder', { order_id: 'W1' }),
    tool('c2', 'cancelOrder', { order_id: 'W1', notify: 'yes', reason: 'x' }, { startMs: 5 }),
  ];
  const { calls } = await imported(lines(request(spans)), { policy: loaded.value });
  expect(calls.map(({ route, target, body }) => [route, target, body])).toEqual([
    ['read_it', '/orders/W1', null],
    ['cancel', '/orders/W1/cancel?notify=yes', '{"reason":"x"}'],
  ]);
});

test('a request below a tool is the tool’s call, not two: its span tells when and what came back, the tool its body', async () => {
  const spans = [
    tool('c1', 'refund', { order: 'W1', amount: 500 }, { attributes: { 'gen_ai.tool.call.result': { id: 're_1' } } }),
    span({ id: 'm1', parent: 'c1', kind: 1, name: 'in between' }),
    http('b1', 'POST', '/refunds', { parent: 'm1', startMs: 7, attributes: { 'http.response.status_code': 201 } }),
  ];
  const { calls, records, result } = await imported(lines(...spans.toReversed().map((one) => request([one]))));
  expect(result).toMatchObject({ ok: true, value: { calls: 1, noCalls: 2, unusable: 0, bodiless: 0 } });
  expect(calls).toMatchObject([{ at: START_MS + 7, body: BODY, facts: { subject: 'order:W1' } }]);
  expect(records.find(({ kind }) => kind === 'outcome')).toMatchObject({ status: 201, answer: '{"id":"re_1"}' });
});

test('a tool that asked elsewhere is a call by itself; one with two requests leaves their bodies unknown', async () => {
  const gateway = { 'url.full': 'https://gateway.example/mcp' };
  const spans = [
    tool('c1', 'refund', { order: 'W1', amount: 500 }),
    http('b1', 'POST', '', { parent: 'c1', attributes: gateway }),
    tool('c2', 'refund', { order: 'W2', amount: 500 }, { startMs: 50 }),
    http('b2', 'POST', '/refunds', { parent: 'c2', startMs: 51 }),
    http('b3', 'POST', '/refunds', { parent: 'c2', startMs: 52 }),
  ];
  const { calls, result } = await imported(lines(request(spans)));
  expect(calls.map(({ facts }) => facts.subject)).toEqual(['order:W1']);
  expect(result).toMatchObject({ ok: true, value: { calls: 1, noCalls: 1, unusable: 3 } });
  const listed = result.ok ? result.value.listed : [];
  expect(listed.map(({ place, reason }) => [place, reason])).toEqual([
    ['line 1 span b1', 'unmatched'],
    ['line 1 span b2', 'incomplete'],
    ['line 1 span b3', 'incomplete'],
  ]);
  expect(listed[1]?.why).toContain('rules of `refund` read it');
});

test('a tool’s arguments are no body of another request than the one they make', async () => {
  const spans = [
    tool('c1', 'refund', { order: 'W1', amount: 500 }),
    http('b1', 'POST', '/orders/W1/cancel', { parent: 'c1', startMs: 1 }),
    tool('c2', 'cancel', { id: 'W2', reason: 'x' }, { startMs: 50 }),
    http('b2', 'POST', '/orders/W3/cancel', { parent: 'c2', startMs: 51 }),
  ];
  const { calls, result } = await imported(lines(request(spans)));
  expect(calls.map(({ target, body }) => [target, body])).toEqual([
    ['/orders/W1/cancel', null],
    ['/orders/W3/cancel', null],
  ]);
  expect(result).toMatchObject({ ok: true, value: { bodiless: 2, noCalls: 2 } });
});

test('a request whose body nobody kept is imported where no rule reads it, and no two count as the same call', async () => {
  const spans = [0, 1, 2, 3, 4].map((index) => http(`b${index}`, 'POST', '/orders/W1/cancel', { startMs: index }));
  const { calls, result } = await imported(lines(request(spans)), { policyText: SHOP.replace('once:', '#') });
  expect(result).toMatchObject({ ok: true, value: { calls: 5, bodiless: 5, frozen: [] } });
  expect(new Set(calls.map(({ facts }) => facts.fingerprint)).size).toBe(5);
});

test('sessions are conversations, of the span or the nearest above it, else traces; the agent is whom an attribute names', async () => {
  const two = `${SHOP}  other: { stage: production, allow: [get_order] }\n`;
  const conversation = { 'gen_ai.conversation.id': 'conv-1', 'gen_ai.agent.name': 'other' };
  const spans = [
    span({ id: 'r1', kind: 1, name: 'invoke_agent', attributes: conversation }),
    http('b1', 'GET', '/orders/W1', { parent: 'r1' }),
    http('b2', 'GET', '/orders/W1', { trace: 'b'.repeat(32), startMs: 9 }),
  ];
  const options = { policyText: two, agentFrom: 'gen_ai.agent.name' };
  const { calls, result } = await imported(lines(request(spans, { 'gen_ai.agent.name': 'bot' })), options);
  expect(calls.map(({ session, agent }) => [session, agent])).toEqual([
    ['conv-1', 'other'],
    ['b'.repeat(32), 'bot'],
  ]);
  expect(result).toMatchObject({ ok: true, value: { sessions: 2, noCalls: 1 } });
  const nobody = await imported(lines(request(spans)), options);
  expect(nobody.result).toMatchObject({ ok: true, value: { calls: 1, listed: [{ place: 'line 1 span b2' }] } });
});

test.each<[string, object, string, RegExp]>([
  ['a tool that no route is called', tool('c1', 'send_mail', {}), 'unmatched', /called `send_mail`/],
  ['a tool without arguments', tool('c1', 'refund', undefined), 'incomplete', /arguments were not recorded/],
  ['a tool whose arguments were cut', tool('c1', 'refund', '{"order":"W1","am'), 'incomplete', /no whole JSON/],
  ['a tool without the path’s parameter', tool('c1', 'get_order', { order: 'W1' }), 'incomplete', /`\{id\}`/],
  ['a tool with a list for the query', tool('c1', 'get_order', { id: '1', f: ['a', 'b'] }), 'incomplete', /no query/],
  ['a tool with an object for the query', tool('c1', 'get_order', { id: '1', f: { a: 1 } }), 'incomplete', /no query/],
  [
    'a body that was cut',
    http('b1', 'POST', '/refunds', { attributes: { ...JSON_BODY, 'http.request.body.size': 900 } }),
    'incomplete',
    /27 of 900/,
  ],
  [
    'a body that may be cut',
    http('b1', 'POST', '/refunds', { attributes: { 'http.request.body.content': '{"order":"W' } }),
    'incomplete',
    /whether its body is whole/,
  ],
  [
    'another API',
    http('b1', 'POST', '', { attributes: { 'url.full': 'https://api.llm.example/v1/chat' } }),
    'unmatched',
    /no upstream/,
  ],
  [
    'an address with credentials',
    http('b1', 'GET', '', { attributes: { 'url.full': 'https://u:p@api.shop.example/v2/orders/W1' } }),
    'malformed',
    /url.full/,
  ],
  ['a span without an id', { ...span({ id: 'b1' }), spanId: '' }, 'malformed', /spanId/],
  [
    'a span without a time',
    { ...http('b1', 'GET', '/orders/W1'), startTimeUnixNano: 'soon' },
    'malformed',
    /startTime/,
  ],
])('%s is listed, with its place and why', async (_, one, reason, said) => {
  const { result } = await imported(lines(request([one])));
  const listed = result.ok ? result.value.listed : [];
  expect(listed).toMatchObject([{ place: expect.stringContaining('line 1') as string, reason }]);
  expect(listed[0]?.why).toMatch(said);
});

test('credentials that the conventions redacted in an address are no part of it', async () => {
  const url = { 'url.full': 'https://REDACTED:REDACTED@api.shop.example/v2/orders/W1?sig=REDACTED#x' };
  const { calls } = await imported(lines(request([http('b1', 'GET', '', { attributes: url })])));
  expect(calls.map(({ target }) => target)).toEqual(['/orders/W1?sig=REDACTED']);
});

test('a span exported twice is one call; a server’s span, a model’s and an agent’s are none', async () => {
  const one = http('b1', 'GET', '/orders/W1');
  const server = http('s1', 'GET', '/orders/W1', { kind: 2 });
  const model = span({ id: 'l1', attributes: { 'gen_ai.operation.name': 'chat' } });
  const { result, calls } = await imported(lines(request([one]), request([one, server, model])));
  expect(calls).toHaveLength(1);
  expect(result).toMatchObject({
    ok: true,
    value: { noCalls: 2, listed: [{ place: 'line 2 span b1', reason: 'repeated' }] },
  });
});

test('a torn line, and one of something else, are listed', async () => {
  const good = lines(request([http('b1', 'GET', '/orders/W1')]));
  const { result } = await imported([good, good.slice(0, 60), '{"resourceMetrics":[]}'].join('\n'));
  expect(result).toMatchObject({ ok: true, value: { calls: 1, listed: [{ place: 'line 2' }, { place: 'line 3' }] } });
});
