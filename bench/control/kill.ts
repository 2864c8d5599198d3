import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from '../process.ts';
import { serve } from '../serve.ts';
import { tail, type Tail } from '../statistics.ts';
import { Clients } from './clients.ts';
import { Crowd, nowMs } from './crowd.ts';
import { killPolicy, refund, stream } from '../kill-traffic.ts';
import { bareCut } from './cutting.ts';
import { watch } from './watch.ts';

/** From the click to the last refused call, while somebody watches. */
export interface ControlKillFigures {
  readonly what: 'one agent' | 'all agents';
  readonly inFlight: number;
  readonly rounds: number;
  /** From the first byte of the request to the control API, to the last end or refusal that any client had, by the clients' clocks. */
  readonly lastMs: Tail;
  /** Of that, what is the clients' own and the machine's: see {@link bareCut}. Nothing is subtracted. */
  readonly bareMs: Tail;
  /** What the door's main thread works, from the click to the answer: the same however crowded the machine is. */
  readonly doorCpuMs: Tail;
  /** To the answer: the freeze is on the disk. */
  readonly answeredMs: Tail;
  /** To the overview that shows it, at whoever watches. */
  readonly shownMs: Tail;
  /** Requests that reached the upstream after the answer; anything but 0 is a broken promise. */
  readonly after: number;
  readonly machineLoad: number;
}

const SIZES = [100, 1_000] as const;
const AGENTS = ['swarm', 'flock'] as const;
/** Calls that are sent at a time. */
const STEP = 50;
/** How often an agent that goes on sends another call. */
const SENDS_EVERY_MS = 5;
/** Refusals leave at once, and not at their sender's pace: it is the kill that is measured, and every round is refused again. */
const PLAIN = ['--log-level', 'error', '--limit', 'freeAnswersBurst=1000000'];
const UPSTREAM = path.join(import.meta.dirname, '../peers/patient-upstream.ts');

interface Ground {
  readonly door: URL;
  readonly control: { readonly url: string; readonly token: string };
  readonly upstream: string;
  readonly pid: number;
  readonly clients: Clients;
  readonly tokens: Readonly<Record<string, string>>;
}

/** Door, upstream and clients are processes of their own; half of the calls are streams, half are writes nobody answers. */
export async function benchControlKill(rounds: number): Promise<readonly ControlKillFigures[]> {
  const dir = await mkdtemp(path.join(tmpdir(), 'interlock-control-kill-'));
  const upstream = await start<{ url: string }>([UPSTREAM]);
  const served = await serve(path.join(dir, 'data'), policyOf(upstream.line.url), ...PLAIN);
  const clients = new Clients();
  try {
    const control = JSON.parse(await readFile(path.join(served.data, 'control.json'), 'utf8')) as Ground['control'];
    const tokens = Object.fromEntries(AGENTS.map((agent) => [agent, served.grant(agent)]));
    const pid = served.running.child.pid ?? 0;
    const ground = { door: new URL(served.url), control, upstream: upstream.line.url, pid, clients, tokens };
    const figures: ControlKillFigures[] = [];
    for (const inFlight of SIZES) {
      const bareMs = await bareCut(clients, inFlight, rounds);
      for (const what of ['one agent', 'all agents'] as const) {
        // The first is a warm-up.
        const killed: Killed[] = [];
        for (let round = 0; round <= rounds; round += 1) {
          const one = await killOnce(ground, what, inFlight, `${inFlight}_${what.length}_${round}`);
          if (round > 0) killed.push(one);
        }
        figures.push({
          what,
          inFlight,
          rounds,
          lastMs: tail(killed.map(({ lastMs }) => lastMs)),
          bareMs,
          doorCpuMs: tail(killed.map(({ doorCpuMs }) => doorCpuMs)),
          answeredMs: tail(killed.map(({ answeredMs }) => answeredMs)),
          shownMs: tail(killed.map(({ shownMs }) => shownMs)),
          after: killed.reduce((sum, { after }) => sum + after, 0),
          machineLoad: Math.round((loadavg()[0] ?? 0) * 10) / 10,
        });
      }
    }
    return figures;
  } finally {
    clients.stop();
    await served.running.stop();
    await upstream.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

interface Killed {
  readonly lastMs: number;
  readonly doorCpuMs: number;
  readonly answeredMs: number;
  readonly shownMs: number;
  readonly after: number;
}

async function killOnce(
  ground: Ground,
  what: ControlKillFigures['what'],
  inFlight: number,
  name: string,
): Promise<Killed> {
  const agents = what === 'one agent' ? AGENTS.slice(0, 1) : AGENTS;
  const watching = await watch(ground.control.url, ground.control.token);
  const before = await reached(ground);
  const { clients, door } = ground;
  let index = 0;
  const sendMore = async (calls: number): Promise<void> => {
    for (const last = index + calls; index < last;) {
      const some: string[] = [];
      for (const until = Math.min(last, index + STEP); index < until; index += 1) {
        const token = ground.tokens[agents[index % agents.length] ?? ''] ?? '';
        some.push(index % 4 < 2 ? stream(token, `${name}_${index}`) : refund(token, `${name}_${index}`));
      }
      clients.send(door, some);
      await sleep(5);
    }
  };
  await sendMore(inFlight);
  for (let tries = 1; (await reached(ground)) < before + inFlight; tries += 1) {
    if (tries > 2_000) throw new Error('the calls never arrived at the upstream');
    await sleep(10);
    // On a crowded machine the door sends some too late, and so not at all (decision 0023): others take their place.
    if (tries % 300 === 0) await sendMore(before + inFlight - (await reached(ground)));
  }
  // And agents that go on, before the kill and behind it.
  const goers = new Crowd();
  let count = 0;
  const going = setInterval(() => {
    for (const agent of agents) goers.send(door, refund(ground.tokens[agent] ?? '', `${name}_more_${count++}`));
  }, SENDS_EVERY_MS);
  await sleep(100);
  await clients.mark();
  const cpuBefore = await cpuMs(ground);
  const startedAt = performance.now();
  const startedAtMs = nowMs();
  const last = clients.last(startedAtMs);
  await ask(ground, what === 'one agent' ? `/v1/agents/${AGENTS[0]}/kill` : '/v1/kill');
  const answeredMs = nowMs() - startedAtMs;
  const doorCpuMs = (await cpuMs(ground)) - cpuBefore;
  // Once more to the agents: whatever they send behind the answer is refused.
  const known = reached(ground);
  await sleep(50);
  clearInterval(going);
  await goers.gone();
  const lastMs = Math.max((await last).lastAtMs, goers.lastOf(startedAtMs)) - startedAtMs;
  await sleep(100);
  const after = (await reached(ground)) - (await known);
  for (let tries = 0; watching.frozenAt(agents.length) === 0 && tries < 200; tries += 1) await sleep(10);
  const shownMs = watching.frozenAt(agents.length) - startedAt;
  watching.close();
  for (const agent of AGENTS) await ask(ground, `/v1/agents/${agent}/resume`, [200, 409]);
  return { lastMs, doorCpuMs, answeredMs, shownMs, after };
}

async function ask({ control }: Ground, target: string, expected: readonly number[] = [200]): Promise<void> {
  const response = await fetch(control.url + target, {
    method: 'POST',
    headers: { authorization: `Bearer ${control.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'bench', by: 'bench' }),
  });
  const text = await response.text();
  if (!expected.includes(response.status)) throw new Error(`${target} was answered ${response.status}: ${text}`);
}

async function reached({ upstream }: Ground): Promise<number> {
  const response = await fetch(`${upstream}/witness`);
  return ((await response.json()) as { requests: number }).requests;
}

/** What the door's main thread has worked so far; NaN where the system does not tell. */
async function cpuMs({ pid }: Ground): Promise<number> {
  try {
    const [nanos = ''] = (await readFile(`/proc/${pid}/schedstat`, 'utf8')).split(' ', 1);
    return Number(nanos) / 1e6;
  } catch {
    return Number.NaN;
  }
}

const policyOf = (upstream: string): string =>
  killPolicy(
    upstream,
    1_500,
    AGENTS.map(
      (agent) =>
        `  ${agent}: { stage: production, allow: [get_events, create_refund], budgets: [{ max: 500000000 USD, per: day, timezone: UTC }] }`,
    ).join('\n'),
  );
