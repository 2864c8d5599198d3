import { formatMoney } from '../../std/money.ts';
import type { CallEntry, OutcomeEntry } from '../../journal/entry.ts';
import type { CallLine, OutcomeLine } from '../contract/live.ts';

/** A record of a call, as it goes by. Nothing of its request but what rules took from it. */
export function callLine(entry: CallEntry, seq: number): CallLine {
  const { at, call, agent, route, effect, facts, verdict } = entry;
  const found = namedFirst(entry);
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

/** The finding that decided: the first of the most severe. Of what was let through there is none. */
function namedFirst({ verdict, findings }: CallEntry): { readonly rule: string; readonly reason: string } | undefined {
  if (verdict === 'allow') return undefined;
  for (const finding of findings) if (typeof finding !== 'string' && finding.verdict === verdict) return finding;
  return undefined;
}

function amountOf(amount: CallEntry['facts']['amount']): string | null {
  if (amount === null) return null;
  if ('fault' in amount) return 'unreadable';
  return formatMoney({ micros: BigInt(amount.micros), currency: amount.currency });
}
