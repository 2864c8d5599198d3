import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readJournal, type Recorded } from '../../src/journal/index.ts';
import { serve, site, token, type Served, type Site } from '../cli/served.ts';
import { rawUpstream, type RawUpstream, type Wire } from '../door/raw-upstream.ts';
import { Client, get, post } from '../load/socket.ts';
import { Viewer } from './live/viewer.ts';

/** The issue's own: from the click to the last refused call, with so many requests in flight. */
const BOUND_MS = 250;
const IN_FLIGHT = 1_000;
/** With the effect shown by then to whoever watches. */
const SHOWN_MS = 1_000;
/** In one of so many tries; every one must keep all the rest. `npm run bench` measures. */
const TRIES = 3;
/**
 * Where more than this wait for each core, the clock tells of the others: there the bound is held against what the door's main
 * thread works until its answer, which is the same on every machine as crowded as it may be.
 */
const CROWDED_LOAD = 2;
const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const STREAM = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ntick\r\n';

const policy = (upstream: URL): string => `
version: 1
promotion: none
upstreams:
  api: { url: "${upstream.origin}", network: loopback, credential: { env: UPSTREAM_KEY, as: bearer }, connections: ${IN_FLIGHT + 100} }
routes:
  read: { match: "GET /v1/read/{id}", upstream: api, effect: read }
  refund:
    match: POST /v1/refunds
    upstream: api
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
agents:
  swarm: { stage: production, allow: [read, refund] }
  flock: { stage: production, allow: [read, refund] }
  other: { stage: production, allow: [read] }
`;

let upstream: RawUpstream;
let hanging: Wire[];
let lastArrivalAt = 0;
let where: Site;
let served: Served;
let control: { readonly url: string; readonly token: string };
const tokens = new Map<string, string>();
const clients: Client[] = [];

beforeEach(async () => {
  hanging = [];
  upstream = await rawUpstream((request, wire) => {
    lastArrivalAt = performance.now();
    // What is busy is answered at once, everything else never to its end: reads stream, writes hang.
    if (request.target.includes('busy') || request.body.includes('busy')) return wire.send(OK);
    hanging.push(wire);
    return request.method === 'GET' ? wire.send(STREAM) : undefined;
  });
  where = site(policy(upstream.origin));
  served = await serve(where);
  control = JSON.parse(readFileSync(path.join(where.data, 'control.json'), 'utf8')) as typeof control;
  for (const agent of ['swarm', 'flock', 'other']) tokens.set(agent, await token(where, agent));
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.end();
  served.child.kill('SIGKILL');
  await upstream.close();
});

const of = (agent: string): string => tokens.get(agent) ?? '';
const refund = (agent: string, charge: string): string =>
  post('/api/v1/refunds', of(agent), JSON.stringify({ charge, amount: 1 }));

function send(bytes: string): Client {
  const client = new Client(served.door);
  clients.push(client);
  client.send(bytes);
  return client;
}

/** Calls that will not end by themselves: half are streams that run, half are writes that nobody answers. */
async function inFlight(agents: readonly string[], round: number): Promise<readonly Client[]> {
  const before = upstream.requests.length;
  const crowd: Client[] = [];
  for (let index = 0; index < IN_FLIGHT; index += 1) {
    const agent = agents[index % agents.length] ?? '';
    const name = `hangs_${round}_${index}`;
    crowd.push(send(index % 4 < 2 ? get(`/api/v1/read/${name}`, of(agent)) : refund(agent, name)));
    if (index % 100 === 99) await upstream.arrived(before + index - 50);
  }
  await upstream.arrived(before + IN_FLIGHT);
  return crowd;
}

/** An agent that goes on writing, however it is answered. Resolves when it is refused or cut off. */
async function writing(agent: string, name: string): Promise<void> {
  const client = send('');
  for (let count = 1; !client.ended && !client.statuses.includes(403); count += 1) {
    client.send(refund(agent, `busy_${name}_${count}`));
    await client.answers(count);
    await sleep(2);
  }
}

interface Killed {
  /** From the request's first byte to the last that any client of a killed agent heard. */
  readonly lastMs: number;
  /** Until whoever asked was told that it is on the disk. */
  readonly answeredMs: number;
  /** What the door's main thread has worked by then; `null` where the system does not tell. */
  readonly doorCpuMs: number | null;
  readonly answer: unknown;
  readonly startedAt: number;
}

function doorCpuMs(): number | null {
  const file = `/proc/${served.child.pid}/schedstat`;
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split(' ', 1)[0]) / 1e6 : null;
}

/** The best of some tries, held to the bound. */
function expectBound(told: readonly Told[]): void {
  const crowded = (loadavg()[0] ?? 0) / availableParallelism() > CROWDED_LOAD;
  const counted = told.map(({ lastMs, doorCpuMs: cpu }) => (crowded ? Math.min(lastMs, cpu ?? lastMs) : lastMs));
  expect(Math.min(...counted)).toBeLessThan(BOUND_MS);
}

/** Kills, and waits until every client of the killed is cut off or refused. */
async function kill(
  target: string,
  crowd: readonly Client[],
  agents: readonly string[],
  round: number,
): Promise<Killed> {
  const busy = agents.flatMap((agent) =>
    ['a', 'b', 'c', 'd'].map((name) => writing(agent, `${agent}_${name}_${round}`)),
  );
  await sleep(100);
  const cpuBefore = doorCpuMs();
  const startedAt = performance.now();
  let answeredMs = 0;
  let cpuMs: number | null = null;
  const asked = fetch(control.url + target, {
    method: 'POST',
    headers: { authorization: `Bearer ${control.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ by: 'ann', reason: 'runs away' }),
  }).then(async (response) => {
    answeredMs = performance.now() - startedAt;
    const cpuAfter = doorCpuMs();
    cpuMs = cpuAfter === null || cpuBefore === null ? null : cpuAfter - cpuBefore;
    expect(response.status).toBe(200);
    return response.json();
  });
  await Promise.all([...crowd.map((client) => client.closed()), ...busy]);
  const lastMs = performance.now() - startedAt;
  const answer = await asked;
  return { lastMs, answeredMs, doorCpuMs: cpuMs, answer, startedAt };
}

/** What the upstream has seen is what was admitted before the freeze, and every connection that was in flight is gone. */
async function expectSilence(agents: readonly string[], startedAt: number): Promise<void> {
  await Promise.all(hanging.splice(0).map((wire) => wire.closed));
  const arrived = upstream.requests.length;
  for (const agent of agents) expect(await send(refund(agent, 'after')).answers(1)).toEqual([403]);
  await sleep(200);
  expect(upstream.requests.length).toBe(arrived);
  expect(lastArrivalAt - startedAt).toBeLessThan(SHOWN_MS);
  expect(upstream.faults).toEqual([]);
  const records: readonly Recorded[] = [...readJournal(where.data, { tail: 'live' })];
  for (const agent of agents) {
    const freeze = records.findLast((record) => record.kind === 'freeze' && record.agent === agent);
    const later = records.filter(
      (record) => record.kind === 'call' && record.agent === agent && record.seq > (freeze?.seq ?? 0),
    );
    expect(later.map((record) => record.kind === 'call' && record.verdict)).not.toContain('allow');
  }
}

interface Told extends Killed {
  readonly shownMs: number | null;
}

const whole = (ms: number | null): string => (ms === null ? 'to nobody' : `${Math.round(ms)} ms`);

async function repeated(agents: readonly string[], target: string, watched: boolean): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (let round = 0; round < TRIES; round += 1) {
    const viewer = watched ? new Viewer(control.url, control.token) : undefined;
    await viewer?.until(() => viewer.heard.length > 0);
    const crowd = await inFlight(agents, round);
    const killed = await kill(target, crowd, agents, round);
    await expectSilence(agents, killed.startedAt);
    let shownMs: number | null = null;
    if (viewer !== undefined) {
      const areAll = ({ frozen }: { readonly frozen: number }): boolean => frozen >= agents.length;
      await viewer.until(() => viewer.of('overview').some(areAll));
      const shown = viewer.heard.find((event) => event.name === 'overview' && areAll(event.data));
      shownMs = (shown?.at ?? Infinity) - killed.startedAt;
      expect(viewer.faults).toEqual([]);
      viewer.leave();
    }
    told.push({ ...killed, shownMs });
    const { lastMs, answeredMs, doorCpuMs: cpuMs } = killed;
    const worked = `the door worked ${cpuMs === null ? 'nobody knows how long' : whole(cpuMs)}, load ${loadavg()[0]}`;
    console.log(`${target}: last ${whole(lastMs)}, answered ${whole(answeredMs)}, shown ${whole(shownMs)}; ${worked}`);
    if (lastMs < BOUND_MS && (shownMs ?? 0) < SHOWN_MS) break;
    for (const agent of agents) {
      const response = await fetch(`${control.url}/v1/agents/${agent}/resume`, {
        method: 'POST',
        headers: { authorization: `Bearer ${control.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ by: 'bob', reason: 'once more' }),
      });
      expect(response.status).toBe(200);
    }
  }
  return told;
}

test(`killing an agent with ${IN_FLIGHT} calls in flight cuts every one within ${BOUND_MS} ms, and nothing new reaches the upstream`, async () => {
  const told = await repeated(['swarm'], '/v1/agents/swarm/kill', false);
  expectBound(told);
  expect(told[0]?.answer).toMatchObject({ severed: { length: expect.any(Number) } });
  expect((told[0]?.answer as { severed: string[] } | undefined)?.severed.length).toBeGreaterThanOrEqual(IN_FLIGHT);
  // Another agent works on.
  expect(await send(get('/api/v1/read/busy', of('other'))).answers(1)).toEqual([200]);
}, 30_000);

test(`the same for all agents at once, while a page watches: it shows them frozen within ${SHOWN_MS} ms`, async () => {
  const told = await repeated(['swarm', 'flock'], '/v1/kill', true);
  expectBound(told);
  expect(Math.min(...told.map(({ shownMs }) => shownMs ?? Infinity))).toBeLessThan(SHOWN_MS);
  expect(await send(get('/api/v1/read/busy', of('other'))).answers(1)).toEqual([403]);
}, 30_000);
