import { act, type Act, type Side } from '../../src/evidence/divergence/act.ts';
import { divergence } from '../../src/evidence/divergence/divergence.ts';
import type { Meant } from '../../src/evidence/divergence/meant.ts';
import type { Noise } from '../../src/evidence/divergence/model.ts';
import type { AgentSide } from './agent-side.ts';

/** `tau-bench/sierra/gpt-4o/airline/task0/trial1#50`: which agent at which task, and the how-manieth time. */
const TRIAL = /^(?<task>.+)\/trial(?<trial>\d+)#\d+$/;

interface Trial {
  readonly session: string;
  readonly task: string;
  readonly trial: number;
}

function trialOf(session: string): Trial | undefined {
  const { task, trial } = TRIAL.exec(session)?.groups ?? {};
  return task === undefined || trial === undefined ? undefined : { session, task, trial: Number(trial) };
}

/**
 * How far agents differ from themselves: of every agent and task that was tried more than once, the first two trials.
 *
 * @param clusterOf a session's customer
 */
export function noiseFloor({ meant, actuals }: AgentSide, clusterOf: (session: string) => string): Noise | null {
  const trials = [...meant.cases].flatMap((session) => trialOf(session) ?? []).toSorted((a, b) => a.trial - b.trial);
  const first = new Map<string, string>();
  const second = new Map<string, string>();
  for (const { task, session } of trials) {
    if (!first.has(task)) first.set(task, session);
    else if (!second.has(task)) second.set(task, session);
  }
  const tasks = [...second.keys()];
  if (tasks.length === 0) return null;
  const sessionsOf = (runs: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
    new Map(tasks.map((task) => [runs.get(task) ?? '', task]));
  return divergence({
    agent: null,
    caseField: 'session',
    meant: { ...meant, ...renamed(meant, sessionsOf(first)) },
    again: { ...meant, ...renamed(meant, sessionsOf(second)) } satisfies Meant,
    actuals: { ...actuals, side: renamed(actuals.side, sessionsOf(first)) },
    withinMs: 0,
    clusterOf: (task) => clusterOf(first.get(task) ?? ''),
  }).noise;
}

/** Only these cases, under these names. */
function renamed({ acts, cases }: Side, names: ReadonlyMap<string, string>): Side {
  const under = (one: Act): readonly Act[] => {
    const name = names.get(one.case);
    return name === undefined ? [] : [act({ ...one, case: name })];
  };
  return { acts: acts.flatMap(under), cases: new Set([...cases].flatMap((name) => names.get(name) ?? [])) };
}
