import { afterEach, describe, expect, test } from 'vitest';
import { readTraceParent } from '../../../src/door/normal/traceparent.ts';
import { samplerOf } from '../../../src/control/traces/sampler.ts';
import { TraceQueue, TRACES_WAITING_MAX } from '../../../src/control/traces/queue.ts';
import { readJournal } from '../../../src/journal/index.ts';
import { Live, RULES } from '../../faults/live.ts';
import { collector, told, type Collector, type SpanJson } from './collector.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const SAMPLED = `00-${TRACE}-${PARENT}-01`;
const UNSAMPLED = `00-${TRACE}-${PARENT}-00`;

describe('a traceparent', () => {
  test.each([
    [SAMPLED, true],
    [UNSAMPLED, true],
    [`cc-${TRACE}-${PARENT}-01`, true],
    [`cc-${TRACE}-${PARENT}-01-what-the-future-says`, true],
    [`00-${TRACE}-${PARENT}-01-more`, false],
    [`ff-${TRACE}-${PARENT}-01`, false],
    [`00-${'0'.repeat(32)}-${PARENT}-01`, false],
    [`00-${TRACE}-${'0'.repeat(16)}-01`, false],
    [`00-${TRACE.toUpperCase()}-${PARENT}-01`, false],
    [`00-${TRACE}-${PARENT}`, false],
    [`00-${TRACE}-${PARENT}-1`, false],
    [`00-${TRACE}-${PARENT}-01 `, false],
    ['', false],
  ])('%s', (text, isOne) => {
    expect(readTraceParent(text) !== undefined).toBe(isOne);
    if (isOne) expect(readTraceParent(text)).toMatchObject({ traceId: TRACE, parentId: PARENT });
  });
});

describe('the samplers of the standard', () => {
  const parent = (sampled: boolean) => ({ traceId: TRACE, parentId: PARENT, sampled });
  const chosen = (name: string, argument: string, sampled?: boolean): boolean => {
    const sampler = samplerOf(name, argument);
    if (!sampler.ok) throw new Error(sampler.failure);
    return sampler.value(TRACE, sampled === undefined ? undefined : parent(sampled));
  };
  test('go by the parent, or by the id alone', () => {
    expect([chosen('always_on', '1', false), chosen('always_off', '1', true)]).toEqual([true, false]);
    expect([chosen('parentbased_always_on', '1'), chosen('parentbased_always_on', '1', false)]).toEqual([true, false]);
    expect([chosen('parentbased_always_off', '1'), chosen('parentbased_always_off', '1', true)]).toEqual([false, true]);
    // The id ends in 0e0e4736: 5.5 % of the span.
    expect([chosen('traceidratio', '0.06', false), chosen('traceidratio', '0.05', true)]).toEqual([true, false]);
    expect([chosen('parentbased_traceidratio', '0.05'), chosen('parentbased_traceidratio', '0.05', true)]).toEqual([
      false,
      true,
    ]);
  });
  test('one that there is not is refused with those that there are', () => {
    expect(samplerOf('sometimes')).toMatchObject({
      ok: false,
      failure: expect.stringContaining('parentbased_always_on'),
    });
    expect(samplerOf('traceidratio', '2')).toMatchObject({ ok: false });
  });
});

let live: Live | undefined;
let sink: Collector | undefined;
afterEach(async () => {
  await live?.close();
  await sink?.close();
  live = sink = undefined;
});

async function call(door: Live, headers: Readonly<Record<string, string>>, init: RequestInit = {}): Promise<number> {
  const bearer = (await door.control('/v1/grants', {
    agent: 'refunds-bot',
    task: 'test',
    expiresMs: 3_600_000,
    routes: null,
    parent: null,
    by: 'test',
  })) as { token: string };
  const response = await fetch(
    `${door.served.door}/payments/v1/${init.method === 'POST' ? 'refunds' : 'charges/ch_9'}`,
    {
      ...init,
      headers: { authorization: `Bearer ${bearer.token}`, ...headers },
    },
  );
  await response.arrayBuffer();
  return response.status;
}

const sentWith = (door: Live, at = -1): Readonly<Record<string, string>> => {
  const flat = door.upstream.requests.at(at)?.headers ?? [];
  return Object.fromEntries(
    flat.flatMap((name, index) => (index % 2 === 0 ? [[name.toLowerCase(), flat[index + 1] as string]] : [])),
  );
};

async function recorded(door: Live): Promise<readonly Readonly<Record<string, string>>[]> {
  await door.served.end('SIGTERM');
  return [...readJournal(door.where.data)].flatMap((record) => (record.kind === 'call' ? [record.headers] : []));
}

test('without a collector the door takes no part: what is a trace passes as it is, what is none ends there', async () => {
  live = await Live.open();
  await call(live, { traceparent: SAMPLED, tracestate: 'a=1,b=2' });
  expect(sentWith(live)).toMatchObject({ traceparent: SAMPLED, tracestate: 'a=1,b=2' });
  await call(live, { traceparent: '00-what-the-agent-likes-01', tracestate: 'a=1' });
  expect(Object.keys(sentWith(live))).not.toEqual(expect.arrayContaining(['traceparent']));
  expect(Object.keys(sentWith(live))).not.toEqual(expect.arrayContaining(['tracestate']));
  await call(live, { tracestate: 'a=1' });
  expect(Object.keys(sentWith(live))).not.toEqual(expect.arrayContaining(['tracestate']));
  await call(live, {});
  expect(Object.keys(sentWith(live))).not.toEqual(expect.arrayContaining(['traceparent']));
  expect((await recorded(live)).map(({ traceparent }) => traceparent)).toEqual([
    SAMPLED,
    undefined,
    undefined,
    undefined,
  ]);
});

test('with one it takes part: its own span is the upstream’s parent, and what is sent is what was judged and journalled', async () => {
  sink = await collector();
  const approval = `${RULES}approval: [{ route: create_refund, above: 100 USD, expires: 30m }]\n`;
  live = await Live.open({ more: ['--otlp', sink.url], rules: approval });
  await call(live, { traceparent: SAMPLED, tracestate: 'a=1' });
  await call(live, { traceparent: UNSAMPLED });
  await call(live, {});
  const form = { method: 'POST', body: new URLSearchParams({ charge: 'ch_big', amount: '20000' }) };
  // Held; approved; sent with another trace id: a person approved what the call means, and a trace is no part of it.
  expect(await call(live, { traceparent: SAMPLED }, form)).toBe(202);
  const [held] = (await live.control('/v1/holds')) as { call: string }[];
  await live.control(`/v1/holds/${held?.call}/approve`, { by: 'ana', reason: 'looked' });
  expect(await call(live, { traceparent: `00-${'b'.repeat(32)}-${PARENT}-01` }, form)).toBe(200);
  const sent = live.upstream.requests.map((_, at) => sentWith(live as Live, at)['traceparent']);
  const journalled = (await recorded(live)).map(({ traceparent }) => traceparent);
  // The held one was not sent.
  expect(journalled.filter((_, at) => at !== 3)).toEqual(sent);
  expect(sent[1]).toBe(UNSAMPLED);

  const spans = sink.spans;
  const of = (trace: string): readonly SpanJson[] => spans.filter(({ traceId }) => traceId === trace);
  const server = of(TRACE).find(
    ({ kind, attributes }) => kind === 2 && JSON.stringify(attributes).includes('"allow"'),
  ) as SpanJson;
  expect(server).toMatchObject({ parentSpanId: PARENT, name: 'get_charge' });
  expect(told(server)).toMatchObject({
    'interlock.agent': 'refunds-bot',
    'interlock.route': 'get_charge',
    'interlock.verdict': 'allow',
    'interlock.call': expect.stringMatching(/^call_/) as string,
    'http.response.status_code': expect.anything() as unknown,
  });
  const under = spans.filter(({ parentSpanId }) => parentSpanId === server.spanId);
  expect(under.map(({ name }) => name).sort()).toEqual(['decide', 'payments']);
  const client = under.find(({ name }) => name === 'payments') as SpanJson;
  expect(sent[0]).toBe(`00-${TRACE}-${client.spanId}-01`);
  for (const span of under) {
    expect(BigInt(span.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(server.startTimeUnixNano));
    expect(BigInt(span.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(server.endTimeUnixNano));
  }
  // The one that nobody began is begun here; the one that its caller does not trace is not.
  const begun = /^00-([0-9a-f]{32})-[0-9a-f]{16}-01$/.exec(sent[2] ?? '')?.[1] as string;
  expect(of(begun).find(({ kind }) => kind === 2)?.parentSpanId ?? '').toBe('');
  // A held call has its span with its rule; a write waited for the disk.
  const holding = of(TRACE).find(({ attributes }) => JSON.stringify(attributes).includes('"hold"')) as SpanJson;
  expect(told(holding)).toMatchObject({
    'interlock.rule': 'refunds-bot.approval[0]',
    'http.response.status_code': expect.anything() as unknown,
  });
  expect(
    of('b'.repeat(32))
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['create_refund', 'decide', 'journal', 'payments']);

  // The same numbers as a scrape's, the last ones sent at the end.
  const calls = sink.metrics().find(({ name }) => name === 'interlock_calls');
  const total = calls?.sum?.dataPoints.reduce((sum, { asDouble = 0 }) => sum + asDouble, 0);
  expect([calls?.sum?.isMonotonic, total]).toEqual([true, 5]);
  expect(
    sink.metrics().find(({ name }) => name === 'interlock_call_duration_seconds')?.histogram?.dataPoints.length,
  ).toBe(2);
  // Nothing of what was in the requests.
  expect(sink.bodies.join('')).not.toMatch(/ch_big|ch_9|amount|sk_live/);
}, 20_000);

test('a collector that answers nothing delays no call, and no end', async () => {
  sink = await collector();
  live = await Live.open({ more: ['--otlp', sink.url] });
  sink.hang();
  for (let index = 0; index < 20; index += 1) expect((await live.refund()).status).toBe(200);
  expect(await live.served.end('SIGTERM')).toBe(0);
}, 20_000);

test('beyond its bound the queue drops, and counts what it drops and what did not arrive', async () => {
  const waits: (() => void)[] = [];
  const queue = new TraceQueue(() => new Promise((resolve) => waits.push(() => resolve(waits.length !== 2))));
  const traced = {} as Parameters<TraceQueue['take']>[0];
  for (let index = 0; index < 2 * TRACES_WAITING_MAX; index += 1) queue.take(traced);
  const closing = queue.close(5_000);
  for (let done = 0; done < 4;) {
    await new Promise((resolve) => setImmediate(resolve));
    for (const wake of waits.slice(done)) {
      wake();
      done += 1;
    }
  }
  await closing;
  const [family] = queue.families();
  const counts = Object.fromEntries(
    (family?.samples ?? []).map((sample) => [sample.labels['outcome'], 'value' in sample ? sample.value : 0]),
  );
  expect(counts['dropped']).toBe(TRACES_WAITING_MAX);
  expect((counts['told'] ?? 0) + (counts['failed'] ?? 0)).toBe(TRACES_WAITING_MAX);
  expect(counts['failed']).toBe(512);
});
