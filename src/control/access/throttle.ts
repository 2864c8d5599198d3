import type { Clock, Instant } from '../../std/clock.ts';

/** So many wrong tokens from one address within {@link FAILURES_WITHIN_MS}, and wrong ones from there are not looked at for a while. */
export const FAILURES_MAX = 10;
export const FAILURES_WITHIN_MS = 60_000;
/** Short: a token has 256 bits, and nobody guesses one. */
export const LOCKED_MS = 60_000;
/** Attempts a second from addresses that nobody has ever signed in from, all together. */
export const STRANGERS_PER_SECOND = 20;
/** More than {@link STRANGERS_PER_SECOND} fills while a lock lasts: what is forgotten is over. */
export const ADDRESSES_MAX = 5_000;
/** Addresses that somebody has signed in from since the start: strangers in a flood do not keep them out. */
export const FAMILIAR_MAX = 1_000;
/** Who is locked is on record, but not a thousand times a minute. */
export const LOCK_RECORD_EVERY_MS = 10_000;

interface Place {
  failures: number;
  since: Instant;
  lockedUntil: Instant;
}

/** What to do with somebody who shows what lets nobody in. */
export type Verdict = { readonly kind: 'go' } | { readonly kind: 'wait'; readonly retryAfterSeconds: number };

/** What belongs on record: a place was locked, and so were so many others since the last time that this was said. */
export interface Lock {
  readonly address: string;
  readonly failures: number;
  readonly others: number;
}

/** Slows down whoever guesses: by address, and all strangers together. It forgets, and grows no further than it says. */
export class Throttle {
  readonly #places = new Map<string, Place>();
  readonly #familiar = new Set<string>();
  readonly #clock: Clock;
  #second = { at: 0, attempts: 0 };
  #lastRecordAt = Number.NEGATIVE_INFINITY;
  #unrecorded = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether an attempt from there is looked at now. */
  ask(address: string): Verdict {
    const place = placeOf(address);
    const at = this.#clock.now();
    const lockedUntil = this.#places.get(place)?.lockedUntil ?? 0;
    if (at < lockedUntil) return { kind: 'wait', retryAfterSeconds: Math.ceil((lockedUntil - at) / 1_000) };
    if (this.#familiar.has(place)) return GO;
    const second = Math.floor(at / 1_000);
    if (this.#second.at !== second) this.#second = { at: second, attempts: 0 };
    this.#second.attempts += 1;
    return this.#second.attempts > STRANGERS_PER_SECOND ? { kind: 'wait', retryAfterSeconds: 1 } : GO;
  }

  /** Somebody came in. Who fails from there as well is counted on: one good token must buy nobody more guesses. */
  succeeded(address: string): void {
    put(this.#familiar, placeOf(address));
  }

  /** Gives what belongs on record; `undefined`: nothing does, yet. */
  failed(address: string): Lock | undefined {
    const name = placeOf(address);
    const at = this.#clock.now();
    const before = this.#places.get(name);
    const place =
      before !== undefined && at < before.since + FAILURES_WITHIN_MS
        ? before
        : { failures: 0, since: at, lockedUntil: 0 };
    place.failures += 1;
    // The newest stands last, so that what is forgotten first is the oldest.
    this.#places.delete(name);
    this.#places.set(name, place);
    const [oldest] = this.#places.keys();
    if (this.#places.size > ADDRESSES_MAX && oldest !== undefined) this.#places.delete(oldest);
    if (place.failures < FAILURES_MAX) return undefined;
    const { failures } = place;
    Object.assign(place, { failures: 0, since: at, lockedUntil: at + LOCKED_MS });
    return this.#record(name, failures, at);
  }

  #record(address: string, failures: number, at: Instant): Lock | undefined {
    if (at < this.#lastRecordAt + LOCK_RECORD_EVERY_MS) {
      this.#unrecorded += 1;
      return undefined;
    }
    const others = this.#unrecorded;
    this.#unrecorded = 0;
    this.#lastRecordAt = at;
    return { address, failures, others };
  }
}

const GO = { kind: 'go' } as const;

function put(familiar: Set<string>, place: string): void {
  familiar.delete(place);
  familiar.add(place);
  const [oldest] = familiar;
  if (familiar.size > FAMILIAR_MAX && oldest !== undefined) familiar.delete(oldest);
}

/** An IPv4 address, or the /64 that one IPv6 host has for itself. */
export function placeOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = tail === undefined ? front : [...front, ...Array(8 - front.length - back.length).fill('0'), ...back];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, '').toLowerCase())
    .join(':')}::/64`;
}
