import { createHmac } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Instant } from '../../std/clock.ts';

/** What a request without a session of its own belongs to. */
export type SessionBy = 'credential' | 'connection';

/** After a pause as long as this, whoever comes with the same credential begins another run. */
export const RUN_PAUSE_MS = 30 * 60_000;
/** Credentials whose runs are told apart; the one that was silent longest goes, and begins another run when it comes back. */
export const CREDENTIALS_KEPT = 10_000;

interface Run {
  readonly name: string;
  number: number;
  last: Instant;
}

/**
 * Which run a request belongs to: the one that its `Interlock-Session` names; else that of its credential, by a digest under a key
 * that is never written down, so that nobody can look whose it was; or that of its connection.
 */
export class Sessions {
  readonly #by: SessionBy;
  readonly #run: string;
  readonly #key: Buffer;
  /** The one heard of last comes last. */
  readonly #runs = new Map<string, Run>();
  readonly #connections = new WeakMap<Socket, string>();
  #connected = 0;

  /** @param random names this start of the recorder, and is the key of the digests */
  constructor(by: SessionBy, random: (bytes: number) => Buffer) {
    this.#by = by;
    this.#run = random(4).toString('hex');
    this.#key = random(32);
  }

  of(named: string | undefined, credential: string | undefined, socket: Socket, at: Instant): string {
    if (named !== undefined) return named;
    return this.#by === 'credential' && credential !== undefined
      ? this.#ofCredential(credential, at)
      : this.#ofConnection(socket);
  }

  #ofCredential(credential: string, at: Instant): string {
    const digest = createHmac('sha256', this.#key).update(credential).digest('hex').slice(0, 12);
    const run = this.#runs.get(digest) ?? { name: `key-${this.#run}-${digest}`, number: 1, last: at };
    if (at - run.last > RUN_PAUSE_MS) run.number += 1;
    run.last = at;
    this.#runs.delete(digest);
    this.#runs.set(digest, run);
    const [oldest] = this.#runs.keys();
    if (this.#runs.size > CREDENTIALS_KEPT && oldest !== undefined) this.#runs.delete(oldest);
    return `${run.name}.${run.number}`;
  }

  #ofConnection(socket: Socket): string {
    let name = this.#connections.get(socket);
    if (name === undefined) {
      name = `connection-${this.#run}-${(this.#connected += 1)}`;
      this.#connections.set(socket, name);
    }
    return name;
  }
}
