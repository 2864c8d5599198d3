import { afterEach, beforeEach, expect, test } from 'vitest';
import { Overview } from '../../../src/control/contract/overview.ts';
import { rawUpstream, type RawUpstream } from '../../door/raw-upstream.ts';
import { ADMIN_TOKEN, openRoom, type Room } from './open-room.ts';
import { Viewer } from './viewer.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const BROKEN = 'HTTP/1.1 500 Oops\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';

const policy = (upstream: URL): string => `
version: 1
promotion: none
upstreams:
  api: { url: "${upstream.origin}", network: loopback, credential: { env: KEY, as: bearer } }
routes:
  read: { match: "GET /v1/read/{id}", upstream: api, effect: read, subject: "thing:{id}" }
  refund:
    match: POST /v1/refunds
    upstream: api
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
agents:
  refunds-bot:
    stage: production
    allow: [read, refund]
    budgets: [{ max: 500 USD, per: day, timezone: UTC }]
    approval: [{ route: refund, above: 100 USD, expires: 30m }]
    resume: { people: 2 }
  reader: { stage: production, allow: [read] }
  mirror: { stage: shadow, allow: [read] }
`;

let upstream: RawUpstream;
let room: Room;
const viewers: Viewer[] = [];

beforeEach(async () => {
  upstream = await rawUpstream((request, wire) => wire.send(request.target.includes('broken') ? BROKEN : OK));
  room = await openRoom(upstream.origin, policy(upstream.origin));
});

afterEach(async () => {
  for (const viewer of viewers.splice(0)) {
    expect(viewer.faults).toEqual([]);
    viewer.leave();
  }
  await room.close();
  await upstream.close();
});

async function watch(query = ''): Promise<Viewer> {
  const viewer = new Viewer(room.control, ADMIN_TOKEN, query);
  viewers.push(viewer);
  await viewer.until(() => viewer.heard.length > 0);
  return viewer;
}

async function read(agent: string, id: string): Promise<number> {
  const token = await room.grant(agent);
  const response = await fetch(`${room.door.url}/api/v1/read/${id}`, { headers: { authorization: `Bearer ${token}` } });
  await response.text();
  return response.status;
}

async function refund(amount: number, charge = 'ch_1'): Promise<number> {
  const token = await room.grant('refunds-bot');
  const response = await fetch(`${room.door.url}/api/v1/refunds`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ charge, amount }),
  });
  await response.text();
  return response.status;
}

const looked = async (): Promise<Overview> => Overview.parse(await (await room.ask('/v1/overview')).json());
const agentOf = ({ agents }: Overview, name: string) => agents.find(({ agent }) => agent === name);

test('the first look says who works where, what is spent of what, what waits, what failed', async () => {
  expect(await read('reader', 'a')).toBe(200);
  expect(await read('reader', 'broken')).toBe(500);
  expect(await refund(5_000)).toBe(200);
  expect(await refund(20_000, 'ch_2')).toBe(202);
  const view = await looked();
  expect(view).toMatchObject({ waiting: 1, frozen: 0, journal: { disk: 'ok', diskSince: null } });
  expect(view.traffic).toMatchObject({ calls: 4, allowed: 3, held: 1, denied: 0, failed: 1 });
  expect(agentOf(view, 'reader')).toMatchObject({
    stage: 'production',
    standing: null,
    traffic: { calls: 2, allowed: 2, failed: 1 },
    inFlight: 0,
    gauges: [],
  });
  expect(agentOf(view, 'mirror')).toMatchObject({ stage: 'shadow', lastCallAt: null });
  const [budget] = agentOf(view, 'refunds-bot')?.gauges ?? [];
  expect(budget).toMatchObject({
    guard: 'budget',
    unit: 'money',
    limit: '500.00 USD',
    used: '50.00 USD',
    remaining: '450.00 USD',
    share: 0.1,
    windowMs: 86_400_000,
  });
});

test('a freeze, each of two people, and the return to work are told', async () => {
  const viewer = await watch();
  const frozen = () => agentOf(viewer.of('overview').at(-1) as Overview, 'refunds-bot')?.frozen;
  const steps = [
    ['kill', { by: 'ann', reason: 'runs away' }, () => frozen()?.trip === 'kill'],
    ['resume', { by: 'ann', reason: 'mended' }, () => frozen()?.assent?.by === 'ann'],
    ['resume', { by: 'bob', reason: 'I looked too' }, () => frozen() === null],
  ] as const;
  for (const [act, body, holds] of steps) {
    await viewer.until(() => viewer.of('overview').length > 0);
    expect((await room.ask(`/v1/agents/refunds-bot/${act}`, body)).status).toBe(200);
    await viewer.until(holds);
  }
  const killed = viewer.of('overview').find((one) => agentOf(one, 'refunds-bot')?.frozen !== null);
  expect(agentOf(killed as Overview, 'refunds-bot')?.frozen).toMatchObject({
    by: 'human:ann',
    reason: 'runs away',
    people: 2,
    assent: null,
  });
});

test('what people do is told in the turn of the event loop that it happens in, as it stands behind it', async () => {
  await refund(20_000);
  const { operations } = room.door;
  const [held] = room.door.engine.holds.pending(room.door.clock.now());
  const watcher = room.live.watch(false, { cut: () => undefined, onGone: () => undefined });
  if ('kind' in watcher || held === undefined) throw new Error('somebody watches, and a call waits');
  const reader = watcher.stream.getReader();
  const text = new TextDecoder();
  const acts = [
    [() => operations.kill('refunds-bot', 'runs away', 'ann'), /"frozen":1,.*"trip":"kill","by":"human:ann"/],
    [() => operations.resume('refunds-bot', 'mended', 'ann'), /"assent":\{"by":"ann"/],
    [() => operations.resume('refunds-bot', 'mended', 'bob'), /"waiting":1,"frozen":0,/],
    [() => operations.reject(held.call, 'ann', 'no'), /"waiting":0,"frozen":0,/],
  ] as const;
  for (const [act, told] of acts) {
    // What came before is taken, and nothing is so fresh that this one would wait.
    await new Promise((resolve) => setTimeout(resolve, 60));
    const next = async (): Promise<string> => {
      for (;;) {
        const frame = text.decode((await reader.read()).value);
        if (frame.startsWith('event: overview') && told.test(frame)) return frame;
      }
    };
    const heard = next();
    let done: unknown;
    // The first thing of the next turn comes too late.
    const isLate = new Promise<'too late'>((resolve) => {
      setTimeout(() => {
        done = act();
        setImmediate(() => setImmediate(resolve, 'too late'));
      }, 0);
    });
    expect(await Promise.race([heard, isLate]), String(told)).toMatch(told);
    await done;
  }
  watcher.leave('signed_out');
});

test('a held call is told, and so is the word of whoever reviews it', async () => {
  const viewer = await watch();
  await refund(20_000);
  await viewer.until(() => viewer.of('overview').at(-1)?.waiting === 1);
  await viewer.until(() => viewer.of('calls').length > 0);
  const line = viewer.of('calls').flatMap(({ calls }) => calls)[0];
  expect(line).toMatchObject({ verdict: 'hold', amount: '200.00 USD', subject: 'charge:ch_1', route: 'refund' });
  expect(line?.rule).toMatch(/approval/);
  await room.ask(`/v1/holds/${line?.call}/reject`, { by: 'ann', reason: 'no' });
  await viewer.until(() => viewer.of('overview').at(-1)?.waiting === 0);
});

test('calls come with their ends, and a denial with the rule that is named first', async () => {
  const viewer = await watch();
  await read('reader', 'a');
  await room.ask('/v1/agents/reader/kill', { by: 'ann', reason: 'drill' });
  expect(await read('reader', 'b')).toBe(403);
  const lines = () => viewer.of('calls').flatMap(({ calls }) => calls);
  await viewer.until(() => lines().length === 2);
  expect(lines()).toMatchObject([
    { agent: 'reader', verdict: 'allow', rule: null, reason: null, subject: 'thing:a', amount: null },
    { agent: 'reader', verdict: 'deny', reason: expect.stringMatching(/frozen/) },
  ]);
  const ends = () => viewer.of('calls').flatMap(({ outcomes }) => outcomes);
  await viewer.until(() => ends().length === 1);
  expect(ends()).toMatchObject([{ call: lines()[0]?.call, status: 200, failure: null }]);
  expect(viewer.of('calls').reduce((sum, { seen }) => sum + seen, 0)).toBe(2);
});

test('a quiet door beats, and says nothing else', async () => {
  const viewer = await watch();
  await viewer.until(() => viewer.of('beat').length === 2);
  // Only the ten seconds' pace could have moved by itself, and it did not.
  expect(viewer.of('overview').length).toBeLessThanOrEqual(2);
  expect(viewer.of('calls')).toEqual([]);
});

test('a door that closes says so, and waits for nobody', async () => {
  const viewer = await watch();
  await room.live.close();
  await viewer.until(() => viewer.endedAt > 0);
  expect(viewer.heard.at(-1)).toMatchObject({ name: 'bye', data: { why: 'closing' } });
});
