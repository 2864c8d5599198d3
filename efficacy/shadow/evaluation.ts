import type { CallId } from '../../src/engine/ids.ts';
import type { Verdict } from '../../src/engine/decision.ts';
import { match } from '../../src/evidence/divergence/match.ts';
import { kindOf } from '../../src/evidence/divergence/disagreement.ts';
import type { Assessed } from '../../src/evidence/review/opinions.ts';
import { candidates } from '../../src/evidence/review/queue.ts';
import { SAMPLE } from '../../src/evidence/review/sample.ts';
import { daysIn } from '../../src/evidence/review/strata.ts';
import { summary } from '../../src/evidence/review/summary.ts';
import { clustered } from '../../src/evidence/statistics/clustered.ts';
import type { Estimate } from '../../src/evidence/statistics/share.ts';
import type { Label } from '../labels.ts';
import type { SuiteStudy } from './study.ts';

/** Writes by what the labels say of them. */
export interface Labelled {
  readonly good: number;
  readonly wrong: number;
  /** Mostly since the API refused it. */
  readonly unknown: number;
}

/**
 * What the labels say of what the rest found without them.
 *
 * A label says whether a write was among the task's reference actions and left the reference state; so do the actuals, by the
 * same authors. That both agree checks the matching, and says nothing of how good either is.
 */
export interface Evaluation {
  readonly writes: Labelled;
  readonly byVerdict: Readonly<Record<Verdict, Labelled>>;
  /** By what the comparison with people made of the write; `not_compared`: tried again, or refused by the API. */
  readonly byMatch: Readonly<Record<string, Labelled>>;
  readonly byAnomaly: Readonly<Record<string, Labelled>>;
  readonly wrongBecause: Readonly<Record<string, number>>;
  /** What a reviewer who judges as the labels do would have found in the drawn sample, beside what is so. */
  readonly review: {
    readonly drawn: number;
    readonly estimated: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly truth: Estimate;
  };
}

/** Reads the labels, for the first time. */
export function evaluated(study: SuiteStudy, labels: ReadonlyMap<CallId, Label>): Evaluation {
  const { intents } = study.side;
  const writes = intents.writes.filter(({ call }) => labels.has(call));
  const count = (among: readonly { readonly call: CallId }[]): Labelled => ({
    good: among.filter(({ call }) => labels.get(call)?.harmful === false).length,
    wrong: among.filter(({ call }) => labels.get(call)?.harmful === true).length,
    unknown: among.filter(({ call }) => labels.get(call)?.harmful === null).length,
  });
  const cut = (keyOf: (write: (typeof writes)[number]) => string): Record<string, Labelled> =>
    Object.fromEntries(
      [...Map.groupBy(writes, keyOf)]
        .toSorted(([, a], [, b]) => b.length - a.length)
        .map(([key, its]) => [key, count(its)]),
    );
  const places = matchedAs(study);
  const odd = new Map(study.candidates.all.map(({ intent, anomalies }) => [intent.call, anomalies]));
  const kinds = new Set([...odd.values()].flat());
  return {
    writes: count(writes),
    byVerdict: cut(({ verdict }) => verdict) as Record<Verdict, Labelled>,
    byMatch: cut(({ call }) => places.get(call) ?? 'not_compared'),
    byAnomaly: {
      none: count(writes.filter(({ call }) => odd.get(call)?.length === 0)),
      ...Object.fromEntries(
        [...kinds].map((kind) => [kind, count(writes.filter(({ call }) => odd.get(call)?.includes(kind) === true))]),
      ),
    },
    wrongBecause: reasons(writes, labels),
    review: reviewed(study, labels),
  };
}

/** What the comparison made of each write. */
function matchedAs({ side: { meant, actuals } }: SuiteStudy): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  const theirs = Map.groupBy(actuals.side.acts, (one) => one.case);
  for (const [name, ours] of Map.groupBy(meant.acts, (one) => one.case)) {
    const { pairs, tangles, instead, onlyAgent } = match(ours, theirs.get(name) ?? [], null);
    for (const pair of pairs)
      places.set(pair.agent.place, pair.differs.length === 0 ? 'exact' : `other_${kindOf(pair)}`);
    for (const { agent } of tangles) for (const one of agent) places.set(one.place, 'ambiguous');
    for (const { agent } of instead) places.set(agent.place, 'instead');
    for (const one of onlyAgent) places.set(one.place, 'only_agent');
  }
  return places;
}

function reasons(
  writes: readonly { readonly call: CallId }[],
  labels: ReadonlyMap<CallId, Label>,
): Record<string, number> {
  const wrong = writes.flatMap(({ call }) => {
    const label = labels.get(call);
    return label?.harmful === true ? [label.reason] : [];
  });
  const counts = [...Map.groupBy(wrong, (reason) => reason)].map(([reason, all]): [string, number] => [
    reason,
    all.length,
  ]);
  return Object.fromEntries(counts.toSorted(([, a], [, b]) => b - a));
}

/** Lets the labels review what was drawn without them. */
function reviewed({ side, candidates: drawn }: SuiteStudy, labels: ReadonlyMap<CallId, Label>): Evaluation['review'] {
  const known = ({ call }: { readonly call: CallId }): boolean => typeof labels.get(call)?.harmful === 'boolean';
  const opinions = drawn.all
    .filter((one) => one.chosen)
    .map(({ intent: { call, agent, at } }): Assessed => {
      const harmful = labels.get(call)?.harmful ?? null;
      const opinion = harmful === null ? 'unsure' : harmful ? 'wrong' : 'sane';
      return { call, agent, opinion, by: 'labels', reason: 'as labelled', at };
    });
  const { agreement } = summary(null, SAMPLE.seed, candidates(side.intents.writes, opinions, SAMPLE, daysIn('UTC')));
  const clusters = Map.groupBy(side.intents.writes.filter(known), ({ call }) => labels.get(call)?.cluster ?? '');
  const truth = [...clusters.values()].map((its) => ({
    events: its.filter(({ call }) => labels.get(call)?.harmful === false).length,
    total: its.length,
  }));
  const { share, low, high } = agreement.weighted;
  return { drawn: opinions.length, estimated: share, low, high, truth: clustered(truth) };
}
