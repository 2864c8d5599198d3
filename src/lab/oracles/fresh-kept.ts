import type { Instant } from '../../std/clock.ts';
import { formatDuration } from '../../std/duration.ts';
import { isWrite } from '../../engine/call.ts';
import type { FreshRule } from '../../engine/guards/fresh.ts';
import type { AgentId, CallId } from '../../engine/ids.ts';
import { concerns } from '../../engine/policy.ts';
import type { Entry } from '../../journal/entry.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { arrivalBy, shownCall } from './arrival.ts';
import type { Deed, Doer, Harm, Oracle, OracleWatch } from './oracle.ts';

/** An oracle for every rule that has an agent look before it writes: its session saw the subject, and lately. */
export function freshOracles({ policy }: LoadedPolicy): readonly Oracle[] {
  return [...policy.agents.values()].flatMap(({ id, rules }) =>
    rules.fresh.map((rule): Oracle => ({
      name: rule.rule,
      text: `a write whose subject its session had not read within ${formatDuration(rule.maxAgeMs)}, as ${rule.rule} asks`,
      promise: true,
      watch: () => new FreshWatch(rule, id),
    })),
  );
}

interface Look {
  readonly what: string;
  readonly at: Instant;
}

class FreshWatch implements OracleWatch {
  readonly #rule: FreshRule;
  readonly #agent: AgentId;
  /** Reads under way. */
  readonly #open = new Map<CallId, Look>();
  /** When what a session saw last was asked for. */
  readonly #seen = new Map<string, Instant>();

  constructor(rule: FreshRule, agent: AgentId) {
    this.#rule = rule;
    this.#agent = agent;
  }

  journalled(entry: Entry): void {
    if (entry.kind !== 'outcome') return;
    const look = this.#open.get(entry.call);
    if (look === undefined) return;
    this.#open.delete(entry.call);
    const { status, facts } = entry;
    if (status === null || status < 200 || status >= 300 || facts?.cut === true) return;
    const { what, at } = look;
    this.#seen.set(what, Math.max(at, this.#seen.get(what) ?? -Infinity));
  }

  see(deed: Deed): Harm | undefined {
    const by = arrivalBy(deed);
    if (by === undefined || by.agent !== this.#agent) return undefined;
    const { rule, routes, reads, maxAgeMs } = this.#rule;
    if (!isWrite(by.effect)) {
      // What the door reads for itself, no agent has seen.
      if (by.before === undefined && reads.includes(by.route)) this.#open.set(by.id, { what: whatOf(by), at: by.at });
      return undefined;
    }
    if (!concerns(routes, by.route)) return undefined;
    const seenAt = by.subject === null ? -Infinity : (this.#seen.get(whatOf(by)) ?? -Infinity);
    if (by.at - seenAt <= maxAgeMs) return undefined;
    const ago = seenAt === -Infinity ? 'had not read it' : `had read it ${formatDuration(by.at - seenAt)} before`;
    const text = `${shownCall(by)} reached ${deed.upstream}, its session ${ago}, and ${rule} allows ${formatDuration(maxAgeMs)}`;
    return { oracle: rule, text, deeds: [deed], promise: true };
  }
}

/** A session's subject. Spellings that a business may take for one are one: which of them are, is not the question here. */
function whatOf({ grant, session, subject }: Doer): string {
  const spelt = (subject ?? '')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s\p{Cf}]/gu, '');
  return `${grant}\n${session}\n${spelt}`;
}
