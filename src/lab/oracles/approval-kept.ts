import type { Instant } from '../../std/clock.ts';
import { formatMoney } from '../../std/money.ts';
import { isReadable } from '../../engine/call.ts';
import type { ApprovalRule } from '../../engine/guards/approval.ts';
import type { AgentId, CallId } from '../../engine/ids.ts';
import { concerns } from '../../engine/policy.ts';
import type { CallEntry, Entry } from '../../journal/entry.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { arrivalBy, shownCall } from './arrival.ts';
import type { Deed, Doer, Harm, Oracle, OracleWatch } from './oracle.ts';

/** An oracle for every rule that asks for a human: what is above it arrives once for each human's yes to exactly that. */
export function approvalOracles({ policy }: LoadedPolicy): readonly Oracle[] {
  return [...policy.agents.values()].flatMap(({ id, rules }) =>
    rules.approval.map((rule): Oracle => ({
      name: rule.rule,
      text: `a call that ${rule.rule} has a human approve, and no human did`,
      promise: true,
      watch: () => new ApprovalWatch(rule, id),
    })),
  );
}

/** A human's yes. */
interface Approval {
  readonly until: Instant;
  /** `null`: nothing yet, or nothing that took effect. */
  usedBy: CallId | null;
}

class ApprovalWatch implements OracleWatch {
  readonly #rule: ApprovalRule;
  readonly #agent: AgentId;
  /** Calls that a human may be asked about. */
  readonly #asked = new Map<CallId, { readonly what: string; readonly at: Instant }>();
  /** By what was approved. */
  readonly #approvals = new Map<string, Approval[]>();
  readonly #used = new Map<CallId, Approval>();

  constructor(rule: ApprovalRule, agent: AgentId) {
    this.#rule = rule;
    this.#agent = agent;
  }

  journalled(entry: Entry): void {
    switch (entry.kind) {
      case 'call':
        return this.#judged(entry);
      case 'review': {
        const asked = this.#asked.get(entry.call);
        if (asked === undefined || !entry.approved) return;
        const approval = { until: asked.at + this.#rule.expiresMs, usedBy: null };
        this.#approvals.set(asked.what, [...(this.#approvals.get(asked.what) ?? []), approval]);
        return;
      }
      case 'outcome': {
        const approval = this.#used.get(entry.call);
        // What surely did nothing gives it back.
        if (approval?.usedBy === entry.call && entry.effectiveness === 'ineffective') approval.usedBy = null;
        this.#used.delete(entry.call);
        return;
      }
      default:
    }
  }

  see(deed: Deed): Harm | undefined {
    const by = arrivalBy(deed);
    if (by === undefined || by.agent !== this.#agent || !this.#isAbove(by)) return undefined;
    const approval = this.#approvals.get(whatOf(by))?.find(({ usedBy, until }) => usedBy === null && by.at < until);
    if (approval !== undefined) {
      approval.usedBy = by.id;
      this.#used.set(by.id, approval);
      return undefined;
    }
    const { rule } = this.#rule;
    const { amount } = by;
    const sum = amount !== null && isReadable(amount) ? ` with ${formatMoney(amount)}` : '';
    const text = `${shownCall(by)} reached ${deed.upstream}${sum}, and no human had approved it, as ${rule} asks`;
    return { oracle: rule, text, deeds: [deed], promise: true };
  }

  #judged({ call, agent, route, at, facts }: CallEntry): void {
    if (agent !== this.#agent || !concerns(this.#rule.routes, route)) return;
    this.#asked.set(call, { what: whatOf(facts), at });
  }

  #isAbove({ route, amount }: Doer): boolean {
    const { routes, above } = this.#rule;
    if (!concerns(routes, route)) return false;
    if (above === undefined) return true;
    if (amount === null) return false;
    return !isReadable(amount) || amount.currency !== above.currency || amount.micros > above.micros;
  }
}

/** The bytes, and what headers add to them. */
function whatOf({ fingerprint = '', envelope = '' }: Pick<Doer, 'fingerprint' | 'envelope'>): string {
  return `${fingerprint} ${envelope}`;
}
