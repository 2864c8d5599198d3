import type { AmountFact, Call } from '../engine/call.ts';
import type { Finding } from '../engine/decision.ts';
import type { AnswerFacts } from '../engine/event.ts';
import type { AnswerFactsJson, CallEntry, FactsJson, OutcomeEntry } from './entry.ts';

/** What a record must hold for its call to be decided again: identity, place and facts. */
export type Intent = Pick<
  CallEntry,
  'call' | 'at' | 'agent' | 'grant' | 'task' | 'session' | 'route' | 'effect' | 'facts' | 'before'
>;

/** A call's facts as JSON: amounts are strings of micro-units. */
export function factsOf(call: Call): FactsJson {
  const { subject, items, fingerprint, envelope, key, unanswerable, granted, conditions, particulars } = call;
  const facts = { subject, amount: amountJson(call.amount), items, fingerprint, granted, conditions };
  if ((envelope ?? key ?? unanswerable) === undefined && particulars === null) return facts;
  return {
    ...facts,
    ...(envelope !== undefined && { envelope }),
    ...(key !== undefined && { key }),
    ...(unanswerable !== undefined && { unanswerable }),
    ...(particulars !== null && { particulars }),
  };
}

export function intentOf(call: Call): Intent {
  const { id, at, agent, grant, task, session, route, effect, before } = call;
  const intent = { call: id, at, agent, grant, task, session, route, effect, facts: factsOf(call) };
  return before === undefined ? intent : { ...intent, before };
}

/** The call that a record tells of. INVARIANT: `callOf(intentOf(call))` equals `call`. */
export function callOf(intent: Intent): Call {
  const { call: id, at, agent, grant, task, session, route, effect, facts, before } = intent;
  const { subject, items, fingerprint, envelope, key, unanswerable, granted, conditions, particulars = null } = facts;
  const amount = amountOf(facts.amount);
  return {
    id,
    at,
    agent,
    grant,
    task,
    session,
    route,
    effect,
    subject,
    amount,
    items,
    fingerprint,
    ...(envelope !== undefined && { envelope }),
    ...(key !== undefined && { key }),
    ...(unanswerable !== undefined && { unanswerable }),
    granted,
    conditions,
    particulars,
    ...(before !== undefined && { before }),
  };
}

/** Findings as they stand in a record: rules that passed are named alone (`rate refunds-bot.rates[0]`), the rest whole. */
export function findingsJson(findings: readonly Finding[]): readonly (string | Finding)[] {
  return findings.map((finding) => (finding.verdict === 'pass' ? `${finding.guard} ${finding.rule}` : finding));
}

/** An answer's facts as they stand in a record: what says nothing is left out. */
export function answerJson({
  latencyMs,
  retryAfterMs,
  etag,
  contract,
  cut,
  made,
  values,
}: AnswerFacts): AnswerFactsJson {
  return {
    ...(latencyMs !== null && { latencyMs }),
    ...(retryAfterMs !== null && { retryAfterMs }),
    ...(etag !== null && { etag }),
    ...(contract !== null && { contract }),
    ...(cut !== undefined && { cut }),
    ...(made !== undefined && { made }),
    ...(Object.keys(values).length > 0 && { values }),
  };
}

/** INVARIANT: gives back what `answerJson` was made of. */
export function answerOf({ status, facts }: Pick<OutcomeEntry, 'status' | 'facts'>): AnswerFacts | undefined {
  if (facts === undefined) return undefined;
  const { latencyMs = null, retryAfterMs = null, etag = null, contract = null, cut, made, values = {} } = facts;
  return {
    status,
    latencyMs,
    retryAfterMs,
    etag,
    contract,
    ...(cut !== undefined && { cut }),
    ...(made !== undefined && { made }),
    values,
  };
}

function amountJson(amount: AmountFact | null): FactsJson['amount'] {
  if (amount === null || 'fault' in amount) return amount;
  return { micros: String(amount.micros), currency: amount.currency };
}

function amountOf(amount: FactsJson['amount']): AmountFact | null {
  if (amount === null) return null;
  if ('fault' in amount) return amount as AmountFact;
  return { micros: BigInt(amount.micros), currency: amount.currency };
}
