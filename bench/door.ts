import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { COUNTER, load, template, type LoadResult, type RequestTemplate } from './load.ts';
import { benchPolicy } from './peers/policy.ts';
import { start, type Running } from './process.ts';
import { serve } from './serve.ts';
import { spread, type Spread } from './statistics.ts';

export interface DoorBenchOptions {
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly roundMs: number;
}

/** One peer under one load. `ratio`: its requests per second over the bare proxy's of the same round. */
export interface PeerFigures {
  readonly peer: string;
  readonly method: 'GET' | 'POST';
  readonly connections: number;
  readonly perSecond: Spread;
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
  readonly ratio: Spread;
  /** CPU of the peer's process per request, user and system; 0 where the system does not tell. */
  readonly cpuMicros: Spread;
}

interface Peer {
  readonly name: string;
  readonly url: string;
  readonly prefix: string;
  readonly token: string;
  readonly pid: number | undefined;
}

const BARE = 'bare http-proxy';
const PEERS = path.join(import.meta.dirname, 'peers');

/** The door with every guard and a durable journal, beside bare http-proxy and a direct connection, in alternating rounds. */
export async function benchDoor({ rounds, warmUpMs, roundMs }: DoorBenchOptions): Promise<readonly PeerFigures[]> {
  const dir = await mkdtemp(path.join(tmpdir(), 'interlock-bench-'));
  const running: Running<unknown>[] = [];
  try {
    const upstream = await start<{ url: string }>([path.join(PEERS, 'upstream.ts')]);
    running.push(upstream);
    const bare = await start<{ url: string }>([path.join(PEERS, 'bare-proxy.ts'), upstream.line.url]);
    running.push(bare);
    const peers: Peer[] = [
      { name: 'direct', url: upstream.line.url, prefix: '', token: 'direct', pid: undefined },
      { name: BARE, url: bare.line.url, prefix: '', token: 'bare', pid: bare.child.pid },
    ];
    for (const transport of ['undici', 'http-proxy']) {
      const door = await serve(path.join(dir, transport), benchPolicy(upstream.line.url), '--transport', transport);
      running.push(door.running);
      peers.push({
        name: `door on ${transport}`,
        url: door.url,
        prefix: '/payments',
        token: door.grant('bench'),
        pid: door.running.child.pid,
      });
    }
    const figures: PeerFigures[] = [];
    for (const method of ['GET', 'POST'] as const) {
      for (const connections of [1, 64]) {
        figures.push(...(await compare(peers, method, connections, { rounds, warmUpMs, roundMs })));
      }
    }
    return figures;
  } finally {
    await Promise.all(running.map((one) => one.stop()));
    await rm(dir, { recursive: true, force: true });
  }
}

async function compare(
  peers: readonly Peer[],
  method: 'GET' | 'POST',
  connections: number,
  { rounds, warmUpMs, roundMs }: DoorBenchOptions,
): Promise<PeerFigures[]> {
  const runs = new Map<string, { result: LoadResult; cpuMicros: number }[]>(peers.map(({ name }) => [name, []]));
  for (const peer of peers) await load(peer.url, requestFor(peer, method), connections, warmUpMs);
  for (let round = 0; round < rounds; round += 1) {
    // Every round begins with another peer, so that none always follows the same one.
    for (let turn = 0; turn < peers.length; turn += 1) {
      const peer = peers[(round + turn) % peers.length] as Peer;
      const before = cpuMicrosOf(peer.pid);
      const result = await load(peer.url, requestFor(peer, method), connections, roundMs);
      if (result.refused > 0) throw new Error(`${peer.name} refused ${result.refused} of ${result.requests} requests`);
      runs.get(peer.name)?.push({ result, cpuMicros: (cpuMicrosOf(peer.pid) - before) / result.requests });
    }
  }
  const bare = (runs.get(BARE) ?? []).map(({ result }) => result.perSecond);
  return [...runs].map(([peer, results]) => ({
    peer,
    method,
    connections,
    perSecond: spread(results.map(({ result }) => result.perSecond)),
    p50Ms: spread(results.map(({ result }) => result.p50Ms)),
    p99Ms: spread(results.map(({ result }) => result.p99Ms)),
    ratio: spread(results.map(({ result }, round) => result.perSecond / (bare[round] as number))),
    cpuMicros: spread(results.map(({ cpuMicros }) => cpuMicros)),
  }));
}

function requestFor({ prefix, token }: Peer, method: 'GET' | 'POST'): RequestTemplate {
  const common = `Host: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\nUser-Agent: bench/1\r\nAccept: application/json\r\n`;
  if (method === 'GET') return template(`GET ${prefix}/v1/charges/ch_${COUNTER} HTTP/1.1\r\n${common}\r\n`);
  const fields = { charge: `ch_${COUNTER}`, amount: 10, currency: 'usd', reason: 'requested_by_customer' };
  const body = JSON.stringify({ ...fields, note: 'n'.repeat(500 - JSON.stringify(fields).length - 10) });
  return template(
    `POST ${prefix}/v1/refunds HTTP/1.1\r\n${common}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
}

/** User and system time of a process (proc(5), fields 14 and 15), at the usual 100 ticks a second. */
function cpuMicrosOf(pid: number | undefined): number {
  if (pid === undefined) return 0;
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  } catch {
    return 0;
  }
}
