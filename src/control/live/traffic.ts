import type { Instant } from '../../std/clock.ts';
import type { AgentId } from '../../engine/ids.ts';
import type { Entry } from '../../journal/entry.ts';
import type { Traffic } from '../contract/overview.ts';

/** Over how many seconds the pace of calls is taken. */
export const RATE_SECONDS = 10;
/** An answer from here on is the upstream's failure (RFC 9110 §15.6). */
const SERVER_ERROR = 500;

/** What one agent, or all of them, did since the door began: integers that only grow, and a ring of seconds. */
class Count {
  allowed = 0;
  denied = 0;
  held = 0;
  captured = 0;
  failed = 0;
  lastCallAt: Instant | null = null;
  /** The calls of the last seconds, by second modulo the ring's length, and which second each place is of. */
  readonly #calls = new Uint32Array(RATE_SECONDS);
  readonly #seconds = new Float64Array(RATE_SECONDS).fill(-1);

  called(at: Instant): void {
    this.lastCallAt = at;
    const second = Math.floor(at / 1_000);
    const place = second % RATE_SECONDS;
    if (this.#seconds[place] !== second) {
      this.#seconds[place] = second;
      this.#calls[place] = 0;
    }
    this.#calls[place] = (this.#calls[place] as number) + 1;
  }

  /** Calls per second in the last ten: nine whole ones and what there is of this one. */
  perSecond(at: Instant, startedAt: Instant): number {
    const now = Math.floor(at / 1_000);
    let calls = 0;
    for (let place = 0; place < RATE_SECONDS; place += 1) {
      const second = this.#seconds[place] as number;
      if (second > now - RATE_SECONDS && second <= now) calls += this.#calls[place] as number;
    }
    const spanMs = at - (now - RATE_SECONDS + 1) * 1_000;
    // A door that has just begun has not had ten seconds; and no pace is made of less than one.
    const seconds = Math.max(1_000, Math.min(spanMs, at - startedAt)) / 1_000;
    return Math.round((calls / seconds) * 10) / 10;
  }

  told(at: Instant, startedAt: Instant): Traffic {
    const { allowed, denied, held, captured, failed } = this;
    const calls = allowed + denied + held + captured;
    return { perSecond: this.perSecond(at, startedAt), calls, allowed, denied, held, captured, failed };
  }
}

/** Where a call's agent is found by its outcome, which does not name it. */
export type AgentOf = (outcome: Extract<Entry, { kind: 'outcome' }>) => AgentId | undefined;

/**
 * Calls and their ends, counted as the journal takes them. The door's own reads before a write are its agent's calls, as they
 * are to every rule. Costs a few increments a record, and memory by agents alone.
 */
export class TrafficCount {
  readonly #startedAt: Instant;
  readonly #agentOf: AgentOf;
  readonly #all = new Count();
  readonly #byAgent = new Map<AgentId, Count>();

  constructor(startedAt: Instant, agentOf: AgentOf) {
    this.#startedAt = startedAt;
    this.#agentOf = agentOf;
  }

  heard(entry: Entry): void {
    if (entry.kind === 'call') {
      const own = this.#of(entry.agent);
      own.called(entry.at);
      this.#all.called(entry.at);
      if (entry.verdict === 'allow') {
        own.allowed += 1;
        this.#all.allowed += 1;
      } else if (entry.verdict === 'deny') {
        own.denied += 1;
        this.#all.denied += 1;
      } else if (entry.verdict === 'hold') {
        own.held += 1;
        this.#all.held += 1;
      } else {
        own.captured += 1;
        this.#all.captured += 1;
      }
    } else if (entry.kind === 'outcome') {
      if (entry.status !== null && entry.status < SERVER_ERROR) return;
      this.#all.failed += 1;
      const agent = this.#agentOf(entry);
      if (agent !== undefined) this.#of(agent).failed += 1;
    }
  }

  all(at: Instant): Traffic {
    return this.#all.told(at, this.#startedAt);
  }

  of(agent: AgentId, at: Instant): Traffic {
    return (this.#byAgent.get(agent) ?? NOTHING).told(at, this.#startedAt);
  }

  lastCallAt(agent: AgentId): Instant | null {
    return this.#byAgent.get(agent)?.lastCallAt ?? null;
  }

  #of(agent: AgentId): Count {
    let count = this.#byAgent.get(agent);
    if (count === undefined) this.#byAgent.set(agent, (count = new Count()));
    return count;
  }
}

const NOTHING = new Count();
