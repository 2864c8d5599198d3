import { hash, randomBytes } from 'node:crypto';
import type { Clock, Instant } from '../../std/clock.ts';
import type { Proof, User, Users } from '../../journal/index.ts';

/** Nobody asked for anything in this name for so long: whoever sits there now may be somebody else. */
export const IDLE_MS = 3_600_000;
/** A shift and some. Then even somebody who is busy shows again that it is them. */
export const SESSION_MS = 43_200_000;
export const SESSIONS_MAX = 1_000;
/** A desk, a phone, a forgotten tab: with one more, the oldest of this person's ends. */
export const SESSIONS_EACH_MAX = 10;
/** How late somebody who only listens hears that it is over. */
export const SWEEP_EVERY_MS = 1_000;

/** Why nothing more comes; what a live stream says as its last. */
export type Ending = 'signed_out' | 'expired';

/** Somebody who has signed in, at one browser. */
export interface Session {
  readonly user: User;
  readonly proof: Proof;
  /** What every request that changes something must carry beside the cookie. */
  readonly csrf: string;
  readonly expiresAt: Instant;
  /** Aborted, with an {@link Ending} as its reason, when it ends. */
  readonly ended: AbortSignal;
}

interface Held extends Session {
  readonly over: AbortController;
  readonly until: Instant;
  usedAt: Instant;
}

/**
 * Who has signed in. In memory alone, by the hash of what the cookie holds: a restart ends them all, and whoever reads this
 * memory or a dump of it has no cookie.
 */
export class Sessions {
  readonly #byHash = new Map<string, Held>();
  /** People who came by their own token, without a session, and may be listening. */
  readonly #present = new Map<User, AbortController>();
  readonly #clock: Clock;
  readonly #users: Users;
  readonly #sweeping: NodeJS.Timeout;

  constructor(clock: Clock, users: Users) {
    this.#clock = clock;
    this.#users = users;
    this.#sweeping = setInterval(() => this.sweep(), SWEEP_EVERY_MS).unref();
  }

  /** A new session with an id of its own: no id that was there before, and maybe known to others, comes to mean somebody. */
  open(user: User, proof: Proof): { readonly id: string; readonly session: Session } {
    this.sweep();
    const own = [...this.#byHash].filter(([, held]) => held.user.name === user.name);
    for (const [key, held] of own.slice(0, Math.max(0, own.length - SESSIONS_EACH_MAX + 1))) {
      this.#end(key, held, 'signed_out');
    }
    const [oldest] = this.#byHash;
    if (this.#byHash.size >= SESSIONS_MAX && oldest !== undefined) this.#end(...oldest, 'signed_out');
    const id = randomBytes(32).toString('base64url');
    const at = this.#clock.now();
    const over = new AbortController();
    const until = at + SESSION_MS;
    const held: Held = {
      user,
      proof,
      csrf: randomBytes(32).toString('base64url'),
      over,
      until,
      usedAt: at,
      ended: over.signal,
      get expiresAt() {
        return Math.min(this.until, this.usedAt + IDLE_MS);
      },
    };
    this.#byHash.set(keyOf(id), held);
    return { id, session: held };
  }

  /** Whose cookie this is; being asked keeps a session from going idle. */
  find(id: string): Session | undefined {
    const held = this.#byHash.get(keyOf(id));
    if (held === undefined || this.#overdue(held) !== undefined) return undefined;
    held.usedAt = this.#clock.now();
    return held;
  }

  end(session: Session): void {
    for (const [key, held] of this.#byHash) if (held === session) this.#end(key, held, 'signed_out');
  }

  /** Aborted when somebody who came by their own token may come no more. */
  presence(user: User): AbortSignal {
    const known = this.#present.get(user) ?? new AbortController();
    this.#present.set(user, known);
    return known.signal;
  }

  /** Ends what is over: by time, or because its person is not on record any more, or otherwise than when they signed in. */
  sweep(): void {
    for (const [key, held] of this.#byHash) {
      const why = this.#overdue(held);
      if (why !== undefined) this.#end(key, held, why);
    }
    for (const [user, over] of this.#present) {
      if (this.#users.named(user.name) === user) continue;
      this.#present.delete(user);
      over.abort('signed_out' satisfies Ending);
    }
  }

  close(): void {
    clearInterval(this.#sweeping);
  }

  #overdue({ user, expiresAt }: Held): Ending | undefined {
    if (this.#users.named(user.name) !== user) return 'signed_out';
    return this.#clock.now() >= expiresAt ? 'expired' : undefined;
  }

  #end(key: string, held: Held, why: Ending): void {
    this.#byHash.delete(key);
    held.over.abort(why);
  }
}

function keyOf(id: string): string {
  return hash('sha256', id, 'hex');
}
