import fc, { type Arbitrary } from 'fast-check';
import type { Instant } from '../../../std/clock.ts';
import type { Harm, Oracle } from '../../oracles/oracle.ts';
import type { Move } from '../../adversaries/adversary.ts';
import { Arena } from '../arena.ts';
import type { Course } from '../course.ts';
import type { Field } from '../field.ts';
import { Threw } from '../threw.ts';
import { Violation } from '../violation.ts';
import type { Arm } from './arms.ts';
import type { Lookout } from './lookout.ts';

/**
 * Runs that fast-check may spend on leaving moves out of a failure. Counted and not timed, so that it ends alike everywhere;
 * what is left is taken apart step by step, which is cheaper (`shrink.ts`).
 */
const SHRINK_RUNS_MAX = 200;

export interface Batch {
  readonly seed: number;
  /** Which batch of which search it is, as people are told: `seed 7, path 3/`. */
  readonly where: string;
  readonly runs: number;
  /** A run has at most so many moves. */
  readonly movesMax: number;
  /** By arm; 0: it takes no part. */
  readonly weights: readonly number[];
}

export interface BatchOutcome {
  readonly runs: number;
  readonly failure: Failure | undefined;
}

/** A run that did harm, as short as leaving out moves makes it. */
export interface Failure {
  readonly harm: Harm;
  readonly course: Course;
  /** What its moves were. */
  readonly moves: readonly string[];
  /** fast-check's way to it under the batch's seed. */
  readonly path: string;
}

/** One move of a run, as fast-check's commands are. */
class Act implements fc.Command<Lookout, Arena> {
  readonly #arm: number;
  readonly #move: Move;

  constructor(arm: number, move: Move) {
    this.#arm = arm;
    this.#move = move;
  }

  check(): boolean {
    return true;
  }

  run(lookout: Lookout, arena: Arena): void {
    lookout.acting(this.#arm, this.#move);
    this.#move.run(arena);
  }

  toString(): string {
    return this.#move.toString();
  }
}

/**
 * One fast-check property over (when it begins, moves): whatever adversaries do, no oracle sees harm. The first run that
 * does harm ends the batch; from there on only its oracle counts, so that it shrinks to itself and not to another's harm.
 */
export function runBatch(
  field: Field,
  oracles: readonly Oracle[],
  starts: Arbitrary<Instant>,
  arms: readonly Arm[],
  lookout: Lookout,
  { seed, where, runs, movesMax, weights }: Batch,
): BatchOutcome {
  const act = fc.oneof(
    ...arms.flatMap(({ moves }, arm) => {
      const weight = weights[arm] ?? 0;
      return weight === 0 ? [] : [{ weight, arbitrary: moves.map((move) => new Act(arm, move)) }];
    }),
  );
  const moves = fc.commands([act], { maxCommands: movesMax, size: 'max', disableReplayLog: true });
  let made = 0;
  let shrinks = 0;
  let failure: Omit<Failure, 'path'> | undefined;
  let broken: { readonly error: unknown } | undefined;
  const property = fc.property(starts, moves, (startsAt, acts) => {
    if (broken !== undefined) return;
    if (failure === undefined) made += 1;
    else if ((shrinks += 1) > SHRINK_RUNS_MAX) return;
    const watched = failure === undefined ? oracles : oracles.filter(({ name }) => name === failure?.harm.oracle);
    lookout.begin(failure !== undefined);
    let arena: Arena | undefined;
    try {
      const real = (arena = new Arena(field, startsAt, watched, lookout));
      fc.modelRun(() => ({ model: lookout, real }), acts);
      real.settle();
    } catch (error) {
      if (error instanceof Violation && arena !== undefined)
        failure = { harm: error.harm, course: arena.course(), moves: lookout.moves() };
      else broken = { error };
      throw error;
    } finally {
      if (arena !== undefined) lookout.finish(arena.now - startsAt);
    }
  });
  const { counterexamplePath } = fc.check(property, { seed, numRuns: runs });
  if (broken !== undefined) {
    const path = `${where}${counterexamplePath ?? ''}`;
    if (broken.error instanceof Threw) {
      broken.error.where = path;
      throw broken.error;
    }
    const told = `${path}: ${lookout.moves().join('; ')}`;
    throw new Error(`The probe itself broke, which says nothing of the policy; please report it (${told})`, {
      cause: broken.error,
    });
  }
  return { runs: made, failure: failure && { ...failure, path: counterexamplePath ?? '' } };
}
