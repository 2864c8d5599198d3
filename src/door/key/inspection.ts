import { Expansion, type Coding } from './coding.ts';
import type { KeyWatch } from './watch.ts';

/** Where an answer goes on to, once it was looked into. */
export interface Inspected {
  /** Bytes that may leave. `false` asks for a pause. */
  pass(bytes: Buffer): boolean;
  /** What they say, in the clear: the same bytes, unless the answer is compressed. */
  read(bytes: Buffer): void;
  /** The key is in it, or nobody can tell: nothing further may leave. */
  stop(why: 'leaked' | 'unreadable'): void;
  /** Goes on after a pause that {@link Inspection.data} asked for itself. */
  resume(): void;
}

/** Looks into one answer's body before it leaves. */
export interface Inspection {
  /** `false` asks for a pause. */
  data(chunk: Buffer): boolean;
  /** All of it came. `done` when all that may leave has left. */
  end(done: () => void): void;
  /** Nothing more of it matters. */
  close(): void;
}

/** An answer in the clear: looked into and passed on in the same turn. */
export class PlainInspection implements Inspection {
  readonly #watch: KeyWatch;
  readonly #to: Inspected;

  constructor(watch: KeyWatch, to: Inspected) {
    this.#watch = watch;
    this.#to = to;
  }

  data(chunk: Buffer): boolean {
    const bytes = this.#watch.pass(chunk);
    if (bytes === null) {
      this.#to.stop('leaked');
      return true;
    }
    return bytes.length === 0 || this.#send(bytes);
  }

  end(done: () => void): void {
    const rest = this.#watch.rest();
    if (rest.length > 0) this.#send(rest);
    done();
  }

  close(): void {
    this.#watch.rest();
  }

  #send(bytes: Buffer): boolean {
    this.#to.read(bytes);
    return this.#to.pass(bytes);
  }
}

/** What may wait for a word that is not the key after all. Real answers wait for a few bytes of the next piece. */
export const PENDING_MAX_BYTES = 1_048_576;

/** What may come out of an answer however it is compressed: business answers grow tenfold, logs perhaps fiftyfold. */
export const EXPANDED_FREE_BYTES = 64 * 1_048_576;
/** Beyond that, how many bytes for each that came: a bomb (a megabyte of zstd says 32 GiB) keeps a core busy for minutes. */
export const EXPANSION_MAX = 200;

/**
 * A compressed answer: it leaves as it came, each piece when what it says has been looked into. The upstream pauses
 * meanwhile, so that one piece is held and no more.
 */
export class CompressedInspection implements Inspection {
  readonly #watch: KeyWatch;
  readonly #to: Inspected;
  readonly #expansion: Expansion;
  readonly #waiting: Buffer[] = [];
  /** Looked into, and held back while what they end with may begin the key. */
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #cameBytes = 0;
  #saidBytes = 0;
  #isBusy = false;
  #isOver = false;
  #done: (() => void) | undefined;

  constructor(coding: Coding, watch: KeyWatch, to: Inspected) {
    this.#watch = watch;
    this.#to = to;
    this.#expansion = new Expansion(coding, (bytes) => this.#seen(bytes));
  }

  data(chunk: Buffer): boolean {
    if (this.#isOver) return true;
    this.#waiting.push(chunk);
    this.#next();
    return false;
  }

  end(done: () => void): void {
    if (this.#isOver) return;
    this.#done = done;
    this.#next();
  }

  close(): void {
    this.#isOver = true;
    this.#expansion.close();
  }

  #next(): void {
    if (this.#isBusy || this.#isOver) return;
    const chunk = this.#waiting.shift();
    if (chunk === undefined) return this.#done === undefined ? undefined : this.#finish(this.#done);
    this.#isBusy = true;
    this.#cameBytes += chunk.length;
    this.#expansion.write(chunk, (fault) => {
      this.#isBusy = false;
      if (this.#isOver) return;
      if (fault !== null) return this.#stop('unreadable');
      this.#pending.push(chunk);
      this.#pendingBytes += chunk.length;
      if (this.#pendingBytes > PENDING_MAX_BYTES) return this.#stop('unreadable');
      const goesOn = this.#watch.holds || this.#release();
      if (goesOn && this.#waiting.length === 0 && this.#done === undefined) this.#to.resume();
      this.#next();
    });
  }

  #seen(bytes: Buffer): void {
    if (this.#isOver) return;
    this.#saidBytes += bytes.length;
    if (this.#saidBytes > Math.max(EXPANDED_FREE_BYTES, this.#cameBytes * EXPANSION_MAX))
      return this.#stop('unreadable');
    const clear = this.#watch.pass(bytes);
    if (clear === null) this.#stop('leaked');
    else if (clear.length > 0) this.#to.read(clear);
  }

  #release(): boolean {
    const pending = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    let goesOn = true;
    for (const chunk of pending) goesOn = this.#to.pass(chunk);
    return goesOn;
  }

  #finish(done: () => void): void {
    this.#isOver = true;
    const rest = this.#watch.rest();
    if (rest.length > 0) this.#to.read(rest);
    this.#release();
    this.#expansion.close();
    done();
  }

  #stop(why: 'leaked' | 'unreadable'): void {
    this.close();
    this.#to.stop(why);
  }
}
