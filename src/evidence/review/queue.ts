import type { AgentId, CallId } from '../../engine/ids.ts';
import { byText } from '../divergence/act.ts';
import type { Intent } from '../intents/intent.ts';
import { anomalies } from './anomalies.ts';
import type { AnomalyKind, GivenOpinion, Stratum } from './model.ts';
import { opinions, type Assessed } from './opinions.ts';
import { allocation, drawn, type SampleTerms } from './sample.ts';
import { stratumKey, stratumOf, type DaysOf } from './strata.ts';

/** A write, and whether a human should look at it. */
export interface Candidate {
  readonly intent: Intent;
  readonly stratum: Stratum;
  /** Why it needs a human whatever the draw says; empty: it does not. */
  readonly anomalies: readonly AnomalyKind[];
  /** In the sample, or an anomaly. */
  readonly chosen: boolean;
  readonly opinions: readonly GivenOpinion[];
}

/** Every write that an agent meant to do, and which of them are to be reviewed. */
export interface Candidates {
  readonly all: readonly Candidate[];
  /** Assessments that count for nothing. */
  readonly stray: number;
}

/** Sorts writes into strata, draws a sample of each and takes every anomaly. Deterministic from the seed. */
export function candidates(
  writes: readonly Intent[],
  assessments: Iterable<Assessed>,
  terms: SampleTerms,
  daysOf: DaysOf,
): Candidates {
  const odd = anomalies(writes);
  const agents = new Map<CallId, AgentId>(writes.map(({ call, agent }) => [call, agent]));
  const { byCall, stray } = opinions(assessments, (call) => agents.get(call));
  const strata = writes.map((intent) => stratumOf(intent, odd.has(intent.call), daysOf));
  const chosen = sampled(writes, strata, terms);
  const all = writes.map((intent, index): Candidate => {
    const { call } = intent;
    const kinds = odd.get(call) ?? [];
    const stratum = strata[index] as Stratum;
    return {
      intent,
      stratum,
      anomalies: kinds,
      chosen: kinds.length > 0 || chosen.has(call),
      opinions: byCall.get(call) ?? [],
    };
  });
  return { all, stray };
}

/** Of the writes that are no anomalies. */
function sampled(writes: readonly Intent[], strata: readonly Stratum[], terms: SampleTerms): ReadonlySet<CallId> {
  const calls = new Map<string, CallId[]>();
  for (const [index, { call }] of writes.entries()) {
    const stratum = strata[index] as Stratum;
    if (stratum.anomalous) continue;
    const key = stratumKey(stratum);
    const its = calls.get(key);
    if (its === undefined) calls.set(key, [call]);
    else its.push(call);
  }
  const counts = allocation(new Map([...calls].map(([key, its]) => [key, its.length])), terms);
  const chosen = new Set<CallId>();
  for (const [key, its] of calls) for (const call of drawn(its, counts.get(key) ?? 0, terms.seed)) chosen.add(call);
  return chosen;
}

/** What is left to do, and in which order a person should do it. */
export interface QueueTerms {
  /** Who reviews; `null`: nobody in particular. */
  readonly by: string | null;
  /** Only what others have reviewed and this one has not: for a second, blind opinion. */
  readonly second: boolean;
}

/**
 * The chosen writes: what this reviewer has not seen first, of those what nobody has, of those the anomalies, the oldest first.
 */
export function queue({ all }: Candidates, { by, second }: QueueTerms): readonly Candidate[] {
  const own = ({ opinions: given }: Candidate): boolean => given.some((one) => one.by === by);
  const chosen = all.filter((one) => one.chosen && (!second || (one.opinions.length > 0 && !own(one))));
  const rank = (one: Candidate): number =>
    (own(one) ? 4 : 0) + (one.opinions.length > 0 ? 2 : 0) + (one.anomalies.length > 0 ? 0 : 1);
  return chosen.toSorted(
    (a, b) => rank(a) - rank(b) || a.intent.at - b.intent.at || byText(a.intent.call, b.intent.call),
  );
}
