import type { Clock, Instant } from '../../std/clock.ts';
import { readScript } from '../model/script.ts';
import { MODEL_KEY, type ModelServer, serveModel } from '../model/server.ts';
import { runAgent } from './agent-run.ts';
import type { AgentRun, OperatorRoom, Scenario } from './scenario.ts';
import type { Arrival, Deed, Witness } from './witness.ts';
import type { World } from '../world/world.ts';

/** The key of every mock business in a scenario. Agents without a door hold it; behind the door nobody may ever see it. */
export const BUSINESS_KEY = 'sk_test_sandbox4eC39HqLyjWDarjtT1zdp7dc';

/** How often an operator looks around: a call that is held reaches no business, so nobody there would notice it. */
const LOOK_MS = 10;

/** Something said or done during a run by somebody who is no business. */
export interface Remark {
  readonly at: Instant;
  readonly lane: 'agent' | 'operator';
  readonly text: string;
}

/** What one acting-out of a scenario left behind. */
export interface Acted {
  readonly startedAt: Instant;
  readonly durationMs: number;
  readonly arrivals: readonly Arrival[];
  readonly deeds: readonly Deed[];
  readonly said: readonly Remark[];
  /** Requests that agents sent, and answers they got. */
  readonly sent: number;
  readonly answered: number;
  /** Whether the run's time was over before its agents had ended. */
  readonly outOfTime: boolean;
  /** How agents ran otherwise than written. */
  readonly remarks: readonly string[];
}

/** Where the agents of one run go, and with what. */
export interface Stage {
  readonly clock: Clock;
  readonly worlds: Readonly<Record<string, World>>;
  readonly witness: Witness;
  /** What a command finds as `INTERLOCK_URL`. */
  readonly url: string;
  readonly urls: Readonly<Record<string, string>>;
  readonly tokenOf: (run: AgentRun) => string;
  /** What the operator can do; absent where there is no switch. */
  readonly hands?: OperatorHands;
}

/** All of the operator's room that acts on the door. */
export type OperatorHands = Omit<OperatorRoom, 'worlds' | 'until'>;

/** Lets every agent, and the operator where there is one, act to the end or to the scenario's timeout. */
export async function act(scenario: Scenario, stage: Stage): Promise<Pick<Acted, 'said' | 'outOfTime' | 'remarks'>> {
  const model = await standIn(scenario);
  const said: Remark[] = [];
  let outOfTime = false;
  const say = (lane: Remark['lane'], text: string): void => void said.push({ at: stage.clock.now(), lane, text });
  const over = new AbortController();
  const timer = setTimeout(() => {
    outOfTime = true;
    say('agent', 'was ended: the time for this run is over');
    over.abort();
  }, scenario.timeoutMs);
  const ids = allIds(stage.worlds);
  const operator = stage.hands && scenario.operator?.(room(stage, stage.hands, say, over.signal));
  // What an operator throws is thrown when the run ends, below.
  operator?.catch(() => undefined);
  const alone = scenario.agents.length === 1;
  try {
    const runs = scenario.agents.map((run) =>
      runAgent(run.program, {
        url: stage.url,
        urls: stage.urls,
        token: stage.tokenOf(run),
        task: run.task,
        environment: model === undefined ? {} : { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: MODEL_KEY },
        ids,
        signal: over.signal,
        say: (text) => say('agent', alone ? text : `${run.task}: ${text}`),
      }),
    );
    const remarks = (await Promise.all(runs)).flat();
    const lost = model?.lost.map((why) => `the model's script was lost: ${why}`) ?? [];
    return { said, outOfTime, remarks: [...new Set([...remarks, ...lost])] };
  } finally {
    clearTimeout(timer);
    over.abort();
    await model?.close();
    await operator;
  }
}

/** The model that stands in for the real one, where the scenario has a script for it. */
async function standIn({ name, model }: Scenario): Promise<ModelServer | undefined> {
  if (model === undefined) return undefined;
  const script = readScript(model);
  if (!script.ok) throw new Error(`Failed to read the model's script of \`${name}\`:\n${script.failure}`);
  return serveModel(script.value);
}

function allIds(worlds: Stage['worlds']): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.values(worlds).flatMap((world) => Object.entries(world.ids())));
}

function room(
  { worlds, witness }: Stage,
  { kill, resume, holds, approve, reject }: OperatorHands,
  say: (lane: Remark['lane'], text: string) => void,
  over: AbortSignal,
): OperatorRoom {
  return {
    worlds,
    kill(agent, reason) {
      say('operator', `kills ${agent}: ${reason}`);
      return kill(agent, reason);
    },
    resume(agent, reason) {
      say('operator', `resumes ${agent}: ${reason}`);
      return resume(agent, reason);
    },
    holds,
    approve(call, reason) {
      say('operator', `approves ${call}: ${reason}`);
      return approve(call, reason);
    },
    reject(call, reason) {
      say('operator', `rejects ${call}: ${reason}`);
      return reject(call, reason);
    },
    until: (condition) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!over.aborted && !condition()) return;
          forget();
          over.removeEventListener('abort', look);
          resolve();
        };
        const unwatch = witness.onChange(look);
        const looking = setInterval(look, LOOK_MS);
        const forget = (): void => {
          clearInterval(looking);
          unwatch();
        };
        over.addEventListener('abort', look);
        look();
      }),
  };
}
