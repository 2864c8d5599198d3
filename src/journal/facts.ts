import type { AmountFact, Call } from '../engine/call.ts';
import type { Finding } from '../engine/decision.ts';
import type { CallEntry, FactsJson } from './entry.ts';

/** What a record must hold for its call to be decided again: identity, place and facts. */
export type Intent = Pick<
  CallEntry,
  'call' | 'at' | 'agent' | 'grant' | 'task' | 'session' | 'route' | 'effect' | 'facts'
>;

/** A call's facts as JSON: amounts are strings of micro-units. */
export function factsOf(call: Call): FactsJson {
  const { subject, items, fingerprint, granted, conditions } = call;
  return { subject, amount: amountJson(call.amount), items, fingerprint, granted, conditions };
}

export function intentOf(call: Call): Intent {
  const { id, at, agent, grant, task, session, route, effect } = call;
  return { call: id, at, agent, grant, task, session, route, effect, facts: factsOf(call) };
}

/** The call that a record tells of. INVARIANT: `callOf(intentOf(call))` equals `call`. */
export function callOf(intent: Intent): Call {
  const { call: id, at, agent, grant, task, session, route, effect, facts } = intent;
  const { subject, items, fingerprint, granted, conditions } = facts;
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
    granted,
    conditions,
  };
}

/** Findings as they stand in a record: rules that passed are named alone (`rate refunds-bot.rates[0]`), the rest whole. */
export function findingsJson(findings: readonly Finding[]): readonly (string | Finding)[] {
  return findings.map((finding) => (finding.verdict === 'pass' ? `${finding.guard} ${finding.rule}` : finding));
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
