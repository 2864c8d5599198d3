import type { Effect } from '../../engine/call.ts';
import type { CallId } from '../../engine/ids.ts';
import type { CallEntry, Recorded } from '../../journal/entry.ts';
import type { Intent, Intents } from './intent.ts';

/** More writes than these do not fit in memory beside what is counted of them. */
export const INTENTS_MAX = 2_000_000;

/** A journal with more writes than {@link INTENTS_MAX}. */
export class TooManyIntents extends Error {
  override readonly name = 'TooManyIntents';
}

/**
 * Collects the writes of a journal, record by record.
 *
 * @param agent only of this one; `null`: of all
 */
export class IntentFold {
  readonly #agent: string | null;
  readonly #writes = new Map<string, Intent>();
  readonly #sessions = new Set<string>();
  readonly #tasks = new Set<string>();
  readonly #subjects = new Set<string>();
  readonly #routes = new Map<string, Effect>();

  constructor(agent: string | null) {
    this.#agent = agent;
  }

  take(record: Recorded): void {
    if (record.kind === 'call') this.#called(record);
    else if (record.kind === 'outcome') {
      const { effectiveness, origin = null, failure } = record;
      this.#ended(record.call, { effectiveness, origin, failure });
    } else if (record.kind === 'recovery') for (const call of record.unknown) this.#ended(call, CRASHED);
  }

  intents(): Intents {
    return {
      writes: [...this.#writes.values()],
      sessions: this.#sessions,
      tasks: this.#tasks,
      subjects: this.#subjects,
      routes: this.#routes,
    };
  }

  /** A read that the door made for itself is no call of the agent's. */
  #called(entry: CallEntry): void {
    if (entry.before !== undefined || (this.#agent !== null && entry.agent !== this.#agent)) return;
    const { session, task, route, effect, facts } = entry;
    this.#sessions.add(session);
    this.#tasks.add(task);
    if (facts.subject !== null) this.#subjects.add(facts.subject);
    this.#routes.set(route, effect);
    if (effect === 'read') return;
    if (this.#writes.size === INTENTS_MAX) throw new TooManyIntents(`more than ${INTENTS_MAX} writes`);
    this.#writes.set(entry.call, intentOf(entry, effect));
  }

  /** Its first end is its end: a start may have found open what an outcome tells of later. */
  #ended(call: CallId, end: Pick<Intent, 'effectiveness' | 'origin' | 'failure'>): void {
    const write = this.#writes.get(call);
    if (write?.effectiveness === null) this.#writes.set(call, { ...write, ...end });
  }
}

/** How a call ended that nobody saw end; the warehouse's word for why. */
const CRASHED = { effectiveness: 'unknown', origin: null, failure: 'crash' } as const;

/** The writes of a journal's records. */
export function intentsOf(records: Iterable<Recorded>, agent: string | null = null): Intents {
  const fold = new IntentFold(agent);
  for (const record of records) fold.take(record);
  return fold.intents();
}

function intentOf(entry: CallEntry, effect: Intent['effect']): Intent {
  const { call, at, agent, task, session, stage, route, facts, target, body, headers, verdict, approval, rests } =
    entry;
  const { subject, amount, fingerprint, particulars } = facts;
  const values = Object.entries(particulars?.parameters ?? {}).flatMap(([rule, { value }]) =>
    value === null ? [] : [[rule, value] as const],
  );
  return {
    call,
    at,
    agent,
    task,
    session,
    stage,
    route,
    effect,
    subject,
    amount: amount === null || 'fault' in amount ? null : { micros: BigInt(amount.micros), currency: amount.currency },
    fingerprint,
    target,
    body,
    contentType: Object.hasOwn(headers, 'content-type') ? (headers['content-type'] ?? null) : null,
    verdict,
    approval: approval ?? null,
    rests: rests ?? null,
    values: Object.fromEntries(values),
    effectiveness: null,
    origin: null,
    failure: null,
  };
}
