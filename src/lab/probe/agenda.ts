import type { Instant } from '../../std/clock.ts';

/** Something that happens at its time. */
export interface Due {
  readonly at: Instant;
  readonly happen: () => void;
}

/** What is still to come, soonest first; what is due at one time comes in the order it was entered. */
export class Agenda {
  /** A run has few things under way: keeping a short list sorted costs less than a heap. */
  readonly #due: Due[] = [];

  enter(due: Due): void {
    let index = this.#due.length;
    while (index > 0 && (this.#due[index - 1] as Due).at > due.at) index -= 1;
    this.#due.splice(index, 0, due);
  }

  /** Takes what comes next, if it is due by then. */
  next(by: Instant): Due | undefined {
    const [first] = this.#due;
    return first === undefined || first.at > by ? undefined : this.#due.shift();
  }
}
