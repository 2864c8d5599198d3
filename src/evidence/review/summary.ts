import { formatMoney } from '../../std/money.ts';
import { byText } from '../divergence/act.ts';
import { agreementOf } from '../statistics/agreement.ts';
import { clustered, sum, trialsWorth } from '../statistics/clustered.ts';
import type { Share } from '../statistics/share.ts';
import { stratified } from '../statistics/stratified.ts';
import {
  CALLS_LISTED_MAX,
  type AnomalyKind,
  type AnomalyReview,
  type Consensus,
  type ReviewedCall,
  type Reviewers,
  type ReviewSummary,
  type StratumReview,
  type WeightedShare,
} from './model.ts';
import { consensus } from './opinions.ts';
import type { Candidate, Candidates } from './queue.ts';
import { stratumKey } from './strata.ts';

/** What the reviews come to. */
export function summary(agent: string | null, seed: number, { all, stray }: Candidates): ReviewSummary {
  const chosen = all.filter((one) => one.chosen);
  const strata = strataOf(all);
  const wrong = all.flatMap(reviewedWrong).toSorted((a, b) => b.at - a.at || byText(a.call, b.call));
  return {
    agent,
    seed,
    population: all.length,
    chosen: chosen.length,
    reviewed: chosen.filter(({ opinions }) => opinions.length > 0).length,
    strata,
    anomalies: anomaliesOf(all),
    consensus: countsOf(all),
    agreement: { raw: clustered(bySession(all)), weighted: weighted(strata, chosen) },
    reviewers: reviewersOf(all),
    wrong: wrong.slice(0, CALLS_LISTED_MAX),
    wrongMore: Math.max(0, wrong.length - CALLS_LISTED_MAX),
    stray,
  };
}

function countsOf(candidates: readonly Candidate[]): Record<Consensus, number> {
  const counts: Record<Consensus, number> = { sane: 0, wrong: 0, unsure: 0, disputed: 0 };
  for (const { opinions } of candidates) {
    const all = consensus(opinions);
    if (all !== undefined) counts[all] += 1;
  }
  return counts;
}

/** Sane among what somebody was sure of. */
function sane(candidates: readonly Candidate[]): Share {
  const counts = countsOf(candidates);
  return { events: counts.sane, total: counts.sane + counts.wrong + counts.disputed };
}

function bySession(candidates: readonly Candidate[]): readonly Share[] {
  const sessions = Map.groupBy(candidates, ({ intent: { agent, session } }) => JSON.stringify([agent, session]));
  return [...sessions.values()].map(sane);
}

function strataOf(all: readonly Candidate[]): readonly StratumReview[] {
  return [...Map.groupBy(all, ({ stratum }) => stratumKey(stratum))]
    .toSorted(([one], [other]) => byText(one, other))
    .map(([, its]): StratumReview => {
      const [{ stratum }] = its as unknown as readonly [Candidate];
      const chosen = its.filter((one) => one.chosen);
      return {
        ...stratum,
        population: its.length,
        chosen: chosen.length,
        reviewed: chosen.filter(({ opinions }) => opinions.length > 0).length,
        ...countsOf(chosen),
        weight: chosen.length === 0 ? 0 : its.length / chosen.length,
        agreement: clustered(bySession(chosen)),
      };
    });
}

/** Over all intended writes. What was reviewed beside the sample was chosen by a person, and stands for itself alone. */
function weighted(strata: readonly StratumReview[], chosen: readonly Candidate[]): WeightedShare {
  const sure = bySession(chosen).filter(({ total }) => total > 0);
  const design = sure.length === 0 ? 1 : sum(sure).total / trialsWorth(sure);
  const shares = strata.map((one) => ({
    population: one.population,
    events: one.sane,
    total: one.sane + one.wrong + one.disputed,
  }));
  const population = strata.reduce((count, one) => count + one.population, 0);
  return { ...stratified(shares, Math.max(1, design)), population };
}

function anomaliesOf(all: readonly Candidate[]): readonly AnomalyReview[] {
  const kinds = new Map<AnomalyKind, Candidate[]>();
  for (const one of all) {
    for (const kind of one.anomalies) {
      const its = kinds.get(kind);
      if (its === undefined) kinds.set(kind, [one]);
      else its.push(one);
    }
  }
  return [...kinds].map(([kind, its]) => {
    const counts = countsOf(its);
    const reviewed = counts.sane + counts.wrong + counts.unsure + counts.disputed;
    return { kind, calls: its.length, reviewed, wrong: counts.wrong + counts.disputed };
  });
}

function reviewersOf(all: readonly Candidate[]): Reviewers {
  const given = all.flatMap(({ intent: { call }, opinions }) =>
    opinions.map(({ by, opinion }) => ({ unit: call, by, value: opinion })),
  );
  const { units, percent, kappa, alpha } = agreementOf(given);
  const names = [...Map.groupBy(given, ({ by }) => by)].map(([by, its]) => {
    const of = (value: string): number => its.filter((one) => one.value === value).length;
    return { by, calls: its.length, sane: of('sane'), wrong: of('wrong'), unsure: of('unsure') };
  });
  return { names: names.toSorted((a, b) => byText(a.by, b.by)), shared: units, percent, kappa, alpha };
}

function reviewedWrong({ intent, opinions }: Candidate): readonly ReviewedCall[] {
  const all = consensus(opinions);
  if (all !== 'wrong' && all !== 'disputed') return [];
  const { call, at, route, subject, amount, verdict } = intent;
  const shown = amount === null ? null : formatMoney(amount);
  return [{ call, at, route, subject, amount: shown, verdict, consensus: all, opinions }];
}
