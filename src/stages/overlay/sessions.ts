import type { Instant } from '../../std/clock.ts';
import type { Call } from '../../engine/call.ts';
import { RecentSet } from '../../engine/recent-set.ts';
import { Session } from './session.ts';

/** As many runs as fleets of agents have under way in a day. */
export const SESSIONS_MAX = 2_000;
/** What all sessions together may take. */
export const SHADOW_BYTES_MAX = 256 * 1024 * 1024;
/** A run that was silent for so long is over, and makes room for another. */
export const SESSION_IDLE_MS = 86_400_000;
/** Runs of which is known that they had captured writes, and nothing else. */
export const FORGOTTEN_MAX = 100_000;

/** Whose run it is: a session is one of one grant of one agent. */
type Run = Pick<Call, 'agent' | 'grant' | 'session'>;

/** The sessions that have captured writes, the least recently used first. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #forgotten = new RecentSet(FORGOTTEN_MAX);

  /** `forgotten`: it had captured writes once, and made room for others since. */
  find(run: Run): Session | 'forgotten' | undefined {
    const key = keyOf(run);
    return this.#sessions.get(key) ?? (this.#forgotten.has(key) ? 'forgotten' : undefined);
  }

  /** A new session, in the place of one that is over where there is no other; `undefined`: all are in use. */
  open(run: Run, at: Instant): Session | undefined {
    if (this.#sessions.size >= SESSIONS_MAX || this.bytes() >= SHADOW_BYTES_MAX) {
      const [oldest] = this.#sessions;
      if (oldest === undefined) return undefined;
      const [key, { writes, lastAt }] = oldest;
      if (writes.length > 0 && lastAt + SESSION_IDLE_MS > at) return undefined;
      this.#sessions.delete(key);
      if (writes.length > 0) this.#forgotten.add(key);
    }
    const session = new Session();
    this.#sessions.set(keyOf(run), session);
    return session;
  }

  /** Counts as used now. */
  use(run: Run, session: Session, at: Instant): void {
    const key = keyOf(run);
    session.lastAt = at;
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
  }

  bytes(): number {
    let bytes = 0;
    for (const session of this.#sessions.values()) bytes += session.bytes;
    return bytes;
  }
}

function keyOf({ agent, grant, session }: Run): string {
  return `${agent}\n${grant}\n${session}`;
}
