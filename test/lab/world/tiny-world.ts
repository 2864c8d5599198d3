import type { RequestHandler } from 'msw';
import { type FaultRule, faultPlan } from '../../../src/lab/world/faults.ts';
import { worldHandlers } from '../../../src/lab/world/msw.ts';
import { type World, defineWorld } from '../../../src/lab/world/world.ts';
import { ManualClock } from '../../../src/std/clock.ts';
import { prng } from '../../../src/std/prng.ts';

/** The smallest world there is: it counts, and says what it was asked. */
export const tiny = defineWorld({
  name: 'tiny',
  paths: ['/count', '/count/*'],
  create: (): World => {
    const ledger: World['ledger'][number][] = [];
    return {
      name: 'tiny',
      ledger,
      ids: () => ({}),
      handle: ({ at, method, path, query, body, crash }) => {
        if (crash !== 'before') ledger.push({ at, kind: method, subject: path, moneyOut: null, write: true });
        if (crash !== undefined) return { status: 500, body: { crashed: crash } };
        return {
          status: 200,
          headers: { 'x-count': String(ledger.length) },
          body: { count: ledger.length, path, query, body },
        };
      },
    };
  },
});

export interface Served {
  readonly world: World;
  readonly handlers: RequestHandler[];
  /** What latency asked for, in turn. */
  readonly slept: number[];
}

export function tinyWorld(fault?: FaultRule['fault']): Served {
  const world = tiny.create({ seed: 1, startsAt: 0 });
  const slept: number[] = [];
  const handlers = worldHandlers(world, {
    paths: tiny.paths,
    clock: new ManualClock(5),
    faults: faultPlan(fault === undefined ? [] : [{ match: '* /count', fault }], prng(1)),
    sleep: async (ms) => slept.push(ms),
  });
  return { world, handlers, slept };
}
