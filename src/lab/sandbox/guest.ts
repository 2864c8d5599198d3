import type { ModelScript } from '../model/script.ts';
import type { Acted } from './acted.ts';
import type { Scenario } from './scenario.ts';

/** Of what an agent said before it gave up, how much stands in an error. */
const LAST_WORDS = 5;

/** An agent of the user's own, in any language, that acts where a scenario's would. */
export interface Guest {
  readonly command: readonly [string, ...string[]];
  /** What else it finds in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Stands in for its language model; `undefined`: it has its own, or none. */
  readonly model: ModelScript | undefined;
  /** What it is told to do; `undefined`: the task that the scenario names. */
  readonly task: string | undefined;
  /** `undefined`: as long as the scenario says. */
  readonly timeoutMs: number | undefined;
}

/** The same businesses, faults, policy and harm, with a guest in the place of every agent. */
export function withGuest(scenario: Scenario, guest: Guest): Scenario {
  const { command, environment, model, task, timeoutMs = scenario.timeoutMs } = guest;
  const agents = scenario.agents.map((run) => ({
    agent: run.agent,
    task: task ?? run.task,
    program: { kind: 'command' as const, command, environment },
  }));
  return { ...scenario, agents, timeoutMs, ...(model !== undefined && { model }) };
}

/** A guest that asked nothing of any business: there is nothing to compare. The message has what it said last. */
export class GuestIdle extends Error {
  override readonly name = 'GuestIdle';
}

/** @throws GuestIdle where nothing was sent */
export function mustHaveActed({ sent, said, outOfTime, durationMs }: Acted, where: string): void {
  if (sent > 0) return;
  const words = said.filter(({ lane }) => lane === 'agent').map(({ text }) => text);
  const last = words.slice(-LAST_WORDS).map((text) => `\n  ${text}`);
  const seconds = (durationMs / 1_000).toFixed(1);
  throw new GuestIdle(
    `the agent sent no request to any business ${where}, and ${outOfTime ? 'was ended' : 'ended'} after ${seconds} s. ` +
      'It finds their addresses in its environment: INTERLOCK_URL, INTERLOCK_TOKEN, and a base URL for each upstream ' +
      `(PAYMENTS_URL).${last.length === 0 ? ' It said nothing.' : ` The last it said:${last.join('')}`}`,
  );
}
