import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { OutcomeEntry, Recorded } from '../../../src/journal/index.ts';
import { undiciTransport } from '../../../src/door/transports/undici.ts';
import { AGENT, rig, type Rig } from '../open-door.ts';
import { rawUpstream, type RawUpstream, type Script, type Wire } from '../raw-upstream.ts';

const ROUTES = `
get_charge: { match: "GET /v1/charges/{id}", upstream: api, effect: read }
refund:
  match: POST /v1/refunds
  upstream: api
  effect: money
  subject: "charge:{body.charge}"
  amount: { minor: body.amount, currency: USD }
`;
const RULES = `
budgets: [{ max: 100 USD, per: day, timezone: UTC, onTrip: deny }]
once: [{ route: refund, per: subject }]
inflight: 5
`;
const answer = (status: number, body = '{}'): string =>
  `HTTP/1.1 ${status} X\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

const open: { upstream?: RawUpstream; door?: Rig } = {};
afterEach(async () => {
  await open.door?.close();
  await open.upstream?.close();
});

async function start(script: Script): Promise<{ upstream: RawUpstream; door: Rig }> {
  const upstream = (open.upstream = await rawUpstream(script));
  const limits = { headTimeoutMs: 300, idleTimeoutMs: 300, connectionsMax: 8 };
  const transport = (origin: URL) => undiciTransport(origin, limits, { network: 'loopback' });
  const door = (open.door = await rig(upstream.origin, {
    routes: ROUTES,
    rules: RULES,
    allow: '[get_charge, refund]',
    transport,
  }));
  return { upstream, door };
}

function refund({ url, token }: Rig, charge: string, signal?: AbortSignal): Promise<Response> {
  return fetch(new URL('/v1/refunds', url), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: new URLSearchParams({ charge, amount: '4000' }),
    ...(signal === undefined ? {} : { signal }),
  });
}

async function outcomes(door: Rig): Promise<Recorded<OutcomeEntry>[]> {
  return (await door.records()).filter((record) => record.kind === 'outcome');
}

/** Waits until so many outcomes are recorded: they follow the answer, not precede it. */
async function settled(door: Rig, count: number): Promise<Recorded<OutcomeEntry>[]> {
  for (;;) {
    const found = await outcomes(door);
    if (found.length >= count) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function budgetLeft({ door }: Rig): string | undefined {
  return door.engine.levels(AGENT as never, door.clock.now()).find(({ guard }) => guard === 'budget')?.remaining;
}

const rst: Script = (_, wire) => wire.rst();
const silence: Script = () => undefined;
const half: Script = async (_, wire) => {
  await wire.send('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\nhalf');
  wire.rst();
};

test.each([
  {
    what: '200',
    script: ((_, wire) => wire.send(answer(200))) as Script,
    status: 200,
    effect: 'effective',
    left: '60.00 USD',
    again: 409,
  },
  {
    what: '303',
    script: ((_, wire) => wire.send(answer(303))) as Script,
    status: 303,
    effect: 'effective',
    left: '60.00 USD',
    again: 409,
  },
  {
    what: '402',
    script: ((_, wire) => wire.send(answer(402))) as Script,
    status: 402,
    effect: 'ineffective',
    left: '100.00 USD',
    again: 402,
  },
  {
    what: '408',
    script: ((_, wire) => wire.send(answer(408))) as Script,
    status: 408,
    effect: 'unknown',
    left: '60.00 USD',
    again: 409,
  },
  {
    what: '500',
    script: ((_, wire) => wire.send(answer(500))) as Script,
    status: 500,
    effect: 'unknown',
    left: '60.00 USD',
    again: 409,
  },
  { what: 'a reset before any byte', script: rst, status: 502, effect: 'unknown', left: '60.00 USD', again: 409 },
  { what: 'silence', script: silence, status: 504, effect: 'unknown', left: '60.00 USD', again: 409 },
])('a write answered with $what is $effect', async ({ script, status, effect, left, again }) => {
  const { door } = await start(script);
  const response = await refund(door, 'ch_1');
  expect(response.status).toBe(status);
  await response.text();
  const [outcome] = await settled(door, 1);
  expect(outcome?.effectiveness).toBe(effect);
  expect(budgetLeft(door)).toBe(left);
  expect([...door.door.engine.open()]).toEqual([]);
  // I5: only what surely had no effect may be tried again.
  expect((await refund(door, 'ch_1')).status).toBe(again);
});

test('a reset in mid-answer cuts the agent off, and the 200 before it counts as spent', async () => {
  const { door } = await start(half);
  await expect(refund(door, 'ch_1').then((response) => response.text())).rejects.toThrow();
  const [outcome] = await settled(door, 1);
  expect(outcome).toMatchObject({ effectiveness: 'effective', status: 200, failure: 'reset', answer: 'half' });
});

test('an upstream that cannot be reached releases what was reserved', async () => {
  const { door, upstream } = await start(silence);
  await upstream.close();
  const response = await refund(door, 'ch_1');
  expect(response.status).toBe(502);
  expect(await response.json()).toMatchObject({ retryable: 'after' });
  expect(await settled(door, 1)).toMatchObject([{ effectiveness: 'ineffective', failure: 'refused' }]);
  expect(budgetLeft(door)).toBe('100.00 USD');
});

test('an agent that hangs up on a write does not stop it: the outcome is still learned', async () => {
  const wires: Wire[] = [];
  const { door, upstream } = await start((_, wire) => void wires.push(wire));
  const gone = new AbortController();
  const refunded = refund(door, 'ch_1', gone.signal);
  await upstream.arrived(1);
  gone.abort();
  await expect(refunded).rejects.toThrow();
  await wires[0]?.send(answer(200));
  expect(await settled(door, 1)).toMatchObject([{ effectiveness: 'effective', status: 200 }]);
  expect(budgetLeft(door)).toBe('60.00 USD');
});

test('an agent that hangs up on a read lets the upstream go too', async () => {
  const { door, upstream } = await start(silence);
  const socket = connect(Number(door.url.port), door.url.hostname);
  socket.write(`GET /v1/charges/ch_1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${door.token}\r\n\r\n`);
  await upstream.arrived(1);
  socket.destroy();
  await upstream.deserted();
  expect(await settled(door, 1)).toMatchObject([{ failure: 'client_gone', status: null }]);
});

test('I6: a kill cuts the calls in flight, leaves their outcome unknown, and lets nothing more through', async () => {
  const { door, upstream } = await start(silence);
  const flights = ['ch_1', 'ch_2'].map((charge) =>
    refund(door, charge).then(
      () => 'answered',
      () => 'cut',
    ),
  );
  await upstream.arrived(2);
  const killed = await door.door.operations.kill(AGENT, 'drill', 'tester');
  expect(killed).toMatchObject({ ok: true, value: { severed: [expect.any(String), expect.any(String)] } });
  expect(await Promise.all(flights)).toEqual(['cut', 'cut']);
  await upstream.deserted();
  expect(await settled(door, 2)).toMatchObject([
    { effectiveness: 'unknown', failure: 'killed' },
    { effectiveness: 'unknown', failure: 'killed' },
  ]);
  const refused = await refund(door, 'ch_3');
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ guard: 'freeze', retryable: 'if-changed' });
  expect(upstream.requests).toHaveLength(2);
  expect(budgetLeft(door)).toBe('20.00 USD');
});
