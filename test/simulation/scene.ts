import { prng, type Prng } from '../../src/std/prng.ts';
import { stableHash } from '../../src/std/stable-hash.ts';
import { readJournal, type Recorded } from '../../src/journal/index.ts';
import { Business } from './business.ts';
import { castsOf, type Cast } from './casts.ts';
import { StandInChannel } from './channel.ts';
import { Clocks } from './clocks.ts';
import { SimulatedDisk, SOUND } from './disk.ts';
import { DATA } from './incarnation.ts';
import { Oracle, type Seen, type Where } from './oracle.ts';
import { Sessions } from './sessions.ts';
import { Timeline } from './timeline.ts';

const DAY_MS = 86_400_000;
const STARTS_AT = Date.UTC(2026, 0, 5);
/** The least that is given back is a quarter of a megabyte, and the last one is for starts. */
const RESERVE_BYTES = 2 * 1024 * 1024;

/** What happened in a story, counted. */
export interface Counts {
  asks: number;
  sent: number;
  commits: number;
  /** Writes answered as captured, and reads that show such writes. */
  captured: number;
  overlaid: number;
  crashes: number;
  starts: number;
  /** Policies that were loaded into an open door. */
  reloads: number;
  clockFaults: number;
  records: number;
  steps: number;
}

/** Where one seed's story takes place: everything but the door, its agents and its people. */
export class Scene {
  readonly seed: number;
  readonly timeline = new Timeline();
  readonly clocks: Clocks;
  readonly disk: SimulatedDisk;
  readonly oracle: Oracle;
  readonly sessions: Sessions;
  readonly real: Business<Seen>;
  readonly world: Business<Seen>;
  readonly channels: readonly StandInChannel[];
  /** The policies that its door may start under. */
  readonly casts: readonly Cast[];
  /** Nothing goes wrong in it. */
  readonly calm: boolean;
  readonly reserveBytes: number;
  /** The story's own draws. */
  readonly random: Prng;
  /** From here on nothing goes wrong any more. */
  healed = false;
  readonly trace: string[] = [];
  readonly counts: Counts = {
    asks: 0,
    sent: 0,
    commits: 0,
    captured: 0,
    overlaid: 0,
    crashes: 0,
    starts: 0,
    reloads: 0,
    clockFaults: 0,
    records: 0,
    steps: 0,
  };
  readonly #traced: boolean;

  constructor(seed: number, traced: boolean) {
    this.seed = seed;
    this.#traced = traced;
    const random = this.stream('story');
    this.random = random;
    this.calm = random.below(8) === 0;
    this.reserveBytes = random.below(3) === 0 ? RESERVE_BYTES : 0;
    this.casts = castsOf(random.below(1_000));
    const { timeline } = this;
    this.clocks = new Clocks(timeline, this.stream('clocks'), STARTS_AT + random.below(2 * DAY_MS));
    this.oracle = new Oracle(this.clocks);
    this.sessions = new Sessions((what) => this.oracle.break('shadow', what));
    this.disk = new SimulatedDisk(timeline, this.stream('disk'), (_file, bytes) => this.oracle.synced(bytes));
    this.disk.slowness = [1, 1, 10, 100][random.below(4)] ?? 1;
    this.real = new Business(timeline, this.stream('business'), this.#watched('real'));
    this.world = new Business(timeline, this.stream('world'), this.#watched('world'));
    const isDurable = (page: string): boolean => this.oracle.isDurablePage(page);
    const onEarly = (page: string): void => this.oracle.break('paging', `${page} left before its cause was durable`);
    this.channels = ['webhook:ops.example/a', 'webhook:ops.example/b'].map(
      (name) => new StandInChannel({ name, timeline, random: this.stream(name), isDurable, onEarly }),
    );
  }

  /** Each part draws from a stream of its own, so that one more draw here changes nothing there. */
  stream(name: string): Prng {
    return prng(stableHash(name, this.seed));
  }

  say(what: () => string): void {
    if (this.#traced) this.trace.push(`${(this.timeline.now / 1000).toFixed(4).padStart(14)} ${what()}`);
  }

  heal(): void {
    this.healed = true;
    Object.assign(this.disk.faults, SOUND);
    for (const channel of this.channels) channel.failsOneIn = 0;
    for (const business of [this.real, this.world]) Object.assign(business, { faultsOneIn: 0, latencyMs: 10 });
  }

  /** The journal's records, as whoever reads it now finds them. */
  records(): readonly Recorded[] {
    const tenant = { alive: true, step: (): void => undefined, lives: () => true };
    return [...readJournal(DATA, { disk: this.disk.mount(tenant), tail: 'live' })];
  }

  /** Those that a power failure now would leave. */
  durableRecords(): readonly Recorded[] {
    const segments = [...this.disk.files('durable')].filter(([file]) => file.endsWith('.ndjson'));
    const lines = segments.flatMap(([, bytes]) => bytes.toString().split('\n').slice(0, -1));
    return lines.map((line) => JSON.parse(line) as Recorded);
  }

  #watched(where: Where): ReturnType<Oracle['witness']> {
    const witness = this.oracle.witness(where);
    return {
      arrived: (request, caller) => {
        this.counts.sent += 1;
        this.say(
          () => `the ${where} business gets ${request.method} ${request.target} ${request.body?.toString() ?? ''}`,
        );
        return witness.arrived(request, caller);
      },
      committed: (seen) => {
        this.say(() => `the ${where} business has done ${seen.method} ${seen.target} ${JSON.stringify(seen.body)}`);
        witness.committed(seen);
      },
      left: (seen) => witness.left(seen),
    };
  }
}
