import { lastPolicy } from '../../src/journal/index.ts';
import { loadRecorded } from '../../src/policy/index.ts';
import { replay, type CandidateDiff } from '../../src/replay/index.ts';

export const NO_CHANGE = { changes: 0, toldDifferently: 0, unjudged: 0, uncertain: 0 };

/** How much a candidate differs from the recording, in four numbers. */
export function changedIn({ changes, toldDifferently, unjudged, certainty }: CandidateDiff): typeof NO_CHANGE {
  return {
    changes: Object.values(changes).reduce((sum, { calls }) => sum + calls, 0),
    toldDifferently,
    unjudged: unjudged.reduce((sum, { calls }) => sum + calls, 0),
    uncertain: certainty.own_session + certainty.shared_state,
  };
}

/** A journal replayed under the policy that it named last. */
export function changedUnderItsOwnPolicy(journal: string): typeof NO_CHANGE {
  const recorded = lastPolicy(journal);
  const loaded = recorded && loadRecorded(recorded);
  if (loaded?.ok !== true) throw new Error('the journal names no policy');
  const report = replay([{ name: journal, journal }], [loaded.value]);
  if (!report.ok) throw new Error(report.failure);
  return changedIn(report.value.candidates[0] as CandidateDiff);
}
