import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readJournal, type Recorded } from '../../src/journal/index.ts';
import { interlock, serve, site, token, type Served, type Site } from '../cli/served.ts';
import { rawUpstream, type RawUpstream } from '../door/raw-upstream.ts';
import { Client, get, post } from './socket.ts';

const IN_FLIGHT = 300;
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
  swarm: { stage: production, allow: [read, refund], triggers: [{ same: call, count: 5, within: 60s, onTrip: kill }] }
  other: { stage: production, allow: [read] }
`;

let upstream: RawUpstream;
let where: Site;
let served: Served;
let swarm: string;
const clients: Client[] = [];

beforeEach(async () => {
  // Reads are streams without an end, writes are never answered; only a quick write is.
  upstream = await rawUpstream((request, wire) => {
    if (request.target.endsWith('/1')) return wire.send(OK);
    if (request.method === 'GET') return wire.send(STREAM);
    return request.body.includes('quick') ? wire.send(OK) : undefined;
  });
  where = site(policy(upstream.origin));
  served = await serve(where);
  swarm = await token(where, 'swarm');
  for (let index = 0; index < IN_FLIGHT; index += 1) {
    ask(index % 2 === 0 ? get(`/api/v1/read/s_${index}`, swarm) : refund(`hangs_${index}`));
  }
  await upstream.arrived(IN_FLIGHT);
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.end();
  await served.end('SIGKILL');
  await upstream.close();
});

function ask(bytes: string): Client {
  const client = new Client(served.door);
  clients.push(client);
  client.send(bytes);
  return client;
}

const refund = (charge: string): string => post('/api/v1/refunds', swarm, JSON.stringify({ charge, amount: 1 }));
const writes = (): number => upstream.requests.filter(({ method }) => method === 'POST').length;
const journal = (): readonly Recorded[] => [...readJournal(where.data, { tail: 'live' })];

/** The agent goes on writing as fast as it is answered, until it is refused or cut off. Gives how many went through. */
async function writing(name: string): Promise<void> {
  const client = ask('');
  for (let count = 1; !client.ended && !client.statuses.includes(403); count += 1) {
    client.send(refund(`quick_${name}_${count}`));
    await client.answers(count);
  }
}

/** All are cut, the end of every call that was sent stands before the freeze that severed it, and nothing reaches the upstream any more. */
async function expectSilence(inFlight: readonly Client[]): Promise<void> {
  await Promise.all(inFlight.map((client) => client.closed()));
  const [written, heard] = [writes(), inFlight.map(({ text }) => text.length)];
  ask(refund('after'));
  await sleep(300);
  expect(writes()).toBe(written);
  expect(inFlight.map(({ text }) => text.length)).toEqual(heard);
  expect(upstream.faults).toEqual([]);
  const records = journal();
  const freeze = records.find((record) => record.kind === 'freeze');
  expect(freeze?.severed.length).toBeGreaterThanOrEqual(IN_FLIGHT);
  const ended = new Map(records.flatMap((record) => (record.kind === 'outcome' ? [[record.call, record]] : [])));
  for (const call of freeze?.severed ?? []) {
    expect(ended.get(call)).toMatchObject({ failure: expect.stringMatching(/^(killed|not_sent)$/) });
    // What had not left yet ends when its own intent is on the disk.
    if (ended.get(call)?.failure === 'killed') expect(ended.get(call)?.seq).toBeLessThan(freeze?.seq ?? 0);
  }
}

test(`interlock kill with ${IN_FLIGHT} calls in flight: every client is cut off, and no write follows`, async () => {
  const inFlight = [...clients];
  const busy = Promise.all(['a', 'b', 'c', 'd'].map(writing));
  const startedAt = performance.now();
  const args = ['--reason', 'drill', '--by', 'ana', '--policy', where.policy, '--data', where.data];
  const [{ code }] = await Promise.all([
    interlock('kill', 'swarm', ...args),
    Promise.all(inFlight.map((client) => client.closed())).then(() => {
      console.log(`last byte ${Math.round(performance.now() - startedAt)} ms after the command was started`);
    }),
  ]);
  expect(code).toBe(0);
  await busy;
  await expectSilence(inFlight);
  const other = await token(where, 'other');
  expect(await ask(get('/api/v1/read/1', other)).answers(1)).toEqual([200]);
});

test(`a trigger with ${IN_FLIGHT} calls in flight does the same`, async () => {
  const inFlight = [...clients];
  const startedAt = performance.now();
  for (let count = 0; count < 5; count += 1) ask(refund('same'));
  await Promise.all(inFlight.map((client) => client.closed()));
  console.log(`last byte ${Math.round(performance.now() - startedAt)} ms after the call that was one too many`);
  await expectSilence(inFlight);
});
