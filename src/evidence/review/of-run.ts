import { budgetTimeZone } from '../shadow/limits.ts';
import type { ShadowRun } from '../shadow/run.ts';
import type { Intent } from '../intents/intent.ts';
import type { Instant } from '../../std/clock.ts';
import { candidates, type Candidates } from './queue.ts';
import type { SampleTerms } from './sample.ts';
import { daysIn } from './strata.ts';

/** Which of a run's writes are looked at, and where its weekends are. */
export interface ReviewScope {
  readonly from: Instant | null;
  readonly stage: string | null;
  /** `null`: where the agent's budgets begin their days, else UTC. */
  readonly timeZone: string | null;
}

export const EVERYTHING: ReviewScope = { from: null, stage: null, timeZone: null };

/** As much of a run as a draw asks for. */
export interface ReviewedRun extends Pick<ShadowRun, 'policy' | 'assessments'> {
  readonly intents: Pick<ShadowRun['intents'], 'writes'>;
}

/** The writes of a journal, those to be reviewed among them, and what was said of them so far. */
export function candidatesOf(run: ReviewedRun, terms: SampleTerms, { from, stage, timeZone }: ReviewScope): Candidates {
  const isWithin = (one: Intent): boolean =>
    (from === null || one.at >= from) && (stage === null || one.stage === stage);
  const [writes, others] = [run.intents.writes.filter(isWithin), run.intents.writes.filter((one) => !isWithin(one))];
  // What is thought of a write that is left out on purpose is no opinion on nothing.
  const leftOut = new Set(others.map(({ call }) => call));
  const within = run.assessments.filter(({ call }) => !leftOut.has(call));
  return candidates(writes, within, terms, daysIn(timeZone ?? zoneOf(run) ?? 'UTC'));
}

/** As the report has it, so that both draw the same. */
function zoneOf({ intents, policy }: ReviewedRun): string | undefined {
  const [only, ...more] = new Set(intents.writes.map(({ agent }) => agent));
  return policy === null || only === undefined || more.length > 0 ? undefined : budgetTimeZone(policy, only);
}
