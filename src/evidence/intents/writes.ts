import type { Effect } from '../../engine/call.ts';
import type { CallId } from '../../engine/ids.ts';
import type { CallEntry, Recorded } from '../../journal/entry.ts';
import type { Intent } from './intent.ts';

/** More writes than these do not fit in memory beside what is counted of them. */
export const INTENTS_MAX = 2_000_000;

/** A journal with more writes than fit. */
export class TooManyIntents extends Error {
  override readonly name = 'TooManyIntents';
}

/** How many are kept, and what of each. */
export interface WritesTerms {
  /** Only of this agent; `null`: of all. */
  readonly agent: string | null;
  readonly max?: number;
  /** What is kept of a write; without it, all. */
  readonly kept?: (intent: Intent) => Intent;
}

/** Collects the writes that agents meant to do, record by record, with how each ended. A read of the door's own is none of theirs. */
export class WriteFold {
  readonly #terms: Required<WritesTerms>;
  readonly #writes = new Map<string, Intent>();

  constructor({ agent, max = INTENTS_MAX, kept = (intent) => intent }: WritesTerms) {
    this.#terms = { agent, max, kept };
  }

  /** @throws TooManyIntents */
  take(record: Recorded): void {
    if (record.kind === 'call') this.#called(record);
    else if (record.kind === 'outcome') {
      const { effectiveness, origin = null, failure } = record;
      this.#ended(record.call, { effectiveness, origin, failure });
    } else if (record.kind === 'recovery') for (const call of record.unknown) this.#ended(call, CRASHED);
  }

  /** In the journal's order. */
  writes(): readonly Intent[] {
    return [...this.#writes.values()];
  }

  #called(entry: CallEntry): void {
    const { agent, max, kept } = this.#terms;
    const { effect } = entry;
    if (entry.before !== undefined || effect === 'read' || (agent !== null && entry.agent !== agent)) return;
    if (this.#writes.size === max) throw new TooManyIntents(`more than ${max} writes`);
    this.#writes.set(entry.call, kept(intentOf(entry, effect)));
  }

  /** Its first end is its end: a start may have found open what an outcome tells of later. */
  #ended(call: CallId, end: Pick<Intent, 'effectiveness' | 'origin' | 'failure'>): void {
    const write = this.#writes.get(call);
    if (write?.effectiveness === null) this.#writes.set(call, { ...write, ...end });
  }
}

/** How a call ended that nobody saw end; the warehouse's word for why. */
const CRASHED = { effectiveness: 'unknown', origin: null, failure: 'crash' } as const;

function intentOf(entry: CallEntry, effect: Exclude<Effect, 'read'>): Intent {
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
