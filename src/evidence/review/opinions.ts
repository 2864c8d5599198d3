import type { AgentId, CallId } from '../../engine/ids.ts';
import type { AssessmentEntry } from '../../journal/entry.ts';
import { byText } from '../divergence/act.ts';
import type { Consensus, GivenOpinion } from './model.ts';

/** The assessments of a journal, in its order. */
export type Assessed = Pick<AssessmentEntry, 'call' | 'agent' | 'opinion' | 'by' | 'reason' | 'at'>;

export interface Opinions {
  /** The last word of each reviewer, by call; reviewers in the order of their names. */
  readonly byCall: ReadonlyMap<CallId, readonly GivenOpinion[]>;
  /** Assessments of no write of that agent's that the journal has. */
  readonly stray: number;
}

/** What counts: of one reviewer on one call the later opinion; the earlier stays in the journal. */
export function opinions(assessments: Iterable<Assessed>, agentOf: (call: CallId) => AgentId | undefined): Opinions {
  const last = new Map<CallId, Map<string, GivenOpinion>>();
  let stray = 0;
  for (const { call, agent, opinion, by, reason, at } of assessments) {
    if (agentOf(call) !== agent) {
      stray += 1;
      continue;
    }
    const given = last.get(call) ?? new Map<string, GivenOpinion>();
    given.set(by, { by, opinion, reason, at });
    last.set(call, given);
  }
  const byCall = new Map(
    [...last].map(([call, given]) => [call, [...given.values()].toSorted((a, b) => byText(a.by, b.by))] as const),
  );
  return { byCall, stray };
}

/** What the opinions on one call come to; `undefined`: there is none. */
export function consensus(given: readonly Pick<GivenOpinion, 'opinion'>[]): Consensus | undefined {
  if (given.length === 0) return undefined;
  const said = new Set(given.map(({ opinion }) => opinion));
  if (said.has('sane') && said.has('wrong')) return 'disputed';
  if (said.has('wrong')) return 'wrong';
  return said.has('sane') ? 'sane' : 'unsure';
}
