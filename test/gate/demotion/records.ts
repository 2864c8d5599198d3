import type { Verdict } from '../../../src/engine/decision.ts';
import type { AgentId, CallId, RouteId } from '../../../src/engine/ids.ts';
import type {
  AssessmentEntry,
  CallEntry,
  OutcomeEntry,
  ReviewEntry,
  StandingEntry,
} from '../../../src/journal/index.ts';
import type { DemotionTerms } from '../../../src/policy/promotion.ts';
import type { PromotionBaseline } from '../../../src/promotion/index.ts';
import type { WatchTerms } from '../../../src/gate/demotion/watch.ts';
import { call } from '../../notify/records.ts';

export const BOT = 'bot' as AgentId;
export const START = Date.UTC(2026, 0, 5, 9);
export const DIGEST = 'd'.repeat(64);

export const STRICT: DemotionTerms = {
  harmAbove: 10_000,
  disagreementAbove: 100_000,
  errorsAbove: 100_000,
  drift: true,
  confidence: 0.999,
};

export function termsOf(demotion: Partial<DemotionTerms> = {}): WatchTerms {
  const agents = new Map([BOT, 'other' as AgentId].map((agent) => [agent, { base: 'shadow' as const }]));
  return { digest: DIGEST, agents, demotion: { ...STRICT, ...demotion } };
}

/** Sessions that read twice and refund once, the way it was in shadow. */
export const USUAL = { 'get_charge passed': 2, 'create_refund passed': 1 };
export const BASELINE: PromotionBaseline = { sessions: [{ mix: USUAL, times: 400 }], sent: 1_200, failed: 12 };

/** What an agent did in limited production. */
export function did(
  at: number,
  id: string,
  session: string,
  more: { route?: string; verdict?: Verdict; agent?: string; stage?: CallEntry['stage'] } = {},
): CallEntry {
  const { route = 'create_refund', verdict = 'allow', agent = BOT, stage = 'limited' } = more;
  const effect = route.startsWith('get_') ? 'read' : 'money';
  const names = { agent: agent as AgentId, route: route as RouteId };
  return call(at, id, { ...names, session, effect, stage, verdict, findings: [] });
}

export function answered(at: number, id: string, status: number | null = 200): OutcomeEntry {
  const answer = { contentType: null, answer: null, answerBytes: 0, durationMs: 5 };
  const effectiveness = status === null ? 'unknown' : status < 400 ? 'effective' : 'ineffective';
  return {
    kind: 'outcome',
    at,
    call: id as CallId,
    effectiveness,
    status,
    failure: status === null ? 'timeout' : null,
    ...answer,
  };
}

export function assessed(
  at: number,
  id: string,
  opinion: AssessmentEntry['opinion'],
  by = 'human:ann',
  agent = BOT,
): AssessmentEntry {
  return { kind: 'assessment', at, call: id as CallId, agent, opinion, by, reason: '' };
}

export function reviewed(at: number, id: string, approved: boolean): ReviewEntry {
  return { kind: 'review', at, call: id as CallId, agent: BOT, approved, by: 'human:ann', reason: '' };
}

export function standing(at: number, more: Partial<StandingEntry> = {}): StandingEntry {
  const claim = { stage: 'limited', step: 1, until: null, ground: 'promotion', id: 'promotion_1' } as const;
  return {
    kind: 'standing',
    at,
    agent: BOT,
    policy: DIGEST,
    claims: [claim],
    was: 'shadow',
    stands: 'limited',
    cause: { what: 'promoted', promotion: 'promotion_1', envelope: 'none' },
    by: 'gate:key',
    reason: '',
    ...more,
  };
}
