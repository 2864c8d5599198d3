import type { Json } from '../std/canonical-json.ts';
import type { Instant } from '../std/clock.ts';

/**
 * What was noted lately, in two generations: a note lasts at least `keepMs`, and at most about twice that while others
 * come in. Forgetting a whole generation costs nothing per note (evicting one by one from a Map does).
 *
 * Whoever asks compares times itself: that a note is still here says nothing of its age.
 */
export class Recent<Note extends Json> {
  readonly #keepMs: number;
  #current = new Map<string, Note>();
  #previous = new Map<string, Note>();
  #turnedAt: Instant = 0;

  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  get(key: string): Note | undefined {
    return this.#current.get(key) ?? this.#previous.get(key);
  }

  set(key: string, note: Note, at: Instant): void {
    if (at >= this.#turnedAt + this.#keepMs) this.turn(at);
    this.#previous.delete(key);
    this.#current.set(key, note);
  }

  delete(key: string): void {
    this.#current.delete(key);
    this.#previous.delete(key);
  }

  clear(): void {
    this.#current.clear();
    this.#previous.clear();
  }

  /** Notes held, in both generations. */
  get size(): number {
    return this.#current.size + this.#previous.size;
  }

  /** Notes in the younger generation. */
  get young(): number {
    return this.#current.size;
  }

  /** When the older generation can be forgotten, as long as nothing turns it earlier. */
  get turnsAt(): Instant {
    return this.#turnedAt + this.#keepMs;
  }

  /** Forgets the older generation now, whatever its age; gives what was forgotten. */
  turn(at: Instant): ReadonlyMap<string, Note> {
    const forgotten = this.#previous;
    this.#previous = this.#current;
    this.#current = new Map();
    this.#turnedAt = at;
    return forgotten;
  }

  /** Both generations as they are: what `load` restores forgets at the same events as this would have. */
  save(): Json {
    return { turnedAt: this.#turnedAt, current: [...this.#current], previous: [...this.#previous] };
  }

  load(state: Json): void {
    const { turnedAt, current, previous } = state as unknown as Saved<Note>;
    this.#turnedAt = turnedAt;
    this.#current = new Map(current);
    this.#previous = new Map(previous);
  }
}

interface Saved<Note> {
  readonly turnedAt: Instant;
  readonly current: [string, Note][];
  readonly previous: [string, Note][];
}
