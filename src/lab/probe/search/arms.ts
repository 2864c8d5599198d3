import type { Arbitrary } from 'fast-check';
import { prng } from '../../../std/prng.ts';
import type { RouteId } from '../../../engine/ids.ts';
import type { RouteSet } from '../../../engine/policy.ts';
import type { Adversary, Move } from '../../adversaries/adversary.ts';
import type { Ground } from '../../adversaries/ground.ts';

/** One kind of move of one adversary: what a search chooses between. */
export interface Arm {
  /** Its adversary's place in the list. */
  readonly adversary: number;
  readonly moves: Arbitrary<Move>;
}

export function armsOf(adversaries: readonly Adversary[], ground: Ground): readonly Arm[] {
  return adversaries.flatMap((one, adversary) => one.moves(ground).map((moves) => ({ adversary, moves })));
}

/** Weights are whole numbers for fast-check; an adversary that has brought nothing keeps this much, over all its moves. */
const FLOOR = 1_000;
/** What the most successful arm of late has on top. */
const REWARDED = 4_000;
/** What the arm has on top that calls the most routes of things unreached. */
const FOCUSED = 2_000;
/** What is left of a reward after a batch. */
const KEPT = 0.9;

/**
 * How often each arm is drawn: learned, and nothing that an adversary declares. One whose moves reached something new of late,
 * or came nearer to a bound, is drawn more often, and so is one that calls the routes of what has not been reached. None falls
 * below its floor, for harm may lie where nothing new is left to see.
 *
 * Every other batch leaves about half of the adversaries out, by the seed: some sequences need that nobody disturbs them
 * (swarm testing: Groce et al., ISSTA 2012).
 *
 * INVARIANT: a function of the seed, of the batch's number and of what earlier batches saw. No time, no machine is in it.
 */
export class Arms {
  readonly arms: readonly Arm[];
  readonly #rewards: Float64Array;
  readonly #routes: readonly Set<RouteId>[];
  readonly #perAdversary: readonly number[];

  constructor(arms: readonly Arm[]) {
    this.arms = arms;
    this.#rewards = new Float64Array(arms.length);
    this.#routes = arms.map(() => new Set());
    this.#perAdversary = arms.map(({ adversary }) => arms.filter((other) => other.adversary === adversary).length);
  }

  reward(arm: number, amount: number): void {
    this.#rewards[arm] = (this.#rewards[arm] ?? 0) + amount;
  }

  calls(arm: number, route: RouteId): void {
    this.#routes[arm]?.add(route);
  }

  /** Weights for the next batch; what they were learned from fades. */
  weights(seed: number, batch: number, unreached: readonly RouteSet[]): readonly number[] {
    const most = Math.max(...this.#rewards);
    const focus = this.#routes.map((routes) => unreached.filter((set) => meet(set, routes)).length);
    const mostFocus = Math.max(...focus);
    const here = this.#present(seed, batch);
    const weights = this.arms.map(({ adversary }, arm) => {
      if (!here[adversary]) return 0;
      const floor = FLOOR / (this.#perAdversary[arm] ?? 1);
      const rewarded = most === 0 ? 0 : (REWARDED * (this.#rewards[arm] ?? 0)) / most;
      const focused = mostFocus === 0 ? 0 : (FOCUSED * (focus[arm] ?? 0)) / mostFocus / (this.#perAdversary[arm] ?? 1);
      return Math.max(1, Math.round(floor + rewarded + focused));
    });
    for (let arm = 0; arm < this.#rewards.length; arm += 1) this.#rewards[arm] = (this.#rewards[arm] ?? 0) * KEPT;
    return weights;
  }

  /** Which adversaries take part; always at least one. */
  #present(seed: number, batch: number): readonly boolean[] {
    const adversaries = Math.max(...this.arms.map(({ adversary }) => adversary)) + 1;
    const random = prng(Math.imul(batch + 1, 0x9e37_79b1) ^ seed);
    const drawn = Array.from({ length: adversaries }, () => batch % 2 === 0 || random.next() < 0.5);
    const able = [...new Set(this.arms.map(({ adversary }) => adversary))];
    if (!able.some((adversary) => drawn[adversary])) drawn[able[random.below(able.length)] as number] = true;
    return drawn;
  }
}

function meet(routes: RouteSet, called: ReadonlySet<RouteId>): boolean {
  return routes === 'all' ? called.size > 0 : !routes.isDisjointFrom(called);
}
