import type { Effect } from '../../engine/call.ts';
import type { CallEntry, Recorded } from '../../journal/entry.ts';
import type { Intents } from './intent.ts';
import { WriteFold } from './writes.ts';

/**
 * Collects the writes of a journal, and which cases it knows of, record by record.
 *
 * @param agent only of this one; `null`: of all
 */
class IntentFold {
  readonly #agent: string | null;
  readonly #writes: WriteFold;
  readonly #sessions = new Set<string>();
  readonly #tasks = new Set<string>();
  readonly #subjects = new Set<string>();
  readonly #routes = new Map<string, Effect>();

  constructor(agent: string | null) {
    this.#agent = agent;
    this.#writes = new WriteFold({ agent });
  }

  take(record: Recorded): void {
    if (record.kind === 'call') this.#called(record);
    this.#writes.take(record);
  }

  intents(): Intents {
    return {
      writes: this.#writes.writes(),
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
  }
}

/** The writes of a journal's records. */
export function intentsOf(records: Iterable<Recorded>, agent: string | null = null): Intents {
  const fold = new IntentFold(agent);
  for (const record of records) fold.take(record);
  return fold.intents();
}
