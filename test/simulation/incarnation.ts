import type { Prng } from '../../src/std/prng.ts';
import { ok } from '../../src/std/result.ts';
import { NOBODY_KNOWS } from '../../src/door/answers/stage-words.ts';
import type { JournalPort } from '../../src/door/judge/admit.ts';
import type { Machine } from '../../src/door/machine.ts';
import { startDoor, type StartedDoor } from '../../src/door/start.ts';
import type { Transport } from '../../src/door/flight/transport.ts';
import { refoldHere, type Entry } from '../../src/journal/index.ts';
import type { Channel } from '../../src/notify/channel.ts';
import { Pager } from '../../src/notify/pager.ts';
import { stageLinks } from '../../src/stages/links.ts';
import { SimpleShadow } from '../door/simple-shadow.ts';
import type { Cast } from './casts.ts';
import type { Clocks } from './clocks.ts';
import type { SimulatedDisk, Tenant } from './disk.ts';
import type { Timeline } from './timeline.ts';
import { Wire } from './wire.ts';

/** Thrown through production code where its process ends; no code of it may do anything about it. */
export class Ended extends Error {
  override readonly name = 'Ended';
}

/** What one incarnation of the door runs in. */
export interface Surroundings {
  readonly timeline: Timeline;
  readonly clocks: Clocks;
  readonly disk: SimulatedDisk;
  readonly random: Prng;
  readonly cast: Cast;
  readonly pid: number;
  /** What is kept for a full disk. */
  readonly reserveBytes: number;
  readonly real: (incarnation: Incarnation) => Transport;
  readonly world: (incarnation: Incarnation) => Transport;
  readonly channels: (incarnation: Incarnation) => readonly Channel[];
  readonly appended: (incarnation: Incarnation, entry: Entry) => void;
  /** The journal was read and the door knows again what it knew; it has not acted on it yet. */
  readonly opened: (incarnation: Incarnation) => void;
  /** The process ended by itself, or a crash that was planned at its disk came. */
  readonly ended: (incarnation: Incarnation, why: string) => void;
  /** Something went wrong that nothing in production would have caught. */
  readonly uncaught: (incarnation: Incarnation, error: unknown) => void;
}

/** Where the data is, on the simulated disk. */
export const DATA = '/data';
const KEY = 'sk_live_the_only_key';
const SEGMENT_BYTES = [6_000, 60_000, 1_000_000, 1_000_000];
const SNAPSHOT_EVERY = [7, 25, 90, 1_000];
/** `serve` exits where the journal failed; a moment may pass before it is gone. */
const EXIT_MS = 2;

/** One process of the door: production code, unchanged, from its start to its end. */
export class Incarnation implements Tenant {
  readonly around: Surroundings;
  alive = true;
  /** The journal failed: nothing may be sent from here on (I12). */
  failed = false;
  started: StartedDoor | undefined;
  /** How many operations at the disk it still lives for. */
  stepsLeft = Infinity;
  /** The policy in force, and the one that its file holds. */
  #cast: Cast;
  #file: Cast;
  /** What it ever held: it may change again while a door reads what it held before. */
  readonly #files = new Map<string, Cast>();
  /** Under which each call was judged. */
  readonly #judgedBy = new Map<string, Cast>();
  readonly #wire: Wire;
  #pager: Pager | undefined;
  #closing = false;

  constructor(around: Surroundings) {
    this.around = around;
    this.#cast = around.cast;
    this.#file = around.cast;
    this.#wire = new Wire((request, response) => {
      this.started?.door.handle(request, response, undefined);
    });
  }

  /** What it cannot record now it may refuse without. */
  get isFull(): boolean {
    return this.started?.journal.disk?.kind === 'full';
  }

  get cast(): Cast {
    return this.#cast;
  }

  /** What was in force where a call was judged. */
  castOf(call: string): Cast {
    return this.#judgedBy.get(call) ?? this.#cast;
  }

  /** Somebody writes another policy, and has it loaded. Gives whether that was so; `undefined`: nobody could be told. */
  async reload(file: Cast, dry: boolean): Promise<boolean | undefined> {
    if (!this.alive || this.started === undefined) return undefined;
    this.#file = file;
    this.#files.set(file.policy.digest, file);
    try {
      const done = await this.started.operations.reload('ada', dry);
      return done.ok ? done.value.loaded : undefined;
    } catch {
      // What cannot be recorded is not answered.
      return undefined;
    }
  }

  /** Takes requests: before it does, and once it is gone, nobody listens there. */
  get wire(): Wire | undefined {
    return this.alive && !this.#closing && this.started !== undefined ? this.#wire : undefined;
  }

  step(): void {
    if (!this.alive) throw new Ended();
    this.stepsLeft -= 1;
    if (this.stepsLeft > 0) return;
    this.end();
    this.around.ended(this, 'between two operations at the disk');
    throw new Ended();
  }

  lives(): boolean {
    if (!this.alive) return false;
    try {
      this.step();
    } catch {
      return false;
    }
    return true;
  }

  async start(): Promise<void> {
    const { cast, disk, random, real, world, channels } = this.around;
    const link = (transport: Transport) => () => ({
      transport,
      headers: ['host', 'payments.example', 'authorization', `Bearer ${KEY}`],
      basePath: '',
      secrets: [KEY],
    });
    const machine = this.#machine(disk);
    const linked = (policy: Cast['policy']): ReturnType<typeof stageLinks> =>
      stageLinks({ real: link(real(this)), world: link(world(this)) }, policy);
    this.started = await startDoor({
      policy: cast.policy,
      dir: DATA,
      link: linked(cast.policy),
      refold: refoldHere,
      reloading: {
        read: () => Promise.resolve(ok(this.#file.policy)),
        link: (policy) => ok(linked(policy)),
        lacking: () => NOBODY_KNOWS,
      },
      shadow: new SimpleShadow(),
      machine,
      segmentBytesMax: SEGMENT_BYTES[random.below(SEGMENT_BYTES.length)] as number,
      reserveBytes: this.around.reserveBytes,
      snapshotEvery: SNAPSHOT_EVERY[random.below(SNAPSHOT_EVERY.length)] as number,
      wrapJournal: (journal) => this.#watched(journal),
      onFailure: (error) => this.#journalFailed(error),
      onFault: (error) => {
        if (!this.failed && this.alive) this.around.uncaught(this, error);
      },
    });
    if (!this.alive) throw new Ended();
    this.around.opened(this);
    const { outbox, journal, clock } = this.started;
    const onFault = (error: unknown): void => {
      if (!this.failed && this.alive) this.around.uncaught(this, error);
    };
    const site = { data: DATA, policy: 'interlock.yaml', environment: cast.policy.environment };
    const { timers } = machine;
    this.#pager = new Pager({ outbox, journal, channels: channels(this), site, clock, timers, random, onFault });
    this.#pager.start();
  }

  /** As `serve` does on SIGTERM. */
  async stop(graceMs: number): Promise<void> {
    const { started } = this;
    if (started === undefined) return;
    started.door.drain();
    await new Promise<void>((resolve) => this.around.timeline.in(graceMs, resolve));
    this.#closing = true;
    this.#wire.cut();
    await this.#pager?.close();
    await started.close();
    this.alive = false;
  }

  /** As `kill -9` does. */
  end(): void {
    this.alive = false;
    this.#wire.cut();
  }

  #machine(disk: SimulatedDisk): Machine {
    const { timeline, clocks, random, pid } = this.around;
    const run = (what: () => void) => (): void => {
      if (!this.alive) return;
      try {
        what();
      } catch (error) {
        if (!(error instanceof Ended)) this.around.uncaught(this, error);
      }
    };
    const identity = { pid, started: String(pid), boot: `boot-${clocks.boot}`, host: 'simulated' };
    return {
      disk: disk.mount(this),
      timers: {
        after: (delayMs, what) => timeline.in(delayMs, run(what)),
        soon: (what) => void timeline.in(0, run(what)),
      },
      processes: {
        self: () => identity,
        isOver: (other) => other.boot !== identity.boot || other.pid !== pid,
      },
      random: (bytes) => Buffer.from(Array.from({ length: bytes }, () => random.below(256))),
      wall: () => clocks.wall(),
      monotonic: () => clocks.monotonic(),
      uptime: () => clocks.uptime(),
    };
  }

  #watched(journal: JournalPort): JournalPort {
    return {
      get disk() {
        return journal.disk ?? { kind: 'ok' as const };
      },
      append: (entry) => {
        if (!this.alive) throw new Ended();
        journal.append(entry);
        // From here on, and not before.
        if (entry.kind === 'policy') this.#cast = this.#files.get(entry.digest) ?? this.#cast;
        if (entry.kind === 'call') this.#judgedBy.set(entry.call, this.#cast);
        this.around.appended(this, entry);
      },
      durable: () => journal.durable(),
    };
  }

  #journalFailed(error: Error): void {
    this.failed = true;
    this.around.timeline.in(EXIT_MS, () => {
      if (!this.alive) return;
      this.end();
      this.around.ended(this, error.message);
    });
  }
}
