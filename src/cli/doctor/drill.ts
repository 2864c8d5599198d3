import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, fetch } from 'undici';
import { readControlFile } from '../control-file.ts';
import { atDesk, type Look, type Place } from '../desk.ts';
import { CommandFailed } from '../failure.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import type { AgentId } from '../../engine/ids.ts';
import { fail, ok, warn, type Finding } from './check.ts';
import { readPathOf } from './read-path.ts';

/** Callers at a time, and how long they call before and after the kill. */
const CALLERS = 20;
const BEFORE_MS = 700;
const AFTER_MS = 500;
/** Between two calls of one caller: it measures a kill, and is no load test. */
const EVERY_MS = 5;
const GRANT_MS = 60_000;
/** What is promised from the click to the last refused call. */
const PROMISED_MS = 250;

interface Answered {
  readonly startedMs: number;
  readonly endedMs: number;
  readonly refused: boolean;
}

/** Which agent can be drilled without touching anything real, and how it calls; refused with what to do instead. */
export function drillTarget(policy: LoadedPolicy, look: Look, agent: string): string {
  const seen = look.agents.find((one) => one.agent === agent);
  const rules = policy.policy.agents.get(agent as AgentId);
  if (seen === undefined || rules === undefined) {
    throw new CommandFailed(
      `Failed to drill \`${agent}\`: the policy has no such agent. It has: ${look.agents.map((one) => one.agent).join(', ')}.`,
    );
  }
  if (look.startedAt === null) throw new CommandFailed('Failed to drill: no door runs here, and a drill is of a door.');
  if (seen.frozen !== null)
    throw new CommandFailed(`Failed to drill \`${agent}\`: it is stopped, and a drill would resume it.`);
  if (seen.stage !== 'sandbox' && !look.mocked) {
    throw new CommandFailed(
      `Failed to drill \`${agent}\`: it stands in ${seen.stage}, so its calls would reach a real business. Give the policy an agent for drills, \`drill: { stage: sandbox, allow: [A_READ] }\`: its calls go to the mock.`,
    );
  }
  if (rules.resumePeople === 2)
    throw new CommandFailed(`Failed to drill \`${agent}\`: two people must resume it, and a drill is one.`);
  for (const { route } of rules.allow) {
    const known = policy.policy.routes.get(route);
    const target = readPathOf(policy, route);
    if (known !== undefined && target !== undefined) return `/${known.upstream}${target}`;
  }
  throw new CommandFailed(`Failed to drill \`${agent}\`: it is allowed no plain read, and a drill makes nothing else.`);
}

/**
 * Kills an agent of the running door while it calls, measures how long that takes to hold, and lets it work again. Both stand in
 * the journal, and whoever is paged of a kill is paged.
 */
export async function drill(
  where: Place,
  policy: LoadedPolicy,
  look: Look,
  agent: string,
  by: string,
): Promise<Finding> {
  const id = `drill.${agent}`;
  const target = drillTarget(policy, look, agent);
  const door = readControlFile(where.data)?.door;
  if (door === undefined)
    throw new CommandFailed('Failed to drill: where the door listens is not known. Start it with this version.');
  const asked = { agent, task: 'kill drill', expiresMs: GRANT_MS, routes: null, parent: null, by } as const;
  const made = await atDesk(where, (desk) => desk.createGrant(asked));
  const callers = new Callers(door + target, made.token);
  let isKilled = false;
  try {
    callers.start();
    await pause(BEFORE_MS);
    const killedMs = performance.now();
    isKilled = true;
    const { severed } = await atDesk(where, (desk) => desk.kill(agent, 'kill drill', by));
    const answeredMs = performance.now();
    await pause(AFTER_MS);
    const answers = await callers.stop();
    return told(id, agent, { answers, killedMs, answeredMs, severed: severed.length });
  } finally {
    await callers.stop();
    if (isKilled) await atDesk(where, (desk) => desk.resume(agent, 'the kill drill is over', by));
    await atDesk(where, (desk) => desk.revokeGrant(made.grant.id, by));
  }
}

class Callers {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent = new Agent({ connections: CALLERS });
  readonly #answers: Answered[] = [];
  #running: Promise<unknown> | undefined;
  #isOver = false;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#headers = { authorization: `Bearer ${token}` };
  }

  start(): void {
    this.#running = Promise.all(Array.from({ length: CALLERS }, () => this.#call()));
  }

  async stop(): Promise<readonly Answered[]> {
    this.#isOver = true;
    await this.#running;
    if (!this.#agent.closed) await this.#agent.close();
    return this.#answers;
  }

  async #call(): Promise<void> {
    while (!this.#isOver) {
      const startedMs = performance.now();
      const refused = await this.#once();
      this.#answers.push({ startedMs, endedMs: performance.now(), refused });
      await pause(EVERY_MS);
    }
  }

  /** A severed connection is no answer: nothing was let through to its end. */
  async #once(): Promise<boolean> {
    try {
      const response = await fetch(this.#url, { headers: this.#headers, dispatcher: this.#agent });
      await response.arrayBuffer();
      // The mock knows nobody of that name, or answers: either way it was asked.
      return response.headers.get('content-type')?.startsWith('application/problem+json') === true;
    } catch {
      return true;
    }
  }
}

interface Drilled {
  readonly answers: readonly Answered[];
  readonly killedMs: number;
  readonly answeredMs: number;
  readonly severed: number;
}

function told(id: string, agent: string, { answers, killedMs, answeredMs, severed }: Drilled): Finding {
  const before = answers.filter(({ endedMs, refused }) => !refused && endedMs < killedMs).length;
  const late = answers.filter(({ startedMs, refused }) => !refused && startedMs > answeredMs).length;
  const refused = answers.filter(({ startedMs, refused: was }) => was && startedMs > killedMs).length;
  const lastMs = Math.max(
    killedMs,
    ...answers.filter((one) => !one.refused && one.endedMs > killedMs).map(({ endedMs }) => endedMs),
  );
  const ms = (from: number, to: number): string => `${Math.round(to - from)} ms`;
  const counts = `${CALLERS} callers; ${before} calls let through before the kill, ${severed} severed by it, ${refused} refused after it`;
  const text =
    `${agent} was killed and resumed: the kill was on the disk and answered after ${ms(killedMs, answeredMs)}, ` +
    `the last call that was let through ended ${ms(killedMs, lastMs)} after it was sent. ${counts}.`;
  if (late > 0)
    return fail(
      id,
      `${text} ${late} calls that began after the answer were let through.`,
      'stop the process of the door, and do not start it again: a kill that does not hold is a fault of ours',
    );
  if (before === 0)
    return fail(
      id,
      `${text} No call was let through before it, so this shows nothing.`,
      'see why: interlock tail --agent ' + agent,
    );
  if (refused === 0)
    return fail(id, `${text} No call was refused, so this shows nothing.`, 'see why: interlock tail --agent ' + agent);
  if (lastMs - killedMs > PROMISED_MS || answeredMs - killedMs > PROMISED_MS) {
    return warn(
      id,
      `${text} ${PROMISED_MS} ms is what a kill may take.`,
      'see how long a write takes, above, and what else this machine does',
    );
  }
  return ok(id, text);
}
