import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { complete } from './load.ts';
import { start, type Running } from './process.ts';
import { serve } from './serve.ts';
import { spread, type Spread } from './statistics.ts';
import type { NoiseKind } from './peers/noise.ts';

/** What an agent at work waits for its answers, alone and beside a neighbour that sends as much as it can. */
export interface FairnessFigures {
  readonly neighbour: string;
  readonly aloneP50Ms: Spread;
  readonly aloneP99Ms: Spread;
  readonly besideP50Ms: Spread;
  readonly besideP99Ms: Spread;
  /** p99 beside the neighbour over p99 alone, of the same round. */
  readonly ratio: Spread;
  /** What the neighbour got answered, a second. */
  readonly answersPerSecond: Spread;
}

interface Neighbour {
  readonly name: string;
  readonly kind: NoiseKind;
  readonly connections: number;
  /** `undefined`: nobody this door knows. */
  readonly agent: string | undefined;
}

const NEIGHBOURS: readonly Neighbour[] = [
  { name: 'an agent beyond its rate, 256 connections', kind: 'closed', connections: 256, agent: 'noisy' },
  { name: 'an agent beyond its rate, 64 connections, pipelined', kind: 'pipelined', connections: 64, agent: 'noisy' },
  { name: 'a stranger without a grant, 256 connections', kind: 'closed', connections: 256, agent: undefined },
  { name: 'a stranger, pipelined', kind: 'pipelined', connections: 64, agent: undefined },
  { name: 'a stranger, a new connection each time', kind: 'reconnecting', connections: 16, agent: undefined },
];

/** The agent at work sends at this pace, whether or not it was answered: every wait of a late answer counts whole. */
const PACE_MS = 4;
const SETTLE_MS = 1_000;
const PEERS = path.join(import.meta.dirname, 'peers');

/** Door, upstream and neighbour are processes of their own. Rounds alternate: alone, then beside each neighbour. */
export async function benchFairness(rounds: number, roundMs: number): Promise<readonly FairnessFigures[]> {
  const dir = await mkdtemp(path.join(tmpdir(), 'interlock-fairness-'));
  const running: Running<unknown>[] = [];
  try {
    const upstream = await start<{ url: string }>([path.join(PEERS, 'upstream.ts')]);
    running.push(upstream);
    const { running: door, url, grant } = await serve(path.join(dir, 'data'), policyOf(upstream.line.url));
    running.push(door);
    const working = grant('working');
    const tokens = new Map<string | undefined, string>([['noisy', grant('noisy')]]);
    await work(url, working, 3_000);
    const found = NEIGHBOURS.map(() => [] as Round[]);
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, neighbour] of NEIGHBOURS.entries()) {
        const alone = await work(url, working, roundMs);
        const args = [url, neighbour.kind, String(neighbour.connections), tokens.get(neighbour.agent) ?? 'nobody'];
        const noise = await start([path.join(PEERS, 'noise.ts'), ...args]);
        running.push(noise);
        const started = performance.now();
        await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
        const beside = await work(url, working, roundMs);
        const told = once(createInterface({ input: noise.child.stdout! }), 'line') as Promise<[string]>;
        running.pop();
        await noise.stop();
        const { answers } = JSON.parse((await told)[0]) as { answers: number };
        found[index]?.push({ alone, beside, perSecond: (answers / (performance.now() - started)) * 1000 });
        await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      }
    }
    return NEIGHBOURS.map(({ name }, index) => figuresOf(name, found[index] ?? []));
  } finally {
    await Promise.all(running.map((one) => one.stop()));
    await rm(dir, { recursive: true, force: true });
  }
}

interface Waits {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Round {
  readonly alone: Waits;
  readonly beside: Waits;
  readonly perSecond: number;
}

function figuresOf(neighbour: string, rounds: readonly Round[]): FairnessFigures {
  return {
    neighbour,
    aloneP50Ms: spread(rounds.map(({ alone }) => alone.p50Ms)),
    aloneP99Ms: spread(rounds.map(({ alone }) => alone.p99Ms)),
    besideP50Ms: spread(rounds.map(({ beside }) => beside.p50Ms)),
    besideP99Ms: spread(rounds.map(({ beside }) => beside.p99Ms)),
    ratio: spread(rounds.map(({ alone, beside }) => beside.p99Ms / alone.p99Ms)),
    answersPerSecond: spread(rounds.map(({ perSecond }) => perSecond)),
  };
}

let counter = 0;

/** Half reads, half durable writes, at a fixed pace over as many connections as it takes. */
async function work(url: string, token: string, durationMs: number): Promise<Waits> {
  const { hostname, port } = new URL(url);
  const waits: number[] = [];
  const free: Socket[] = [];
  const all = new Set<Socket>();
  const pending: Promise<void>[] = [];
  const open = (): Socket => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    socket.setMaxListeners(0).on('error', () => undefined);
    all.add(socket);
    return socket;
  };
  const ask = (dueAt: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = free.pop() ?? open();
      let received = '';
      const hear = (chunk: Buffer): void => {
        received += chunk.toString('latin1');
        if (!complete(received)) return;
        socket.off('data', hear).off('close', fail);
        waits.push(performance.now() - dueAt);
        free.push(socket);
        if (received.startsWith('HTTP/1.1 2')) resolve();
        else reject(new Error(`the agent at work was refused: ${received.slice(0, 300)}`));
      };
      const fail = (): void => reject(new Error('the agent at work was cut off'));
      socket.on('data', hear).on('close', fail);
      socket.write(requestOf(token));
    });
  const started = performance.now();
  for (let dueAt = started; dueAt < started + durationMs; dueAt += PACE_MS) {
    const early = dueAt - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    pending.push(ask(dueAt));
  }
  await Promise.all(pending);
  for (const socket of all) socket.removeAllListeners('close').destroy();
  waits.sort((a, b) => a - b);
  const at = (share: number): number => waits[Math.floor((waits.length - 1) * share)] ?? 0;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

function requestOf(token: string): string {
  counter += 1;
  const common = `Host: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\nAccept: application/json\r\n`;
  if (counter % 2 === 0) return `GET /payments/v1/charges/ch_${counter} HTTP/1.1\r\n${common}\r\n`;
  const body = JSON.stringify({ charge: `ch_${counter}`, amount: 10, currency: 'usd' });
  return `POST /payments/v1/refunds HTTP/1.1\r\n${common}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

const policyOf = (upstream: string): string => `
version: 1
promotion: none
upstreams:
  payments: { url: "${upstream}", credential: { env: BENCH_KEY, as: bearer }, network: loopback, connections: 256 }
routes:
  get_charge: { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: body.currency, default: usd }
agents:
  working:
    stage: production
    allow: [get_charge, create_refund]
    budgets: [{ max: 500000000 USD, per: day, timezone: UTC }]
    once: [{ route: create_refund, per: subject }]
  noisy:
    stage: production
    allow: [get_charge]
    rates: [{ max: 10, per: 1s }]
`;
