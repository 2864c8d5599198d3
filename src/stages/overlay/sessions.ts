import type { Instant } from '../../std/clock.ts';
import type { Call } from '../../engine/call.ts';
import { RecentSet } from '../../engine/recent-set.ts';
import { Session } from './session.ts';

/** As many runs as fleets of agents have under way in a day. */
export const SESSIONS_MAX = 2_000;
/** What one agent may have of them, so that none keeps the others out. */
export const AGENT_SESSIONS_MAX = 1_000;
/** What all sessions together may take. */
export const SHADOW_BYTES_MAX = 256 * 1024 * 1024;
/** A run that was silent for so long is over, and makes room for another. */
export const SESSION_IDLE_MS = 86_400_000;
/** Runs of which is known that they had captured writes, and nothing else. */
export const FORGOTTEN_MAX = 100_000;
/** Runs without a captured write, of which is remembered what they read; the least recently used makes room. */
export const READING_MAX = 2_000;

/** Whose run it is: a session is one of one grant of one agent. */
type Run = Pick<Call, 'agent' | 'grant' | 'session'>;

/** The sessions of agents in shadow: those that have captured writes, and those that only read so far. */
export class Sessions {
  /** With captured writes, the least recently used first. */
  readonly #writing = new Map<string, { readonly agent: string; readonly session: Session }>();
  /** Without any; each may be forgotten at any time. */
  readonly #reading = new Map<string, Session>();
  readonly #forgotten = new RecentSet(FORGOTTEN_MAX);

  /** `forgotten`: it had captured writes once, and made room for others since. */
  find(run: Run): Session | 'forgotten' | undefined {
    const key = keyOf(run);
    const found = this.#writing.get(key)?.session ?? this.#reading.get(key);
    return found ?? (this.#forgotten.has(key) ? 'forgotten' : undefined);
  }

  /** One that only reads, so far. */
  open(run: Run, at: Instant): Session {
    const session = new Session();
    this.#reading.set(keyOf(run), session);
    this.use(run, session, at);
    return session;
  }

  /** Counts as used now. */
  use(run: Run, session: Session, at: Instant): void {
    const key = keyOf(run);
    session.lastAt = Math.max(session.lastAt, at);
    const writing = this.#writing.get(key);
    if (writing === undefined) {
      this.#reading.delete(key);
      this.#reading.set(key, session);
    } else {
      this.#writing.delete(key);
      this.#writing.set(key, writing);
    }
    for (const [oldest] of this.#reading) {
      if (this.#reading.size <= READING_MAX && this.bytes() <= SHADOW_BYTES_MAX) break;
      if (oldest !== key) this.#reading.delete(oldest);
      else break;
    }
  }

  /** Makes room for a write of a session, among those that have some; false: there is none. */
  admit(run: Run, session: Session, bytes: number, at: Instant): boolean {
    if (!this.#makeRoom(session, bytes) && !this.#forget(at)) return false;
    const key = keyOf(run);
    if (this.#writing.has(key)) return true;
    const its = [...this.#writing.values()].filter(({ agent }) => agent === run.agent).length;
    if ((its >= AGENT_SESSIONS_MAX || this.#writing.size >= SESSIONS_MAX) && !this.#forget(at)) return false;
    this.#reading.delete(key);
    this.#writing.set(key, { agent: run.agent, session });
    return true;
  }

  /** What was only read goes before anybody's write is refused. */
  #makeRoom(own: Session, bytes: number): boolean {
    let all = this.bytes() + bytes;
    for (const [key, session] of this.#reading) {
      if (all <= SHADOW_BYTES_MAX) return true;
      if (session === own) continue;
      this.#reading.delete(key);
      all -= session.bytes;
    }
    for (const { session } of this.#writing.values()) {
      if (all <= SHADOW_BYTES_MAX) return true;
      all -= session.bytes;
      session.forgetReads();
      all += session.bytes;
    }
    return all <= SHADOW_BYTES_MAX;
  }

  /** Forgets the session that was silent the longest, if it is over. */
  #forget(at: Instant): boolean {
    const [oldest] = this.#writing;
    if (oldest === undefined || oldest[1].session.lastAt + SESSION_IDLE_MS > at) return false;
    this.#writing.delete(oldest[0]);
    this.#forgotten.add(oldest[0]);
    return true;
  }

  /** What they have was made by other rules: those with captured writes are told that it is gone. */
  forgetAll(): void {
    for (const key of this.#writing.keys()) this.#forgotten.add(key);
    this.#writing.clear();
    this.#reading.clear();
  }

  bytes(): number {
    let bytes = 0;
    for (const { session } of this.#writing.values()) bytes += session.bytes;
    for (const session of this.#reading.values()) bytes += session.bytes;
    return bytes;
  }
}

function keyOf({ agent, grant, session }: Run): string {
  return `${agent}\n${grant}\n${session}`;
}
