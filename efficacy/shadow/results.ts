import type { CandidateDiff } from '../../src/replay/index.ts';
import type { Comparison, Divergence } from '../../src/evidence/divergence/model.ts';
import type { Evaluation } from './evaluation.ts';
import type { SuiteStudy } from './study.ts';

/** What is kept of a study: counts, no calls. The same each time. */
export interface SuiteResult {
  readonly suite: string;
  readonly imported: object;
  readonly divergence: {
    readonly coverage: object;
    readonly comparison: CountedComparison;
    readonly noise: {
      readonly cases: number;
      readonly people: CountedComparison;
      readonly itself: CountedComparison;
    } | null;
  };
  readonly replay: readonly object[];
  readonly review: object;
  /** The only part that knows any label. */
  readonly evaluation: Evaluation;
}

export type CountedComparison = Omit<Comparison, 'disagreements' | 'disagreementsMore'> & {
  readonly disagreements: number;
};

export function resultOf(study: SuiteStudy, evaluation: Evaluation): SuiteResult {
  const { suite, journal, divergence, replay, candidates } = study;
  const { listed: _listed, ...imported } = journal.summary;
  const chosen = candidates.all.filter((one) => one.chosen);
  return {
    suite,
    imported,
    divergence: divergenceOf(divergence),
    replay: replay.candidates.map(replayOf),
    review: {
      population: candidates.all.length,
      chosen: chosen.length,
      anomalies: chosen.filter(({ anomalies }) => anomalies.length > 0).length,
    },
    evaluation,
  };
}

function divergenceOf({ coverage, comparison, noise }: Divergence): SuiteResult['divergence'] {
  const { listed: _listed, ...counts } = coverage;
  return {
    coverage: counts,
    comparison: counted(comparison),
    noise: noise === null ? null : { cases: noise.cases, people: counted(noise.people), itself: counted(noise.itself) },
  };
}

function counted({ disagreements, disagreementsMore, ...rest }: Comparison): CountedComparison {
  return { ...rest, disagreements: disagreements.length + disagreementsMore };
}

function replayOf({ policy, verdicts, certainty, changes, by }: CandidateDiff): object {
  return { policy: policy.file, verdicts, certainty, changes, byGuard: by.guard };
}
