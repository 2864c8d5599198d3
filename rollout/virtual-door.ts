import { openDoor, type OpenDoor } from '../src/door/open.ts';
import { machine as realMachine, type Machine } from '../src/door/machine.ts';
import { UNHURRIED } from '../src/door/limits.ts';
import type { LoadedPolicy } from '../src/policy/index.ts';
import { newShadow } from '../src/stages/shadow.ts';
import { linksFor } from '../src/cli/links.ts';
import type { Clock } from '../src/std/clock.ts';
import { BUSINESS_KEY } from './business.ts';

/** A clock that goes when somebody says so. */
export class VirtualClock implements Clock {
  #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  goTo(at: number): void {
    this.#now = Math.max(this.#now, at);
  }
}

/** The door that `interlock serve` opens, under a clock of one's own: a day takes as long as its calls do. */
export async function virtualDoor(policy: LoadedPolicy, dir: string, clock: VirtualClock): Promise<OpenDoor> {
  const now = (): number => clock.now();
  const machine: Machine = {
    ...realMachine,
    wall: now,
    monotonic: now,
    uptime: () => ({ boot: 'virtual', ms: now() }),
  };
  const { link, close: closeLinks } = await linksFor(policy, 'undici', { PAYMENTS_KEY: BUSINESS_KEY }, clock);
  const door = await openDoor({
    policy,
    dir,
    port: 0,
    startsAt: now(),
    link,
    shadow: newShadow(policy),
    machine,
    limits: UNHURRIED,
    onFailure: (error) => {
      throw error;
    },
  });
  clock.goTo(door.clock.now());
  return {
    ...door,
    close: async (graceMs) => {
      await door.close(graceMs);
      await closeLinks();
    },
  };
}
