import type { CallEntry, Entry, Recorded } from '../../src/journal/index.ts';
import { Ladder } from './ladder.ts';

/** An agent that was stopped, as the records tell it. */
export interface Stop {
  readonly trip: 'freeze' | 'kill' | 'deny';
  /** Its place among what was written. */
  readonly order: number;
  /** The call that caused it. */
  readonly call: string | null;
}

/** A call that the door let through. */
export interface Intent {
  readonly entry: CallEntry;
  readonly order: number;
  /** How much time had truly passed when it was written. */
  readonly trueMs: number;
  dispatched: boolean;
}

/** What the records say, read as plainly as an auditor would: no engine, no fold. */
export class Evidence {
  /** Who is stopped. */
  readonly stops = new Map<string, Stop>();
  readonly intents = new Map<string, Intent>();
  /** Who has said that an agent may work again, where that is not enough: it stands for an hour, also over a restart. */
  readonly assents = new Map<string, string>();
  /** Writes that were captured; those whose end is known to be without effect are not among them. */
  readonly captured = new Map<string, CallEntry>();
  /** Every call with a record, whatever its verdict. */
  readonly calls = new Set<string>();
  /** Intents that await their dispatch, by what they look like from outside. */
  readonly #awaiting = new Map<string, Intent[]>();
  /** When reads that were answered in full ended, by grant and subject. */
  readonly reads = new Map<string, number>();
  readonly #revoked = new Set<string>();
  readonly ladder: Ladder;
  /** What is wrong with the record that was heard last, as a word on where an agent stands. */
  misplaced: string | undefined;
  #order = 0;

  constructor(before?: Evidence) {
    this.ladder = new Ladder(before?.ladder);
  }

  isRevoked(grant: string): boolean {
    return this.#revoked.has(grant);
  }

  /** @param before what was known of it already */
  heard(entry: Entry, trueMs: number, before?: Evidence): void {
    this.#order += 1;
    this.misplaced = undefined;
    switch (entry.kind) {
      case 'call':
        this.calls.add(entry.call);
        if (entry.verdict === 'allow') {
          const known = before?.intents.get(entry.call);
          this.#admitted(known ?? { entry, order: this.#order, trueMs, dispatched: false });
        }
        if (entry.verdict === 'capture') this.captured.set(entry.call, entry);
        for (const { trip } of entry.trips.slice(0, 1)) this.#stopped(entry.agent, trip, entry.call);
        return;
      case 'outcome': {
        const intent = this.intents.get(entry.call);
        if (entry.effectiveness === 'ineffective') this.captured.delete(entry.call);
        if (entry.failure === 'not_sent') this.#withdrawn(entry.call);
        if (
          intent?.entry.effect === 'read' &&
          entry.effectiveness === 'effective' &&
          entry.failure === null &&
          isReal(entry)
        ) {
          this.reads.set(`${intent.entry.grant} ${intent.entry.facts.subject}`, entry.at);
        }
        return;
      }
      case 'freeze':
        return this.#stopped(entry.agent, entry.trip, entry.call);
      case 'assent':
        this.assents.set(entry.agent, entry.by);
        return;
      case 'resume':
        this.assents.delete(entry.agent);
        this.stops.delete(entry.agent);
        return;
      case 'standing':
        this.misplaced = this.ladder.heard(entry);
        return;
      case 'revoke':
        this.#revoked.add(entry.grant);
        return;
      default:
        return;
    }
  }

  /** The intents that a request from outside could be, in the order they were written. */
  like(method: string, target: string, body: string): readonly Intent[] {
    return this.#awaiting.get(`${method} ${target} ${body}`) ?? [];
  }

  /** What is left of it after a crash: the records on the disk, and what was sent because of them. */
  static surviving(records: Iterable<Recorded>, before: Evidence): Evidence {
    const evidence = new Evidence(before);
    for (const record of records) evidence.heard(record, 0, before);
    evidence.#order = before.#order;
    return evidence;
  }

  #admitted(intent: Intent): void {
    const { call, method, target, body } = intent.entry;
    this.intents.set(call, intent);
    const key = `${method} ${target} ${body ?? ''}`;
    const like = this.#awaiting.get(key);
    if (like === undefined) this.#awaiting.set(key, [intent]);
    else like.push(intent);
  }

  /** The door said that it will never send this one: what comes from now on is another, or nothing that it may send. */
  #withdrawn(call: string): void {
    for (const like of this.#awaiting.values()) {
      const index = like.findIndex((intent) => intent.entry.call === call && !intent.dispatched);
      if (index !== -1) like.splice(index, 1);
    }
  }

  #stopped(agent: string, trip: Stop['trip'], call: string | null): void {
    // A freeze that is told again is as old as it was; a kill behind a freeze is a new stop.
    const stands = this.stops.get(agent);
    if (stands === undefined || (stands.trip !== 'kill' && trip === 'kill')) {
      this.stops.set(agent, { trip, order: this.#order, call });
      this.assents.delete(agent);
    }
  }
}

/** Captured writes had no part in it. */
function isReal({ origin }: Extract<Entry, { kind: 'outcome' }>): boolean {
  return origin === undefined;
}
