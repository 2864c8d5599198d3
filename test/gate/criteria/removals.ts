import { sum } from '../../../src/evidence/statistics/clustered.ts';
import type { ClassEvidence, GateEvidence } from '../../../src/gate/evidence/evidence.ts';

/**
 * The same with something less that speaks for the agent: each good thing once. What speaks against it is left: harm, failures,
 * disagreements, differences, drift.
 */
export function removals(evidence: GateEvidence): readonly (readonly [what: string, less: GateEvidence])[] {
  const { days, upstream, efficacy, scenarios, probe, journal, basis } = evidence;
  const halved = (count: number): number => Math.floor(count / 2);
  const nobody = { version: null, model: null, prompt: null };
  const of = (its: GateEvidence['upstream']['sessions']): GateEvidence['upstream'] => {
    const { events, total } = sum(its);
    return { ...upstream, sent: total, failed: events, sessions: its };
  };
  const less: Readonly<Record<string, Partial<GateEvidence>>> = {
    identity: { basis: { ...basis, identity: nobody } },
    'the journal': { journal: { ...journal, head: null } },
    'deciding again': { journal: { ...journal, redecided: { ...journal.redecided, calls: 0 } } },
    days: { days: { ...days, last: days.last === null ? null : days.last - 86_400_000 } },
    'the first day': { days: { ...days, first: null } },
    sessions: { sessions: { ...evidence.sessions, writing: halved(evidence.sessions.writing) } },
    faults: { faults: { calls: halved(evidence.faults.calls), shown: [] } },
    reviews: { review: { ...evidence.review, reviewed: halved(evidence.review.reviewed) } },
    'what to review': { review: { chosen: 0, reviewed: 0 } },
    'answers that came': {
      upstream: of(upstream.sessions.filter(({ events }, index) => events > 0 || index % 2 === 0)),
    },
    'all answers': { upstream: of([]) },
    'the baseline': { upstream: { ...upstream, baseline: null } },
    'the mixes': { mix: { first: [], second: [] } },
    'the first half': { mix: { ...evidence.mix, first: [] } },
    'the second half': { mix: { ...evidence.mix, second: [] } },
    scenarios: { scenarios: null },
    'a scenario': { scenarios: scenarios && { ...scenarios, results: scenarios.results.filter(({ held }) => !held) } },
    'scenarios decided again': {
      scenarios: scenarios && { ...scenarios, redecided: { ...scenarios.redecided, journals: 0 } },
    },
    probe: { probe: null },
    'runs of the probe': { probe: probe && { ...probe, runs: halved(probe.runs) } },
    efficacy: { efficacy: null },
    'caught calls': {
      efficacy: efficacy && {
        ...efficacy,
        harmful: efficacy.harmful - halved(efficacy.caught),
        caught: efficacy.caught - halved(efficacy.caught),
      },
    },
    'good calls': {
      efficacy: efficacy && {
        ...efficacy,
        good: efficacy.stoppedWrongly + halved(efficacy.good - efficacy.stoppedWrongly),
      },
    },
    classes: { classes: [] },
    ...ofClasses(evidence.classes),
  };
  return Object.entries(less).map(([what, part]) => [what, { ...evidence, ...part }]);
}

function ofClasses(classes: readonly ClassEvidence[]): Readonly<Record<string, Partial<GateEvidence>>> {
  const each = (to: (of: ClassEvidence) => Partial<ClassEvidence>): Partial<GateEvidence> => ({
    classes: classes.map((of) => ({ ...of, ...to(of) })),
  });
  const isClean = ({ harmful }: { readonly harmful: number }): boolean => harmful === 0;
  return {
    writes: each(({ meant }) => ({ meant: Math.floor(meant / 2) })),
    'weekday writes': each(() => ({ weekdays: 4 })),
    'weekend writes': each(() => ({ weekend: 1 })),
    amounts: each(({ amounts }) => ({
      amounts: amounts.map((band) => ({ ...band, meant: Math.floor(band.meant / 3) })),
    })),
    'all judged sessions': each(() => ({ judged: [] })),
    'clean sessions': each(({ judged }) => ({
      judged: judged.filter((one, index) => !isClean(one) || index % 2 === 0),
    })),
    'one clean session': each(({ judged }) => {
      const last = judged.findLastIndex(isClean);
      return { judged: judged.filter((_, index) => index !== last) };
    }),
    agreement: each(() => ({ agreement: null })),
    'sessions that agree': each(({ agreement }) => ({
      agreement: agreement && {
        ...agreement,
        clusters: agreement.clusters.filter(({ events, total }, index) => events < total || index % 2 === 0),
      },
    })),
  };
}
