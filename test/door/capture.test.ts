import { afterEach, expect, test } from 'vitest';
import type { CallEntry, OutcomeEntry, Recorded } from '../../src/journal/entry.ts';
import { rig, type Rig, type RigOptions } from './open-door.ts';
import { answer, rawUpstream, type RawUpstream } from './raw-upstream.ts';
import { SimpleShadow } from './simple-shadow.ts';

const OPTIONS: RigOptions = {
  stage: 'shadow',
  routes: `
get_charge: { match: "GET /v1/charges/{id}", upstream: api, effect: read, subject: "charge:{id}" }
head_charge: { match: "HEAD /v1/charges/{id}", upstream: api, effect: read, subject: "charge:{id}" }
refund: { match: "POST /v1/charges/{id}/refund", upstream: api, effect: write, subject: "charge:{id}" }
remove: { match: "DELETE /v1/charges/{id}", upstream: api, effect: destructive, subject: "charge:{id}" }
search: { match: POST /v1/search, upstream: api, effect: read }
`,
  allow: '[get_charge, head_charge, refund, remove, search]',
};

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

interface Set {
  readonly upstream: RawUpstream;
  readonly shadow: SimpleShadow;
  readonly its: Rig;
  readonly call: (
    method: string,
    path: string,
    more?: { body?: unknown; headers?: Record<string, string> },
  ) => Promise<Response>;
}

const CHARGE = answer(200, { 'content-type': 'application/json', etag: '"real"' }, '{"id":"ch_1","real":true}');

async function set(options: Partial<RigOptions> = {}): Promise<Set> {
  const upstream = await rawUpstream((_request, wire) => wire.send(CHARGE));
  opened.push(() => upstream.close());
  const shadow = new SimpleShadow();
  const its = await rig(upstream.origin, { ...OPTIONS, shadow, ...options });
  opened.push(() => its.close());
  return {
    upstream,
    shadow,
    its,
    call: (method, path, { body, headers = {} } = {}) =>
      fetch(new URL(path, its.url), {
        method,
        headers: {
          authorization: `Bearer ${its.token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
  };
}

const pairs = (raw: readonly string[]): [string, string][] =>
  raw.flatMap((name, i) => (i % 2 === 0 ? [[name.toLowerCase(), raw[i + 1] ?? '']] : []));
const calls = (records: readonly Recorded[]) => records.filter(({ kind }) => kind === 'call') as Recorded<CallEntry>[];
const outcomes = (records: readonly Recorded[]) =>
  records.filter(({ kind }) => kind === 'outcome') as Recorded<OutcomeEntry>[];

test('a captured write is answered, marked and journalled, and the upstream never hears of it', async () => {
  const { call, upstream, its } = await set();
  const response = await call('POST', '/v1/charges/ch_1/refund', { body: { amount: 5 } });
  expect(response.status).toBe(200);
  expect(response.headers.get('interlock-verdict')).toBe('captured');
  expect(response.headers.get('interlock-origin')).toBe('synthetic');
  expect(response.headers.get('content-length')).not.toBeNull();
  const id = response.headers.get('interlock-call');
  expect(await response.json()).toEqual({ id: `made_${id}`, amount: 5 });
  const records = await its.records();
  const [made] = calls(records);
  expect(made).toMatchObject({ call: id, verdict: 'capture', stage: 'shadow', body: '{"amount":5}' });
  expect(made?.findings.at(-1) ?? made?.findings).toBeDefined();
  expect(outcomes(records)).toMatchObject([
    { call: id, effectiveness: 'effective', origin: 'synthetic', status: 200, failure: null, facts: { made: 'whole' } },
  ]);
  expect(upstream.opened).toBe(0);
});

test('a read of what was captured shows it over what is real, says so, and asks for the whole in the clear', async () => {
  const { call, upstream, its } = await set();
  const written = await call('POST', '/v1/charges/ch_1/refund', { body: { refunded: true } });
  const id = written.headers.get('interlock-call');
  const headers = { 'if-none-match': '"real"', range: 'bytes=0-3', 'accept-encoding': 'gzip' };
  const read = await call('GET', '/v1/charges/ch_1', { headers });
  expect(read.headers.get('interlock-origin')).toBe('overlay');
  expect(read.headers.get('interlock-verdict')).toBeNull();
  expect(await read.json()).toMatchObject({ real: true, refunded: true });
  const [request] = upstream.requests;
  const sent = new Map(pairs(request?.headers ?? []));
  expect([sent.get('if-none-match'), sent.get('range'), sent.get('accept-encoding')]).toEqual([
    undefined,
    undefined,
    'identity',
  ]);
  const records = await its.records();
  const judged = calls(records)[1];
  expect(judged).toMatchObject({ verdict: 'allow', rests: { how: 'session', on: [id] } });
  expect(judged?.headers).not.toHaveProperty('if-none-match');
  expect(judged?.headers['accept-encoding']).toBe('identity');
  expect(outcomes(records)[1]).toMatchObject({ origin: 'overlay', merged: [id], facts: { made: 'part' } });
  // Another subject is nobody's business but the upstream's.
  const other = await call('GET', '/v1/charges/ch_2', { headers: { 'if-none-match': '"real"' } });
  expect(other.headers.get('interlock-origin')).toBeNull();
  expect(other.headers.get('etag')).toBe('"real"');
  expect(outcomes(await its.records())[2]).not.toHaveProperty('origin');
});

test('an answer that should show a captured write and is as the upstream gave it says so, and so does the journal', async () => {
  const { call, its } = await set();
  const written = await call('POST', '/v1/charges/ch_1/refund', { body: { refunded: true } });
  const id = written.headers.get('interlock-call') ?? '';
  const read = await call('GET', '/v1/charges/ch_1', { headers: { 'x-as-it-is': '1' } });
  expect(await read.json()).toEqual({ id: 'ch_1', real: true });
  expect(read.headers.get('interlock-unmerged')).toBe(id);
  expect(read.headers.get('interlock-origin')).toBeNull();
  const [, outcome] = outcomes(await its.records());
  expect(outcome).toMatchObject({ status: 200, unmerged: [id] });
  expect(outcome).not.toHaveProperty('origin');
});

test('what was deleted is gone for its session alone, and the upstream is not asked', async () => {
  const { call, upstream, its } = await set();
  await call('DELETE', '/v1/charges/ch_1');
  const read = await call('GET', '/v1/charges/ch_1');
  expect(read.status).toBe(404);
  expect(read.headers.get('interlock-origin')).toBe('overlay');
  expect(upstream.opened).toBe(0);
  const elsewhere = await call('GET', '/v1/charges/ch_1', { headers: { 'interlock-session': 'another' } });
  expect(elsewhere.status).toBe(200);
  const [, alone] = outcomes(await its.records());
  expect(alone).toMatchObject({ status: 404, origin: 'overlay', facts: { made: 'whole' } });
});

test('a HEAD of what captured writes change is refused with a hint', async () => {
  const { call, upstream } = await set();
  await call('POST', '/v1/charges/ch_1/refund', { body: {} });
  expect((await call('HEAD', '/v1/charges/ch_1')).status).toBe(501);
  expect(upstream.opened).toBe(0);
});

test('what cannot be answered honestly is refused, had no effect, and counts for nothing', async () => {
  const { call, its } = await set({ rules: 'once: [{ route: refund, per: subject }]' });
  const refused = await call('POST', '/v1/charges/ch_1/refund', { body: {}, headers: { 'x-unanswerable': '1' } });
  expect(refused.status).toBe(501);
  expect(await refused.json()).toMatchObject({
    type: 'urn:interlock:problem:no_schema',
    hint: 'Do without.',
    retryable: 'never',
  });
  expect(refused.headers.get('x-should-retry')).toBe('false');
  expect(outcomes(await its.records())).toMatchObject([
    { effectiveness: 'ineffective', status: null, failure: 'unanswerable' },
  ]);
  expect((await call('POST', '/v1/charges/ch_1/refund', { body: {} })).status).toBe(200);
  expect((await call('POST', '/v1/charges/ch_1/refund', { body: {} })).status).toBe(409);
  const unmerged = await call('GET', '/v1/charges/ch_1', { headers: { 'x-no-merge': '1' } });
  expect(unmerged.status).toBe(501);
});

test('a fault of the shadow itself is a 503, and nothing is sent', async () => {
  const faults: unknown[] = [];
  const { call, upstream, its } = await set({ onFault: (error) => faults.push(error) });
  const response = await call('POST', '/v1/charges/ch_1/refund', { body: {}, headers: { 'x-broken': '1' } });
  expect(response.status).toBe(503);
  expect(faults.map(String)).toEqual(['Error: the shadow is broken']);
  expect(outcomes(await its.records())).toMatchObject([{ effectiveness: 'ineffective', failure: 'fault' }]);
  expect(upstream.opened).toBe(0);
});

test('the same idempotency key with the same bytes is the same answer and no second write', async () => {
  const { call, shadow } = await set();
  const keyed = { body: { amount: 5 }, headers: { 'idempotency-key': 'k1' } };
  const first = await (await call('POST', '/v1/charges/ch_1/refund', keyed)).text();
  expect(await (await call('POST', '/v1/charges/ch_1/refund', keyed)).text()).toBe(first);
  expect(shadow.captured).toHaveLength(1);
  const other = await call('POST', '/v1/charges/ch_1/refund', { ...keyed, body: { amount: 6 } });
  expect(other.status).toBe(422);
  expect(await other.json()).toMatchObject({ type: 'urn:interlock:problem:idempotency_key_reused' });
});

test('a frozen agent in shadow gets no answer made, and works again once resumed', async () => {
  const { call, shadow, its } = await set();
  await its.door.operations.kill('tester', 'stop', 'ann');
  const refused = await call('POST', '/v1/charges/ch_1/refund', { body: {} });
  expect(await refused.json()).toMatchObject({ type: 'urn:interlock:problem:agent_frozen' });
  expect(shadow.captured).toEqual([]);
  await its.door.operations.resume('tester', 'looked', 'ann');
  expect((await call('POST', '/v1/charges/ch_1/refund', { body: {} })).headers.get('interlock-verdict')).toBe(
    'captured',
  );
});

test('staging reads and writes nothing', async () => {
  const { call, upstream } = await set({ stage: 'staging' });
  const refused = await call('POST', '/v1/charges/ch_1/refund', { body: {} });
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ type: 'urn:interlock:problem:stage_read_only' });
  expect(upstream.opened).toBe(0);
  expect((await call('GET', '/v1/charges/ch_1')).status).toBe(200);
});
