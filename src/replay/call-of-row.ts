import type { AmountFact, Call } from '../engine/call.ts';
import type { AgentId, CallId, GrantId, RouteId } from '../engine/ids.ts';
import type { CandidateFacts } from './candidate-facts.ts';
import { EFFECTS, NO_AMOUNT, ODD_AMOUNT, type Tape } from '../warehouse/tape/tape.ts';

/** A call as a candidate's engine sees it. */
export function callOfRow(tape: Tape, row: number, facts: CandidateFacts): Call {
  const { calls, dictionaries: words } = tape;
  const before = calls.befores.get(row);
  const identity = {
    id: calls.id.get(row) as CallId,
    at: calls.at[row] as number,
    agent: words.agents.text(calls.agent[row] as number) as AgentId,
    grant: words.grants.text(calls.grant[row] as number) as GrantId,
    task: words.tasks.text(calls.task[row] as number),
    session: words.sessions.text(calls.session[row] as number),
    fingerprint: words.fingerprints.text(calls.fingerprint[row] as number),
    ...(before !== undefined && { before: before as CallId }),
  };
  const override = facts.override(row);
  if (override !== undefined) return { ...identity, ...override };
  const key = calls.key[row] as number;
  const subject = calls.subject[row] as number;
  const items = calls.items[row] as number;
  const envelope = calls.envelopes.get(row);
  const unanswerable = calls.unanswerable.get(row);
  return {
    ...identity,
    route: words.routes.text(calls.route[row] as number) as RouteId,
    effect: EFFECTS[calls.effect[row] as number] ?? 'destructive',
    subject: subject === 0 ? null : words.subjects.text(subject).slice(1),
    amount: amountOfRow(tape, row),
    items: items === -1 ? null : items,
    ...(envelope !== undefined && { envelope }),
    ...(key !== 0 && { key: words.keys.text(key).slice(1) }),
    ...(unanswerable !== undefined && { unanswerable }),
    granted: calls.granted[row] === 1,
    conditions: facts.conditions(row),
    particulars: calls.particulars.get(row) ?? null,
  };
}

export function amountOfRow({ calls, dictionaries }: Tape, row: number): AmountFact | null {
  const currency = calls.currency[row] as number;
  if (currency === NO_AMOUNT) return null;
  if (currency === ODD_AMOUNT) return calls.amounts.get(row) ?? { fault: 'malformed' };
  return { micros: BigInt(calls.micros[row] as number), currency: dictionaries.currencies.text(currency) };
}
