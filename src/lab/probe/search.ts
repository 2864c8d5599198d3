import fc, { type Arbitrary } from 'fast-check';
import { assert } from '../../std/assert.ts';
import type { Clock, Instant } from '../../std/clock.ts';
import type { Adversary } from '../adversaries/adversary.ts';
import { groundOf } from '../adversaries/ground.ts';
import type { Oracle } from '../oracles/oracle.ts';
import { Coverage } from './coverage/coverage.ts';
import { coverageReport } from './coverage/report.ts';
import type { Course } from './course.ts';
import type { Discovery } from './discovery.ts';
import type { Field } from './field.ts';
import { Nearness } from './nearness.ts';
import { NeverNearness } from './nearness/never.ts';
import type { Ending, ProbeResult, Progress } from './result.ts';
import { Arms, armsOf } from './search/arms.ts';
import { runBatch, type Failure } from './search/batch.ts';
import { Lookout } from './search/lookout.ts';
import { shrinking, type Shrunk } from './shrink.ts';

/** Runs between two looks at the clock and at what was learned: a fraction of a second. */
export const BATCH_RUNS = 20;
/** How many moves a run may have, batch by batch: most harm is short, some needs a long way. */
const MOVES_MAX = [4, 10, 30, 10, 4, 100] as const;
/** An ordinary beginning is drawn as often as so many special ones. */
const ORDINARY = 4;

/** What reaching something new is worth beside coming all the way to a bound. */
const NEW_REWARD = 1;
const NEARER_REWARD = 2;

export interface SearchOptions {
  /** The same seed finds the same, on every machine that gets as far. */
  readonly seed: number;
  /** Absent: as many as the time allows. */
  readonly runs?: number;
  /** Absent: as long as the runs take. It is looked at between batches: one is made in any case. */
  readonly timeMs?: number;
  readonly clock: Clock;
  /** Goes on behind a discovery, with the oracles that are left. */
  readonly keepGoing?: boolean;
}

/** Where a search lets others have their turn; behind each it may be told to end. */
export type Pause =
  | { readonly at: 'batch'; readonly progress: Progress; readonly found: Discovery | undefined }
  /** Between two courses that shrinking acts out. */
  | { readonly at: 'course' };

/** {@link searching} without a pause. */
export function search(
  field: Field,
  oracles: readonly Oracle[],
  adversaries: readonly Adversary[],
  options: SearchOptions,
  onProgress: (progress: Progress) => void = () => {},
): ProbeResult {
  const steps = searching(field, oracles, adversaries, options);
  for (;;) {
    const step = steps.next(false);
    if (step.done === true) return step.value;
    if (step.value.at === 'batch') onProgress(step.value.progress);
  }
}

/**
 * Looks for a sequence of calls that does what must never happen: adversaries' moves, shuffled into runs, each with a door and
 * businesses of its own. Batches of runs follow what earlier ones reached.
 *
 * INVARIANT: everything but how far it gets is a function of the field, the oracles, the adversaries and the seed.
 *
 * @returns a generator: `next(true)` ends it, with what it has found so far
 * @throws Threw where an oracle or a business fails
 */
export function* searching(
  field: Field,
  oracles: readonly Oracle[],
  adversaries: readonly Adversary[],
  options: SearchOptions,
): Generator<Pause, ProbeResult, boolean> {
  assert((options.runs ?? options.timeMs) !== undefined, 'a search has an end: by runs or by time');
  return yield* new Search(field, oracles, adversaries, options).run();
}

class Search {
  readonly #field: Field;
  readonly #oracles: readonly Oracle[];
  readonly #adversaries: readonly Adversary[];
  readonly #options: SearchOptions;
  readonly #begunAt: Instant;
  readonly #starts: Arbitrary<Instant>;
  readonly #arms: Arms;
  readonly #lookout: Lookout;
  readonly #nearness: Nearness;
  readonly #never: NeverNearness;
  readonly #found: Discovery[] = [];
  #runs = 0;

  constructor(field: Field, oracles: readonly Oracle[], adversaries: readonly Adversary[], options: SearchOptions) {
    this.#field = field;
    this.#adversaries = adversaries;
    this.#options = options;
    this.#begunAt = options.clock.now();
    const ground = groundOf(field);
    this.#starts = startsIn(ground.starts, field.startsAt);
    this.#arms = new Arms(armsOf(adversaries, ground));
    const coverage = new Coverage(ground, () => this.#arms.reward(this.#lookout.arm, NEW_REWARD));
    const whoActs = (): string => adversaries[this.#arms.arms[this.#lookout.arm]?.adversary ?? 0]?.name ?? '';
    this.#never = new NeverNearness(field.loaded, whoActs);
    this.#lookout = new Lookout(coverage, this.#arms, this.#never);
    const nearer = (gain: number): void => this.#arms.reward(this.#lookout.arm, gain * NEARER_REWARD);
    this.#nearness = new Nearness(field.loaded, whoActs, nearer);
    this.#oracles = [...oracles, this.#nearness.oracle];
  }

  *run(): Generator<Pause, ProbeResult, boolean> {
    return this.#result(this.#arms.arms.length === 0 ? 'nothing to do' : yield* this.#search());
  }

  *#search(): Generator<Pause, Ending, boolean> {
    const { runs = Infinity, timeMs = Infinity, keepGoing = false } = this.#options;
    for (let batch = 0; ; batch += 1) {
      if (this.#runs >= runs) return 'runs';
      // What says that it found none has looked, however little time it was given.
      if (batch > 0 && this.#elapsedMs() >= timeMs) return 'time';
      const left = promisesFirst(this.#oracles.filter(({ name }) => !this.#isBroken(name)));
      if (left.every(({ promise }) => promise === true) && this.#found.length > 0) return 'all broken';
      const failure = this.#batch(batch, left, Math.min(BATCH_RUNS, runs - this.#runs));
      const found = failure === undefined ? undefined : yield* this.#discovered(failure, batch);
      if (found !== undefined) this.#found.push(found);
      const isStopped = yield { at: 'batch', progress: this.#progress(), found };
      if (found !== undefined && !keepGoing) return 'found';
      if (isStopped) return 'interrupted';
    }
  }

  #batch(batch: number, oracles: readonly Oracle[], runs: number): Failure | undefined {
    const { seed } = this.#options;
    const weights = this.#arms.weights(seed, batch, this.#lookout.coverage.unreached());
    const movesMax = MOVES_MAX[batch % MOVES_MAX.length] as number;
    const where = `seed ${seed}, path ${batch}/`;
    const plan = { seed: seedOf(seed, batch), where, runs, movesMax, weights };
    const { arms } = this.#arms;
    const outcome = runBatch(this.#field, oracles, this.#starts, arms, this.#lookout, plan);
    this.#runs += outcome.runs;
    return outcome.failure;
  }

  *#discovered({ harm, course, moves, path }: Failure, batch: number): Generator<Pause, Discovery, boolean> {
    const oracle = this.#oracles.find(({ name }) => name === harm.oracle);
    // A guard that fails is no oracle's: its course stays as it was found.
    const shrunk = oracle === undefined ? { course, harm } : yield* this.#shrunk(oracle, course);
    const { seed } = this.#options;
    return {
      harm: shrunk.harm,
      course: shrunk.course,
      original: course,
      seed,
      path: `${batch}/${path}`,
      runs: this.#runs,
      moves,
    };
  }

  *#shrunk(oracle: Oracle, course: Course): Generator<Pause, Shrunk, boolean> {
    const courses = shrinking(this.#field, oracle, course);
    for (let isStopped = false; ;) {
      const step = courses.next(isStopped);
      if (step.done === true) return step.value;
      isStopped = yield { at: 'course' };
    }
  }

  #result(ended: Ending): ProbeResult {
    return {
      seed: this.#options.seed,
      runs: this.#runs,
      calls: this.#lookout.judged,
      virtualMs: this.#lookout.virtualMs,
      ended,
      oracles: this.#oracles.map(({ name, text }) => ({ name, text, broken: this.#isBroken(name) })),
      adversaries: this.#adversaries.map(({ name, title }, adversary) => {
        const own = (counts: Float64Array): number =>
          this.#arms.arms.reduce((sum, arm, at) => (arm.adversary === adversary ? sum + (counts[at] ?? 0) : sum), 0);
        return { name, title, moves: own(this.#lookout.acts), calls: own(this.#lookout.calls) };
      }),
      discoveries: this.#found.filter(({ harm }) => harm.promise !== true),
      bugs: this.#found.filter(({ harm }) => harm.promise === true),
      approaches: this.#nearness.approaches(),
      never: this.#never.approaches().filter(({ rule }) => this.#oracles.some(({ name }) => name === rule)),
      coverage: coverageReport(this.#lookout.coverage.tally),
      elapsedMs: this.#elapsedMs(),
    };
  }

  #progress(): Progress {
    const { tally } = this.#lookout.coverage;
    return {
      runs: this.#runs,
      calls: this.#lookout.judged,
      virtualMs: this.#lookout.virtualMs,
      elapsedMs: this.#elapsedMs(),
      reached: tally.reached,
      of: tally.catalogue.entries.length,
      found: this.#found.length,
      nearest: this.#nearness.nearest(),
    };
  }

  #isBroken(oracle: string): boolean {
    return this.#found.some(({ harm }) => harm.oracle === oracle);
  }

  #elapsedMs(): number {
    return this.#options.clock.now() - this.#begunAt;
  }
}

/** Where a deed breaks a promise and a rule, nobody is told to mend a policy for what is a bug in Interlock. */
function promisesFirst(oracles: readonly Oracle[]): readonly Oracle[] {
  return oracles.toSorted((one, other) => Number(other.promise === true) - Number(one.promise === true));
}

/** Simplest first: a failure that does not care when it began is told of an ordinary day. */
function startsIn(starts: readonly Instant[], fallback: Instant): Arbitrary<Instant> {
  const [ordinary = fallback, ...special] = starts;
  return fc.constantFrom(...Array.from({ length: special.length === 0 ? 1 : ORDINARY }, () => ordinary), ...special);
}

/** A batch's own seed: any 32 bits will do, and no two batches of a search have the same. */
function seedOf(seed: number, batch: number): number {
  return (seed + Math.imul(batch, 0x9e37_79b1)) | 0;
}
