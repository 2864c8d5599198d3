import type { Stage } from '../../engine/call.ts';
import type { AgentId } from '../../engine/ids.ts';
import { foldJournal, readJournal } from '../../journal/index.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { CommandFailed } from '../failure.ts';

/** How many steps a stage has for an agent; `null`: it has no ramp. */
export function stepsOf({ policy }: LoadedPolicy, agent: AgentId, to: Stage): number | null {
  if (to !== 'limited') return null;
  const rules = policy.agents.get(agent)?.rules.segment ?? [];
  const most = rules.reduce((steps, { belows }) => Math.max(steps, belows.length), 0);
  return most > 1 ? most : null;
}

/**
 * The step that is asked for: the one named; else the next of an agent that stands on the ramp; else the first.
 *
 * @param given as on the command line
 */
export function stepAsked(
  loaded: LoadedPolicy,
  {
    agent,
    to,
    data,
    now,
  }: { readonly agent: AgentId; readonly to: Stage; readonly data: string; readonly now: number },
  given: string | undefined,
): number | null {
  const steps = stepsOf(loaded, agent, to);
  if (given !== undefined) return named(given, steps, agent, to);
  if (steps === null) return null;
  const { engine } = foldJournal(loaded.policy, readJournal(data, { tail: 'live' }));
  const { stage, step } = engine.standings.of(agent, now);
  if (stage !== 'limited') return 1;
  return Math.min(steps, step === null ? steps : step + 1);
}

function named(given: string, steps: number | null, agent: AgentId, to: Stage): number {
  if (steps === null) {
    throw new CommandFailed(
      `Failed to read --step: ${to} has no steps for ${agent}. Its segment names them: \`share: [1%, 5%, 25%]\`.`,
    );
  }
  const step = /^\d{1,3}$/.test(given) ? Number(given) : 0;
  if (step >= 1 && step <= steps) return step;
  throw new CommandFailed(`Failed to read --step \`${given}\`: it is a number from 1 to ${steps}.`);
}
