import type { PreconditionFact } from '../../engine/call.ts';
import type { CallId } from '../../engine/ids.ts';
import type { Answer } from '../../engine/policy.ts';
import type { Reading } from '../../door/judge/reading.ts';

/** Targets whose last answer is kept. Beyond it the oldest goes: its precondition is then unreadable, which denies. */
const TARGETS_MAX = 10_000;

interface Seen {
  readonly read: CallId;
  readonly answer: Answer;
}

/**
 * What a recording says of the things that preconditions ask about. The door reads them anew just before it sends a write;
 * a recording cannot be asked, so the last answer that it holds for the very same read stands in: the world as the agent
 * itself last saw it.
 */
export class SeenAnswers {
  readonly #byTarget = new Map<string, Seen>();

  /** Takes over the whole answer to a call; `undefined` where the recording does not have it whole. */
  note({ call, wire }: Reading, answer: Answer | undefined): void {
    const key = keyOf(wire.upstream, wire.target);
    this.#byTarget.delete(key);
    if (answer === undefined || wire.method !== 'GET') return;
    this.#byTarget.set(key, { read: call.id, answer });
    const [oldest] = this.#byTarget.keys();
    if (this.#byTarget.size > TARGETS_MAX && oldest !== undefined) this.#byTarget.delete(oldest);
  }

  /** The reading, with its precondition judged by what was seen; as it is, where it has none. */
  judged(reading: Reading): Reading {
    const { call, route } = reading;
    if (route?.precondition === undefined || call.particulars?.precondition?.kind !== 'unread') return reading;
    const precondition = this.#fact(reading);
    return { ...reading, call: { ...call, particulars: { ...call.particulars, precondition } } };
  }

  #fact({ call, request, route, wire }: Reading): PreconditionFact {
    const target = route?.precondition?.target(request) ?? null;
    const seen = target === null ? undefined : this.#byTarget.get(keyOf(wire.upstream, target));
    if (seen === undefined) return { kind: 'unreadable', why: 'the recording holds no whole answer to it', read: null };
    const truth = attempt(() => route?.precondition?.test(request, call, seen.answer));
    return { kind: 'read', read: seen.read, truth: typeof truth === 'boolean' ? truth : 'error', changed: [] };
  }
}

function attempt(test: () => unknown): unknown {
  try {
    return test();
  } catch {
    return undefined;
  }
}

const keyOf = (upstream: string, target: string): string => `${upstream} ${target}`;
