import { formatMoney } from '../std/money.ts';
import { isReadable, type Call } from '../engine/call.ts';
import type { Verdict } from '../engine/decision.ts';
import type { AgentId } from '../engine/ids.ts';
import type { TrailCall } from '../journal/entry.ts';

/** Enough to see a loop or a spree; a freeze record carries them all. */
const CALLS_KEPT = 20;

interface Ring {
  readonly slots: { call: Call; verdict: Verdict }[];
  next: number;
}

/** Each agent's last calls: what led to a freeze. Not part of the state: a restart begins it anew. */
export class Trail {
  readonly #rings = new Map<AgentId, Ring>();

  note(call: Call, verdict: Verdict): void {
    let ring = this.#rings.get(call.agent);
    if (ring === undefined) this.#rings.set(call.agent, (ring = { slots: [], next: 0 }));
    const slot = ring.slots[ring.next];
    if (slot === undefined) ring.slots.push({ call, verdict });
    else [slot.call, slot.verdict] = [call, verdict];
    ring.next = (ring.next + 1) % CALLS_KEPT;
  }

  /** The oldest first. */
  of(agent: AgentId): readonly TrailCall[] {
    const { slots, next } = this.#rings.get(agent) ?? { slots: [], next: 0 };
    return [...slots.slice(next), ...slots.slice(0, next)].map(({ call, verdict }) => ({
      call: call.id,
      at: call.at,
      route: call.route,
      subject: call.subject,
      amount: call.amount === null || !isReadable(call.amount) ? null : formatMoney(call.amount),
      verdict,
    }));
  }
}
