import { formatMoney } from '../../std/money.ts';
import type { CallEntry, OutcomeEntry } from '../../journal/entry.ts';
import type { CallLine, OutcomeLine } from '../contract/live.ts';
import { decisiveOf } from '../decisive.ts';

/** A record of a call, as it goes by. Nothing of its request but what rules took from it. */
export function callLine(entry: CallEntry, seq: number): CallLine {
  const { at, call, agent, route, effect, facts, verdict } = entry;
  const found = decisiveOf(entry);
  return {
    seq,
    at: new Date(at).toISOString(),
    call,
    agent,
    route,
    effect,
    subject: facts.subject,
    amount: amountOf(facts.amount),
    verdict,
    rule: found?.rule ?? null,
    reason: found?.reason ?? null,
  };
}

export function outcomeLine({ call, status, failure, durationMs }: OutcomeEntry): OutcomeLine {
  return { call, status, failure, durationMs };
}

function amountOf(amount: CallEntry['facts']['amount']): string | null {
  if (amount === null) return null;
  if ('fault' in amount) return 'unreadable';
  return formatMoney({ micros: BigInt(amount.micros), currency: amount.currency });
}
