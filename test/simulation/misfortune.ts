import type { Prng } from '../../src/std/prng.ts';
import type { Doorkeeper } from './doorkeeper.ts';
import type { Scene } from './scene.ts';

const HOUR_MS = 3_600_000;

/** Lets one thing go wrong, or go well again. */
export function strike(scene: Scene, doorkeeper: Doorkeeper, random: Prng): void {
  const { disk, real, world, clocks, channels, counts, timeline } = scene;
  const { faults } = disk;
  const oneOf = (...values: readonly number[]): number => values[random.below(values.length)] ?? 0;
  switch (random.below(12)) {
    case 0:
    case 1:
      real.faultsOneIn = oneOf(0, 0, 2, 4, 10);
      world.faultsOneIn = real.faultsOneIn;
      real.latencyMs = oneOf(5, 40, 400, 4_000);
      return scene.say(() => `the business fails 1 in ${real.faultsOneIn}, and takes ${real.latencyMs} ms`);
    case 2:
      faults.syncFails = oneOf(0, 0, 0, 30);
      faults.writeFails = oneOf(0, 0, 0, 50);
      faults.stalls = oneOf(0, 0, 10, 40);
      return scene.say(() => `the disk: ${JSON.stringify(faults)}`);
    case 3:
      faults.roomBytes = random.below(3) === 0 ? random.below(6_000) : Infinity;
      return scene.say(() => `the disk has room for ${faults.roomBytes} bytes`);
    case 4:
    case 5: {
      counts.clockFaults += 1;
      const fault = clocks.jump();
      return scene.say(() => `the wall clock is ${fault}`);
    }
    case 6: {
      const ms = random.below(10 * HOUR_MS);
      clocks.sleep(ms);
      return scene.say(() => `the machine slept ${ms} ms`);
    }
    case 7:
      for (const channel of channels) channel.failsOneIn = oneOf(0, 1, 2, 3);
      return;
    case 8:
      // At some step of whatever it does next at its disk.
      if (doorkeeper.current !== undefined) doorkeeper.current.stepsLeft = 1 + random.below(30);
      return;
    case 9:
      return void doorkeeper.stop(100 + random.below(5_000));
    default:
      // At some moment in the middle of whatever is going on then.
      timeline.in(random.below(2_000) / 7, () => doorkeeper.crash());
  }
}
