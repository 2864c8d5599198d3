import type { Arbitrary } from 'fast-check';
import type { Arena } from '../probe/arena.ts';
import type { Ground } from './ground.ts';

/** One way in which an agent, or what it works with, misbehaves. */
export interface Adversary {
  /** `looper` */
  readonly name: string;
  /** What it does, in a sentence for a person. */
  readonly title: string;
  /** Its moves on this ground; none where there is nothing for it to do. Made once per probe. */
  moves(ground: Ground): readonly Arbitrary<Move>[];
}

/**
 * One thing that an adversary does: a few calls, waits, faults. Moves of all adversaries are shuffled into one run.
 *
 * A move is a function of its own parameters and of what the arena tells: it keeps nothing between runs, for fast-check runs
 * it again when it shrinks. Its parameters come from fast-check, so that they shrink too; it draws no randomness of its own.
 */
export interface Move {
  /** Acts in the arena. The arena throws `Violation` as soon as an oracle sees harm; moves let it pass. */
  run(arena: Arena): void;
  /** For the log of a failure: `looper: create_refund charge:3 ×40`. */
  toString(): string;
}
