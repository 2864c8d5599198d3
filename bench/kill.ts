import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { killPolicy, refund, stream } from './kill-traffic.ts';
import { start, type Running } from './process.ts';
import { interlock, serve } from './serve.ts';
import { spread, type Spread } from './statistics.ts';

/** How long it takes until nothing more reaches any client of a killed agent. */
export interface KillFigures {
  readonly how: string;
  readonly inFlight: number;
  /** From the start of what kills (for the command: of its process) to the last byte or end that any client saw. */
  readonly lastByteMs: Spread;
  /** Writes that reached the upstream after the last client's end; anything but 0 is a broken promise. */
  readonly writesAfter: number;
}

const IN_FLIGHT = 1_000;
const AGENT = 'swarm';
const PEERS = path.join(import.meta.dirname, 'peers');
/** The call that raises the alarm, sent once more than this. */
const SAME_CALLS = 5;

type Way = 'control API' | 'interlock kill' | 'trigger';
const WAYS: readonly Way[] = ['control API', 'interlock kill', 'trigger'];

/** Door and upstream are processes of their own; half of the calls are streams, half are writes nobody answers. */
export async function benchKill(rounds: number): Promise<readonly KillFigures[]> {
  const dir = await mkdtemp(path.join(tmpdir(), 'interlock-kill-'));
  const running: Running<unknown>[] = [];
  try {
    const upstream = await start<{ url: string }>([path.join(PEERS, 'patient-upstream.ts')]);
    running.push(upstream);
    const served = await serve(path.join(dir, 'data'), policyOf(upstream.line.url));
    running.push(served.running);
    const control = JSON.parse(await readFile(path.join(served.data, 'control.json'), 'utf8')) as Control;
    const stage: Stage = { ...served, control, token: served.grant(AGENT), upstream: upstream.line.url };
    const found = new Map<Way, Killed[]>(WAYS.map((way) => [way, []]));
    for (let round = 0; round < rounds + 1; round += 1) {
      for (const way of WAYS) {
        const killed = await killOnce(stage, way, round);
        // The first is a warm-up.
        if (round > 0) found.get(way)?.push(killed);
      }
    }
    return [...found].map(([how, all]) => ({
      how,
      inFlight: IN_FLIGHT,
      lastByteMs: spread(all.map(({ lastByteMs }) => lastByteMs)),
      writesAfter: all.reduce((sum, { writesAfter }) => sum + writesAfter, 0),
    }));
  } finally {
    await Promise.all(running.map((one) => one.stop()));
    await rm(dir, { recursive: true, force: true });
  }
}

interface Control {
  readonly url: string;
  readonly token: string;
}

interface Stage {
  readonly url: string;
  readonly control: Control;
  readonly common: readonly string[];
  readonly token: string;
  readonly upstream: string;
}

interface Killed {
  readonly lastByteMs: number;
  readonly writesAfter: number;
}

async function killOnce(stage: Stage, way: Way, round: number): Promise<Killed> {
  const { url, token, upstream } = stage;
  const before = await witness(upstream);
  const name = `${way.replaceAll(/\W/g, '')}_${round}`;
  const crowd = new Crowd(url);
  for (let index = 0; index < IN_FLIGHT; index += 1) {
    crowd.send(index % 2 === 0 ? stream(token, `${name}_${index}`) : refund(token, `${name}_${index}`));
    if (index % 50 === 49) await sleep(5);
  }
  for (let tries = 0; (await witness(upstream)).requests < before.requests + IN_FLIGHT; tries += 1) {
    if (tries > 1_000) throw new Error('the calls never arrived at the upstream');
    await sleep(10);
  }
  const startedAt = performance.now();
  await kill(stage, way, crowd, name);
  await crowd.gone();
  const gone = await witness(upstream);
  await sleep(300);
  const later = await witness(upstream);
  await ask(stage, `/v1/agents/${AGENT}/resume`);
  return {
    lastByteMs: crowd.lastAt - startedAt,
    writesAfter: later.writes - gone.writes,
  };
}

async function kill(stage: Stage, way: Way, crowd: Crowd, name: string): Promise<void> {
  if (way === 'control API') return ask(stage, `/v1/agents/${AGENT}/kill`);
  if (way === 'trigger') {
    for (let count = 0; count < SAME_CALLS; count += 1) crowd.send(refund(stage.token, `${name}_same`));
    return;
  }
  const args = interlock('kill', AGENT, '--reason', 'bench', '--by', 'bench', '--json', ...stage.common);
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 24 });
  const { severed } = JSON.parse(stdout) as { severed: readonly string[] };
  if (severed.length !== IN_FLIGHT) throw new Error(`${severed.length} calls were severed`);
}

async function ask({ control }: Stage, target: string): Promise<void> {
  const response = await fetch(control.url + target, {
    method: 'POST',
    headers: { authorization: `Bearer ${control.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'bench', by: 'bench' }),
  });
  if (!response.ok) throw new Error(`${target} was answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}

/** Clients on a connection each, and when the last of them heard anything. */
class Crowd {
  readonly #door: URL;
  readonly #open = new Set<Socket>();
  readonly #gone = Promise.withResolvers<void>();
  lastAt = 0;

  constructor(door: string) {
    this.#door = new URL(door);
  }

  send(bytes: string): void {
    const socket = connect({ host: this.#door.hostname, port: Number(this.#door.port), noDelay: true });
    this.#open.add(socket);
    socket.on('data', () => (this.lastAt = performance.now()));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.lastAt = performance.now();
      this.#open.delete(socket);
      if (this.#open.size === 0) this.#gone.resolve();
    });
    socket.write(bytes);
  }

  gone(): Promise<void> {
    return this.#gone.promise;
  }
}

async function witness(upstream: string): Promise<{ readonly requests: number; readonly writes: number }> {
  const response = await fetch(`${upstream}/witness`);
  return (await response.json()) as { requests: number; writes: number };
}

const policyOf = (upstream: string): string =>
  killPolicy(
    upstream,
    IN_FLIGHT + 100,
    `  ${AGENT}:
    stage: production
    allow: [get_events, create_refund]
    budgets: [{ max: 500000000 USD, per: day, timezone: UTC }]
    triggers: [{ same: call, count: ${SAME_CALLS}, within: 60s, onTrip: kill }]`,
  );
