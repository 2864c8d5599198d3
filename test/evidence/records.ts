import type { Effect } from '../../src/engine/call.ts';
import type { Verdict } from '../../src/engine/decision.ts';
import type { Effectiveness } from '../../src/engine/event.ts';
import type { AgentId, CallId, GrantId, RouteId } from '../../src/engine/ids.ts';
import type { AssessmentEntry, CallEntry, Entry, OutcomeEntry, Recorded, Rests } from '../../src/journal/entry.ts';
import { parseMoney } from '../../src/std/money.ts';

export interface CallParts {
  readonly call: string;
  readonly at?: number;
  readonly agent?: string;
  readonly session?: string;
  readonly task?: string;
  readonly route?: string;
  readonly effect?: Effect;
  readonly subject?: string | null;
  /** `50 USD` */
  readonly amount?: string | null;
  readonly body?: object | null;
  readonly verdict?: Verdict;
  readonly fingerprint?: string;
  readonly rests?: Rests;
  readonly before?: string;
  /** What a provenance rule asks the origin of. */
  readonly payee?: string;
}

/** The record of one call; what is not said is a refund by `bot`, captured. */
export function call(parts: CallParts): CallEntry {
  const {
    call: id,
    at = 1_000,
    agent = 'bot',
    session = 's1',
    task = 't1',
    route = 'refund',
    effect = 'money',
  } = parts;
  const {
    subject = null,
    amount = null,
    body = null,
    verdict = 'capture',
    fingerprint = id,
    rests,
    before,
    payee,
  } = parts;
  const money = amount === null ? undefined : parseMoney(amount);
  const particulars = {
    shape: [],
    parameters: payee === undefined ? {} : { payee: { value: payee, declared: false } },
    segment: null,
    precondition: null,
    payment: null,
  };
  return {
    kind: 'call',
    at,
    call: id as CallId,
    agent: agent as AgentId,
    grant: 'grant_1' as GrantId,
    task,
    session,
    stage: 'shadow',
    route: route as RouteId,
    effect,
    upstream: 'shop',
    method: effect === 'read' ? 'GET' : 'POST',
    target: `/${route}`,
    headers: body === null ? {} : { 'content-type': 'application/json' },
    body: body === null ? null : JSON.stringify(body),
    facts: {
      subject,
      amount: money === undefined ? null : { micros: money.micros.toString(), currency: money.currency },
      items: null,
      fingerprint,
      granted: true,
      conditions: {},
      ...(payee !== undefined && { particulars }),
    },
    verdict,
    findings:
      verdict === 'deny' || verdict === 'hold'
        ? [{ guard: 'scope', rule: 'bot.allow' as never, verdict, reason: 'not_now' }]
        : [],
    trips: [],
    ...(rests !== undefined && { rests }),
    ...(before !== undefined && { before: before as CallId }),
  };
}

export function ended(
  id: string,
  effectiveness: Effectiveness = 'effective',
  more: Partial<OutcomeEntry> = {},
): OutcomeEntry {
  const status = effectiveness === 'effective' ? 200 : 422;
  return {
    kind: 'outcome',
    at: 1_000,
    call: id as CallId,
    effectiveness,
    status,
    failure: null,
    durationMs: 1,
    contentType: null,
    answer: null,
    answerBytes: 0,
    ...more,
  };
}

export function assessed(
  id: string,
  by: string,
  opinion: AssessmentEntry['opinion'],
  at = 2_000,
  agent = 'bot',
): AssessmentEntry {
  return {
    kind: 'assessment',
    at,
    call: id as CallId,
    agent: agent as AgentId,
    opinion,
    by,
    reason: `${by} looked at it`,
  };
}

/** Entries as they would stand in a journal. */
export function recorded(entries: readonly Entry[]): Recorded[] {
  return entries.map((entry, index) => ({ seq: index + 1, ...entry, hash: '' }));
}
