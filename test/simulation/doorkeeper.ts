import type { Cast } from './casts.ts';
import { verified } from './audit.ts';
import { SOUND } from './disk.ts';
import { Ended, Incarnation } from './incarnation.ts';
import type { Scene } from './scene.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How long the door is away; mostly somebody, or a supervisor, starts it again at once. */
const DOWN_MS = [300, 300, 3_000, 3_000, MINUTE_MS, HOUR_MS];
/** A verifier reads real files, which takes longer than all the rest of a start; every story's end is verified. */
const VERIFIED_ONE_IN = 4;
/** A start that fails again and again although nothing is wrong any more. */
const STARTS_MAX = 40;

/** Starts the door, stops it, and starts it again when it is gone. */
export class Doorkeeper {
  readonly #scene: Scene;
  readonly #opened: (incarnation: Incarnation) => Promise<void>;
  current: Incarnation | undefined;
  #pid = 100;

  /** @param opened what people do first at an open door */
  constructor(scene: Scene, opened: (incarnation: Incarnation) => Promise<void>) {
    this.#scene = scene;
    this.#opened = opened;
  }

  start(): void {
    if (this.current !== undefined) return;
    const { timeline, clocks, disk, random, casts, calm, healed, counts, reserveBytes, oracle, channels } = this.#scene;
    counts.starts += 1;
    const cast = casts[random.below(4) === 0 ? random.below(casts.length) : 0] as Cast;
    const pid = (this.#pid += 1);
    const incarnation: Incarnation = new Incarnation({
      timeline,
      clocks,
      disk,
      random: this.#scene.stream(`process ${pid}`),
      cast,
      pid,
      reserveBytes,
      real: (one) => this.#scene.real.transport(one),
      world: (one) => this.#scene.world.transport(one),
      channels: (one) => channels.map((channel) => channel.of(one)),
      appended: (one, entry) => {
        this.#scene.say(() => `record ${JSON.stringify(entry)}`);
        oracle.appended(one, entry);
      },
      opened: (one) => {
        oracle.started(one, this.#scene.records(), this.#scene.durableRecords());
        if (random.below(VERIFIED_ONE_IN) === 0) timeline.hold(verified(disk.files(), oracle));
      },
      ended: (one, why) => this.#ended(one, why),
      uncaught: (one, error) => {
        if (one.alive && !one.failed) oracle.break('uncaught', shown(error));
      },
    });
    this.current = incarnation;
    if (!calm && !healed && random.below(4) === 0) incarnation.stepsLeft = 1 + random.below(40);
    void this.#begin(incarnation);
  }

  /** As `kill -9` does. */
  crash(): void {
    const { current } = this;
    if (current?.alive !== true || this.#scene.healed) return;
    current.end();
    this.#ended(current, 'kill -9');
  }

  /** As SIGTERM does; then it is started again. */
  async stop(graceMs: number): Promise<void> {
    const incarnation = this.current;
    if (incarnation?.wire === undefined) return;
    this.#scene.say(() => 'the door is told to stop');
    try {
      await incarnation.stop(graceMs);
    } catch (error) {
      if (incarnation.alive && !incarnation.failed) this.#scene.oracle.break('stop', shown(error));
    }
    if (this.current !== incarnation) return;
    incarnation.alive = false;
    this.current = undefined;
    this.#scene.say(() => 'the door has stopped');
    this.#scene.timeline.in(this.#scene.random.below(MINUTE_MS), () => this.start());
  }

  async #begin(incarnation: Incarnation): Promise<void> {
    this.#scene.say(() => `a door starts (${incarnation.cast.policy.digest.slice(0, 8)})`);
    try {
      await incarnation.start();
    } catch (error) {
      if (this.current === incarnation && !(error instanceof Ended)) this.#failed(incarnation, error);
      return;
    }
    this.#scene.say(() => 'the door is open');
    await this.#opened(incarnation);
  }

  #failed(incarnation: Incarnation, error: unknown): void {
    const { disk, oracle, counts, healed, random } = this.#scene;
    const { faults } = disk;
    const excused = incarnation.failed || faults.roomBytes < Infinity || faults.syncFails > 0 || faults.writeFails > 0;
    if (!excused || (healed && counts.starts > STARTS_MAX)) oracle.break('start', shown(error));
    incarnation.end();
    // Whoever looks into it makes room, or puts in another disk.
    if (random.below(2) === 0) Object.assign(faults, SOUND);
    this.#ended(incarnation, String(error));
  }

  /** The process is gone; with it, at times, the machine. */
  #ended(incarnation: Incarnation, why: string): void {
    if (this.current !== incarnation) return;
    this.current = undefined;
    const { random, calm, disk, clocks, counts, timeline } = this.#scene;
    counts.crashes += 1;
    this.#scene.say(() => `the door is gone: ${why}`);
    if (!calm && random.below(3) === 0) {
      disk.losePower();
      counts.clockFaults += 1;
      const fault = clocks.reboot();
      this.#scene.say(() => `the machine had lost its power; its wall clock is ${fault}`);
    } else {
      disk.loseProcess();
    }
    timeline.in(random.below(DOWN_MS[random.below(DOWN_MS.length)] ?? 0), () => this.start());
  }
}

export function shown(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
