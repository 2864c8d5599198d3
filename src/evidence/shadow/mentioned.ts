import type { ShadowEvidence } from './evidence.ts';

/**
 * Every call that the report names, the ones that a reviewer opens first in front: anomalies, disagreements, what people
 * called wrong, what guards stopped, and then whatever stands behind any other number.
 */
export function* mentionedIn(evidence: Omit<ShadowEvidence, 'appendix'>): Generator<string> {
  const { anomalies, divergence, review, findings, headroom, replay } = evidence;
  for (const { behind } of anomalies.ranked.slice(0, ANOMALIES_FIRST)) yield* behind.calls;
  for (const { agent } of (divergence?.comparison.disagreements ?? []).slice(0, LISTED_FIRST))
    yield* agent.map(({ call }) => call);
  for (const { call } of (review?.wrong ?? []).slice(0, LISTED_FIRST)) yield call;
  for (const { denied, held, trips } of findings) yield* [...trips.calls, ...denied.calls, ...held.calls];
  for (const { behind } of anomalies.ranked) yield* behind.calls;
  for (const { examples } of replay?.candidates ?? [])
    for (const own of Object.values(examples)) yield* own.slice(0, EXAMPLES_FIRST).map(({ call }) => call);
  yield* callsWithin(headroom);
  const { unknowns, overview, money, routes, series, amounts, strata, people, evaluation } = evidence;
  yield* callsWithin([
    overview,
    money,
    routes,
    unknowns,
    evaluation,
    amounts,
    people,
    strata.dimensions,
    series,
    strata.crossing,
  ]);
}

const ANOMALIES_FIRST = 60;
const EXAMPLES_FIRST = 3;
const LISTED_FIRST = 30;

/** The calls behind any number in a part of the evidence, in its order. */
function* callsWithin(part: unknown): Generator<string> {
  if (part === null || typeof part !== 'object') return;
  if (Array.isArray(part)) {
    for (const item of part) yield* callsWithin(item);
    return;
  }
  if ('where' in part && 'calls' in part && Array.isArray(part.calls)) {
    for (const call of part.calls) if (typeof call === 'string') yield call;
    return;
  }
  for (const member of Object.values(part)) yield* callsWithin(member);
}
