import { TooManyIntents } from '../../evidence/intents/writes.ts';
import { assessmentsIn, intentsIn } from '../../evidence/intents/from-warehouse.ts';
import type { ReviewSummary } from '../../evidence/review/model.ts';
import { candidates } from '../../evidence/review/queue.ts';
import { SAMPLE } from '../../evidence/review/sample.ts';
import { daysIn } from '../../evidence/review/strata.ts';
import { summary } from '../../evidence/review/summary.ts';
import type { Scope } from '../../evidence/shadow/scope.ts';
import type { Source } from '../../evidence/shadow/source.ts';

/**
 * What reviewers made of the draw that `interlock review` makes by default; `null` where nobody has said anything, or where there
 * are too many writes to draw from.
 */
export async function reviewIn(
  source: Source,
  { agent, from, to, stage, timeZone }: Scope,
): Promise<ReviewSummary | null> {
  const all = await assessmentsIn(source, agent);
  if (all.length === 0) return null;
  try {
    const { writes } = await intentsIn(source, agent);
    const within = writes.filter(
      (one) =>
        (from === null || one.at >= from) && (to === null || one.at < to) && (stage === null || one.stage === stage),
    );
    const calls = new Set(within.map(({ call }) => call));
    const given = all.filter(({ call }) => calls.has(call));
    return summary(agent, SAMPLE.seed, candidates(within, given, SAMPLE, daysIn(timeZone)));
  } catch (error) {
    if (error instanceof TooManyIntents) return null;
    throw error;
  }
}
