import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readJournal, type Recorded } from '../../src/journal/index.ts';
import type { RawRequest } from '../door/raw-request.ts';
import { rawUpstream, type RawUpstream, type Wire } from '../door/raw-upstream.ts';
import { interlock, serve, site, token, type Served, type Site } from '../cli/served.ts';
import { Client, get } from './socket.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
/** `LOAD=full npx vitest run test/load` holds 10,000 idle sockets; otherwise a tenth of them, and a door for as many fewer. */
const IDLE = process.env['LOAD'] === 'full' ? 10_000 : 1_000;
const CONNECTIONS = Math.ceil(IDLE * 0.8);

const policy = (upstream: URL): string => `
version: 1
promotion: none
upstreams:
  api: { url: "${upstream.origin}", network: loopback, credential: { env: UPSTREAM_KEY, as: bearer }, connections: 256 }
routes:
  read:  { match: "GET /v1/read/{id}", upstream: api, effect: read }
  refund:
    match: POST /v1/refunds
    upstream: api
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
agents:
  working: { stage: production, allow: [read, refund], budgets: [{ max: 500 USD, per: day, timezone: UTC }] }
  third: { stage: production, allow: [read] }
  hostile: { stage: production, allow: [read, refund], rates: [{ max: 5, per: 1h }], budgets: [{ max: 500 USD, per: day, timezone: UTC }] }
`;

let upstream: RawUpstream;
let where: Site;
let served: Served;
let working: string;
let hostile: string;
let third: string;
/** Connections of one agent. */
const SHARE = 60;
let arrivedBefore = 0;
const clients: Client[] = [];

/** Records of earlier tests. */
let earlier = 0;

// One door for all of them, on purpose: after each attack it must be as before.
beforeAll(async () => {
  upstream = await rawUpstream((_, wire) => wire.send(OK));
  where = site(policy(upstream.origin));
  [working, hostile, third] = [
    await token(where, 'working'),
    await token(where, 'hostile'),
    await token(where, 'third'),
  ];
  const limits = {
    headersTimeoutMs: 700,
    requestTimeoutMs: 900,
    connectionsMax: CONNECTIONS,
    agentConnectionsMax: SHARE,
    freeAnswersBurst: 40,
  };
  served = await serve(where, ...Object.entries(limits).flatMap(([name, value]) => ['--limit', `${name}=${value}`]));
});

beforeEach(() => {
  earlier = journal().length;
  arrivedBefore = upstream.requests.length;
  upstream.act((_, wire) => wire.send(OK));
});

afterEach(async () => {
  const ending = clients.splice(0);
  for (const client of ending) client.end();
  await Promise.all(ending.map((client) => client.closed()));
});

afterAll(async () => {
  await served.end('SIGKILL');
  await upstream.close();
});

const journal = (): readonly Recorded[] => [...readJournal(where.data, { tail: 'live' })];

/** What this test's requests came to at the upstream. */
const arrived = (): readonly RawRequest[] => upstream.requests.slice(arrivedBefore);

function ask(bytes: string): Client {
  const client = new Client(served.door);
  clients.push(client);
  client.send(bytes);
  return client;
}

/** The agent at work is answered as if nobody else were there. */
async function expectWork(times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    expect(await ask(get(`/api/v1/read/${count}`, working)).answers(1)).toEqual([200]);
  }
}

/** This test's records, as soon as they are what is expected; what there is after a while, otherwise. */
async function recorded(isWhole: (records: readonly Recorded[]) => boolean): Promise<readonly Recorded[]> {
  for (let tries = 0; ; tries += 1) {
    const records = journal().slice(earlier);
    if (isWhole(records) || tries === 100) return records;
    await sleep(50);
  }
}

const callsOf = (records: readonly Recorded[], agent: string): readonly Recorded[] =>
  records.filter((record) => record.kind === 'call' && record.agent === agent);

const refusalsOf = (records: readonly Recorded[], status: number): number =>
  records.reduce(
    (sum, record) => sum + (record.kind === 'refusal' && record.status === status ? (record.flood?.count ?? 1) : 0),
    0,
  );

describe('slow clients', () => {
  test('L01 slowloris: 500 sockets that send a header byte now and then are cut off, and nobody waits for them', async () => {
    const slow = Array.from({ length: 500 }, () => ask('GET /api/v1/read/1 HTTP/1.1\r\nHost: x\r\nX-A: '));
    const drip = (async () => {
      while (slow.some(({ ended }) => !ended)) {
        for (const { socket, ended } of slow) if (!ended) socket.write('a');
        await sleep(100);
      }
    })();
    await expectWork(5);
    await Promise.all(slow.map((client) => client.closed()));
    await drip;
    expect(slow.every(({ statuses }) => statuses.length === 0 || statuses[0] === 408)).toBe(true);
    expect(slow.filter(({ statuses }) => statuses[0] === 408).length).toBeGreaterThan(0);
    await expectWork(5);
    const records = await recorded((all) => refusalsOf(all, 408) >= 500);
    expect(refusalsOf(records, 408)).toBe(500);
    expect(arrived()).toHaveLength(10);
  });

  test('L02 slow bodies: 408, no intent written, no budget held', async () => {
    const head = `POST /api/v1/refunds HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${hostile}\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{`;
    const slow = Array.from({ length: 50 }, () => ask(head));
    await expectWork(5);
    await Promise.all(slow.map((client) => client.closed()));
    expect(slow.map(({ statuses }) => statuses)).toEqual(slow.map(() => [408]));
    const { stdout } = await interlock('status', '--policy', where.policy, '--data', where.data);
    expect(stdout).toContain('"remaining": "500.00 USD"');
    const records = await recorded((all) => refusalsOf(all, 408) >= 50);
    expect(refusalsOf(records, 408)).toBe(50);
    expect(callsOf(records, 'hostile')).toEqual([]);
    expect(arrived()).toHaveLength(5);
  });

  test('slow readers of long answers take no memory that grows with the answer', async () => {
    const long = 48 * 1024 * 1024;
    const piece = Buffer.alloc(1 << 16, 'x');
    const flow = async (wire: Wire): Promise<void> => {
      await wire.send(`HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${long}\r\n\r\n`);
      for (let sent = 0; sent < long; sent += piece.length) await wire.send(piece);
    };
    await expectWork(1);
    upstream.act((request, wire) => (request.target.endsWith('/long') ? flow(wire) : wire.send(OK)));
    const before = residentBytes(served);
    const readers = Array.from({ length: 20 }, () => {
      const client = ask(get('/api/v1/read/long', working));
      client.socket.pause();
      return client;
    });
    await upstream.arrived(arrivedBefore + 1 + readers.length);
    await sleep(500);
    await expectWork(5);
    expect(residentBytes(served) - before).toBeLessThan((readers.length * long) / 4);
  });
});

describe('floods', () => {
  test('headers without end: 431, and the agent at work does not notice', async () => {
    const flood = Array.from({ length: 100 }, () =>
      ask(get('/api/v1/read/1', hostile, `X-A: ${'a'.repeat(40_000)}\r\n`)),
    );
    await expectWork(5);
    for (const client of flood) expect(await client.answers(1)).toEqual([431]);
    const records = await recorded((all) => refusalsOf(all, 431) >= 100);
    expect(refusalsOf(records, 431)).toBe(100);
    expect(arrived()).toHaveLength(5);
  });

  test('idle sockets by the thousand keep nobody out, and cut nobody off', async () => {
    const kept = ask(get('/api/v1/read/1', working));
    await kept.answers(1);
    const sockets: Client[] = [];
    for (let count = 0; count < IDLE; count += 1) {
      sockets.push(ask(''));
      if (count % 250 === 249) await sleep(5);
    }
    // The oldest strangers give way, and nobody else.
    await Promise.all(sockets.slice(0, IDLE - CONNECTIONS + 1).map((client) => client.closed()));
    expect(sockets.filter(({ ended }) => !ended).length).toBeLessThan(CONNECTIONS);
    kept.send(get('/api/v1/read/2', working));
    expect(await kept.answers(2)).toEqual([200, 200]);
    await expectWork(5);
    expect(kept.ended).toBe(false);
  });

  test('denials by the thousand at once, pipelined, cost nobody else a call', async () => {
    const volley = get('/api/v1/read/1', hostile).repeat(500);
    const flood = Array.from({ length: 32 }, () => ask(volley));
    await expectWork(20);
    const answered = flood.reduce((sum, { statuses }) => sum + statuses.length, 0);
    expect(answered).toBeLessThan(500);
    const calls = callsOf(await recorded((all) => callsOf(all, 'hostile').length >= 45), 'hostile');
    // Five are within its rate, forty are refused at once; the others wait for their turn on a connection each.
    expect(calls.length).toBeGreaterThanOrEqual(45);
    expect(calls.length).toBeLessThan(500);
  });

  test('one agent on many connections is refused more than its share, and another one is not', async () => {
    upstream.act((request, wire) => (request.target.includes('hang') ? undefined : wire.send(OK)));
    const asked = Array.from({ length: SHARE + 30 }, (_, index) => ask(get(`/api/v1/read/hang_${index}`, third)));
    await upstream.arrived(arrivedBefore + SHARE);
    const refused = (): Client[] => asked.filter(({ statuses }) => statuses[0] === 429);
    while (refused().length < 30) await sleep(10);
    expect(refused()[0]?.text).toContain('too_many_connections');
    await expectWork(5);
    expect(arrived()).toHaveLength(SHARE + 5);
  });
});

/** proc(5): the pages of the door that are in memory. */
function residentBytes({ child }: Served): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1_024;
}
