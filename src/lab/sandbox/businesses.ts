import { setTimeout as sleepMs } from 'node:timers/promises';
import type { RequestHandler } from 'msw';
import type { Clock } from '../../std/clock.ts';
import { prng } from '../../std/prng.ts';
import { BUSINESS_KEY } from './acted.ts';
import { faultPlan } from '../world/faults.ts';
import { worldHandlers } from '../world/msw.ts';
import { NIGHT_STARTS_AT } from './night.ts';
import type { Scenario } from './scenario.ts';
import type { Witness } from './witness.ts';
import type { World } from '../world/world.ts';

const SEED_DEFAULT = 1;

/** One mock business, watched, and ready to be served. */
export interface Business {
  readonly upstream: string;
  readonly world: World;
  readonly handlers: readonly RequestHandler[];
}

/** A scenario's businesses, all together. */
export class Businesses {
  readonly all: readonly Business[];
  readonly #asleep = new Set<Promise<unknown>>();

  /** As they are before anything happens: the same each time. */
  constructor(scenario: Scenario, clock: Clock, witness: Witness) {
    this.all = Object.entries(scenario.worlds).map(([upstream, setup]) => {
      const { definition, seed = SEED_DEFAULT, size, faults = [] } = setup;
      const options = { seed, startsAt: NIGHT_STARTS_AT, apiKey: BUSINESS_KEY };
      const made = definition.create(size === undefined ? options : { ...options, size });
      const world = witness.world(upstream, made);
      const plan = faultPlan(faults, prng(seed));
      const handlers = worldHandlers(world, { paths: definition.paths, clock, faults: plan, sleep: this.#sleep });
      return { upstream, world, handlers };
    });
  }

  get worlds(): Readonly<Record<string, World>> {
    return Object.fromEntries(this.all.map(({ upstream, world }) => [upstream, world]));
  }

  /** Waits for work that goes on although its client has gone: a slow call takes effect all the same. */
  async settled(): Promise<void> {
    while (this.#asleep.size > 0) {
      await Promise.all(this.#asleep);
      // The handler goes on in the turns after its sleep.
      await new Promise(setImmediate);
    }
  }

  readonly #sleep = async (ms: number): Promise<void> => {
    const slept = sleepMs(ms);
    this.#asleep.add(slept);
    await slept;
    this.#asleep.delete(slept);
  };
}
