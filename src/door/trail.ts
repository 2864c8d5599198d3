import { formatMoney } from '../std/money.ts';
import { isReadable, type Call } from '../engine/call.ts';
import type { Verdict } from '../engine/decision.ts';
import type { AgentId } from '../engine/ids.ts';
import type { TrailCall } from '../journal/entry.ts';

/** Enough to see a loop or a spree; a freeze record carries them all. */
export const CALLS_KEPT = 20;
export const REFUSED_KEPT = 10;

interface Noted {
  readonly call: Call;
  readonly verdict: Verdict;
}

/** What an agent did last, and what it was refused last: a loop against a denial must not push out the money that left. */
interface Last {
  readonly done: Noted[];
  readonly refused: Noted[];
}

/** Each agent's last calls: what led to a freeze. Not part of the state: a restart begins it anew. */
export class Trail {
  readonly #byAgent = new Map<AgentId, Last>();

  note(call: Call, verdict: Verdict): void {
    let last = this.#byAgent.get(call.agent);
    if (last === undefined) this.#byAgent.set(call.agent, (last = { done: [], refused: [] }));
    const [kept, most] = verdict === 'deny' ? [last.refused, REFUSED_KEPT] : [last.done, CALLS_KEPT];
    // Twenty references: moving them costs less than a ring to read.
    if (kept.length === most) kept.shift();
    kept.push({ call, verdict });
  }

  /** The oldest first. */
  of(agent: AgentId): readonly TrailCall[] {
    const { done, refused } = this.#byAgent.get(agent) ?? { done: [], refused: [] };
    return [...done, ...refused].sort((a, b) => a.call.at - b.call.at).map(told);
  }
}

function told({ call, verdict }: Noted): TrailCall {
  const { id, at, route, subject, amount } = call;
  const shown = amount === null || !isReadable(amount) ? null : formatMoney(amount);
  return { call: id, at, route, subject, amount: shown, verdict };
}
