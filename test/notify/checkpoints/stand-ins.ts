import { prng } from '../../../src/std/prng.ts';
import type { CheckpointEntry } from '../../../src/journal/index.ts';
import type { Delivery } from '../../../src/notify/channel.ts';
import { Checkpointer, type CheckpointLog } from '../../../src/notify/checkpoints/checkpointer.ts';
import type { KeepingPlace } from '../../../src/notify/checkpoints/place.ts';
import { settled, SimulatedTimers, type Behaviour } from '../simulation.ts';

/** A journal of nothing but a count, whose disk answers when the test says so. */
export class CountedLog implements CheckpointLog {
  seq = 2;
  durableSeq = 0;
  fails = false;
  #covered = 0;
  #waiting: (() => void)[] = [];

  get head(): { readonly seq: number } {
    return { seq: this.seq };
  }

  checkpoint(at: number): CheckpointEntry | undefined {
    if (this.fails) throw new Error('the journal has failed');
    if (this.seq === this.#covered) return undefined;
    const size = this.seq;
    this.seq += 1;
    this.#covered = this.seq;
    return { kind: 'checkpoint', at, size, root: `root of ${size}`, note: `note of ${size}` };
  }

  durable(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  sync(): void {
    this.durableSeq = this.seq;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** A place at the other end of which the test sits. */
export class PlaceStandIn implements KeepingPlace {
  readonly name = 'directory:/mnt/audit';
  behaviour: (attempt: number) => Behaviour = () => 'takes';
  /** The sizes that were brought, and whether they were on the disk by then. */
  readonly arrivals: { readonly size: number; readonly at: number; readonly durable: boolean }[] = [];
  readonly kept: number[] = [];
  underWay = 0;
  underWayMax = 0;
  closed = false;
  readonly #log: CountedLog;

  constructor(log: CountedLog) {
    this.#log = log;
  }

  async keep({ size }: CheckpointEntry, at: number): Promise<Delivery> {
    this.arrivals.push({ size, at, durable: this.#log.durableSeq > size });
    this.underWay += 1;
    this.underWayMax = Math.max(this.underWayMax, this.underWay);
    const behaviour = this.behaviour(this.arrivals.length);
    if (behaviour === 'hangs') return new Promise(() => undefined);
    this.underWay -= 1;
    if (behaviour === 'takes') {
      this.kept.push(size);
      return Promise.resolve({ kind: 'sent', status: 200 });
    }
    if (typeof behaviour === 'string') throw new Error('a fault of the place itself');
    const { status, retryAfterMs = null } = behaviour;
    return { kind: 'failed', status, detail: `answered ${status}`, retryAfterMs };
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

/** A checkpointer with one place, in a time that only the test moves. */
export class Watch {
  readonly timers = new SimulatedTimers();
  readonly log = new CountedLog();
  readonly place = new PlaceStandIn(this.log);
  readonly troubles: string[] = [];
  readonly checkpointer: Checkpointer;

  constructor(everyMs: number) {
    this.checkpointer = new Checkpointer({
      verifierKey: 'example.com/test+00000000+AAAA',
      everyMs,
      places: [this.place],
      timers: this.timers,
      random: prng(1),
      onTrouble: (message) => this.troubles.push(message),
    });
  }

  async start(): Promise<void> {
    this.checkpointer.start(this.log, this.timers.clock);
    await this.advance(0);
  }

  /** Lets time pass; the disk keeps up. */
  async advance(byMs: number): Promise<void> {
    const until = this.timers.clock.now() + byMs;
    this.log.sync();
    await settled();
    while (this.timers.step(until)) {
      await settled();
      this.log.sync();
      await settled();
    }
    this.timers.clock.advance(until - this.timers.clock.now());
  }

  async close(): Promise<void> {
    const closed = this.checkpointer.close();
    await settled();
    await this.advance(20_000);
    await closed;
  }
}
