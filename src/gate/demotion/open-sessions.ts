import type { CallEntry, OutcomeEntry } from '../../journal/index.ts';
import type { Instant } from '../../std/clock.ts';
import { deedOf } from '../deed.ts';
import { OPEN_SESSIONS_MAX, SESSION_MS } from './bounds.ts';
import { Generations } from './generations.ts';

/** What a session did so far. */
export interface OpenSession {
  readonly since: Instant;
  /** Calls by what they were. */
  readonly mix: Record<string, number>;
  /** Calls that their upstream answered or failed to. */
  sent: number;
  failed: number;
  isOver: boolean;
}

/**
 * The sessions that an agent has under way. One is over when it was quiet for long, or goes on for long: then it is told, once,
 * and what of it comes later is another's, or nobody's.
 */
export class OpenSessions {
  readonly #sessions = new Generations<string, OpenSession>(OPEN_SESSIONS_MAX);
  readonly #over: (session: OpenSession) => void;

  constructor(over: (session: OpenSession) => void) {
    this.#over = over;
  }

  /** Gives the call's session. */
  called(entry: CallEntry): OpenSession {
    const { session, at } = entry;
    let open = this.#sessions.get(session);
    if (open !== undefined && at - open.since >= SESSION_MS) {
      this.#end(open);
      open = undefined;
    }
    open ??= { since: at, mix: {}, sent: 0, failed: 0, isOver: false };
    for (const forgotten of this.#sessions.put(session, open)) this.#end(forgotten);
    const deed = deedOf(entry);
    if (deed !== undefined) open.mix[deed] = (open.mix[deed] ?? 0) + 1;
    return open;
  }

  /** Time has passed: those that have been quiet since the last turn are over. */
  turn(): void {
    for (const quiet of this.#sessions.turn()) this.#end(quiet);
  }

  #end(session: OpenSession): void {
    session.isOver = true;
    this.#over(session);
  }
}

/** Why no answer came, where no upstream is to blame. */
const OUR_OWN: ReadonlySet<string> = new Set(['unanswerable', 'fault', 'not_sent', 'killed', 'client_gone']);

/** A sent call ended: the upstream answered, refused it, failed or was silent. */
export function ended(session: OpenSession, { status, failure, origin }: OutcomeEntry): void {
  if (session.isOver || origin !== undefined || OUR_OWN.has(failure ?? '')) return;
  session.sent += 1;
  if (status === null || status >= 400 || failure !== null) session.failed += 1;
}
