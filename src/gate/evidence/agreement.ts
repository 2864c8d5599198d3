import type { Share } from '../../evidence/statistics/share.ts';
import { sameOfClass, type ComparedCase } from '../../evidence/divergence/comparison.ts';
import { consensus } from '../../evidence/review/opinions.ts';
import type { Effect } from '../../engine/call.ts';
import type { RouteId } from '../../engine/ids.ts';
import type { ClassEvidence } from './evidence.ts';
import type { KnownWrite } from './writes.ts';

/**
 * How far people agree with a class of action, by session. What they did themselves goes before what they think of what the agent
 * meant: the same action is one of the same amount and target. Where none of their cases says anything of the class, reviewers do.
 *
 * @param cases what the agent and people did, case by case; `null`: nobody wrote down what people did
 * @param writes of the class, stopped ones too: what a guard stops shows what the agent would have done
 */
export function agreementOf(
  action: { readonly route: RouteId; readonly effect: Effect },
  cases: readonly ComparedCase[] | null,
  writes: readonly KnownWrite[],
): ClassEvidence['agreement'] {
  const same = cases === null ? [] : sameOfClass(cases, action);
  if (same.length > 0) return { with: 'actuals', clusters: same };
  const thought = bySession(writes);
  return thought.length === 0 ? null : { with: 'reviewers', clusters: thought };
}

function bySession(writes: readonly KnownWrite[]): readonly Share[] {
  const sessions = Map.groupBy(writes, ({ intent: { session } }) => session);
  return [...sessions.values()].flatMap((its) => {
    const sure = its.flatMap(({ opinions }) => {
      const all = consensus(opinions);
      return all === undefined || all === 'unsure' ? [] : [all];
    });
    return sure.length === 0 ? [] : [{ events: sure.filter((all) => all === 'sane').length, total: sure.length }];
  });
}
