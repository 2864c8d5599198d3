import type { Engine } from '../../engine/engine.ts';
import type { Entry, Recorded } from '../entry.ts';
import { eventsOf } from '../fold.ts';
import type { Journal } from '../journal.ts';
import type { Recognise } from '../vault/recognise.ts';

/**
 * How many records may come while an engine is brought up to them: half a minute of all that a disk takes. Beyond it the door
 * keeps the policy it has.
 */
export const HEARD_MAX = 200_000;

/** What is heard of a running journal. */
export type Log = Pick<Journal, 'head' | 'durable' | 'listen'>;

/**
 * The records behind one place of a running journal, in order, for an engine that folds what is before them elsewhere.
 *
 * INVARIANT: what an engine is given is every record from `from` on, once, in the journal's order; where too many came, none.
 */
export class Following {
  /** The last record that is not heard here. */
  readonly from: number;
  #heard: Recorded[] = [];
  #next = 0;
  #isTooMuch = false;
  readonly #stop: () => void;

  constructor(log: Log) {
    this.from = log.head.seq;
    this.#stop = log.listen((entry, seq) => this.#hear(entry, seq));
  }

  /** Whether more came than is kept. */
  get isTooMuch(): boolean {
    return this.#isTooMuch;
  }

  /** Folds the next records into an engine, at most so many. Gives how many are left. */
  take(engine: Engine, recognise: Recognise, most = Infinity): number {
    const until = Math.min(this.#heard.length, this.#next + most);
    for (; this.#next < until; this.#next += 1) {
      for (const event of eventsOf(recognise(this.#heard[this.#next] as Recorded))) engine.apply(event);
    }
    return this.#heard.length - this.#next;
  }

  end(): void {
    this.#stop();
    this.#heard = [];
    this.#next = 0;
  }

  #hear(entry: Entry, seq: number): void {
    if (this.#heard.length >= HEARD_MAX) this.#isTooMuch = true;
    // Its hash is not known to whoever hears it, and nothing that is folded asks for it.
    else this.#heard.push({ ...entry, seq, hash: '' });
  }
}
