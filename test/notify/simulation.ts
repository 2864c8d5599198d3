import { ManualClock, type Instant } from '../../src/std/clock.ts';
import { prng } from '../../src/std/prng.ts';
import { Outbox, type Entry, type PageEntry, type Recorded } from '../../src/journal/index.ts';
import type { Channel, Delivery } from '../../src/notify/channel.ts';
import type { Page } from '../../src/notify/page.ts';
import { Pager, type PageJournal } from '../../src/notify/pager.ts';
import type { Timers } from '../../src/notify/timers.ts';
import { EVERYTHING, policyRecord } from './records.ts';

export const START: Instant = 1_700_000_000_000;

/** What a channel does with one attempt: takes the page, answers a fault, says nothing for ever, or breaks. */
export type Behaviour =
  | 'takes'
  | 'hangs'
  | 'breaks'
  /** Has the page, but the answer never comes. */
  | 'takes silently'
  | { readonly status: number; readonly retryAfterMs?: number };

/** An attempt as the other side saw it. */
export interface Arrival {
  readonly page: Page;
  readonly at: Instant;
  /** Whether the record of its cause was on the disk by then. */
  readonly durable: boolean;
}

/** A clock with timers that only the test moves. */
export class SimulatedTimers implements Timers {
  readonly clock = new ManualClock(START);
  #timers: { readonly at: Instant; readonly run: () => void }[] = [];

  readonly after = (delayMs: number, run: () => void): (() => void) => {
    const timer = { at: this.clock.now() + Math.max(0, delayMs), run };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((one) => one !== timer));
  };

  /** What a crash leaves of them. */
  clear(): void {
    this.#timers = [];
  }

  /** Moves on to the next timer within `untilAt` and runs it; `false` where there is none. */
  step(untilAt: Instant): boolean {
    const [next] = this.#timers.toSorted((a, b) => a.at - b.at);
    if (next === undefined || next.at > untilAt) return false;
    this.#timers = this.#timers.filter((one) => one !== next);
    this.clock.advance(next.at - this.clock.now());
    next.run();
    return true;
  }
}

/** A channel at the other end of which the test sits. */
export class StandIn implements Channel {
  readonly name: string;
  readonly on = EVERYTHING;
  readonly arrivals: Arrival[] = [];
  /** Those that it took. */
  readonly taken: string[] = [];
  behaviour: (attempt: number) => Behaviour = () => 'takes';
  readonly #isDurable: (page: string) => boolean;

  constructor(name: string, isDurable: (page: string) => boolean) {
    this.name = name;
    this.#isDurable = isDurable;
  }

  send(page: Page, at: number): Promise<Delivery> {
    this.arrivals.push({ page, at, durable: this.#isDurable(page.id) });
    const behaviour = this.behaviour(this.arrivals.length);
    if (behaviour === 'takes' || behaviour === 'takes silently') this.taken.push(page.id);
    if (behaviour === 'takes') return Promise.resolve({ kind: 'sent', status: 202 });
    if (behaviour === 'breaks') return Promise.reject(new Error('a fault of the channel itself'));
    if (typeof behaviour === 'string') return new Promise(() => undefined);
    const { status, retryAfterMs = null } = behaviour;
    return Promise.resolve({ kind: 'failed', status, detail: `answered ${status}`, retryAfterMs });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * A door's journal and pager without disk and network: records become durable when the simulation says so, and a crash
 * loses those that were not. The outbox and the pager are the real ones.
 */
export class Simulation {
  readonly timers = new SimulatedTimers();
  readonly channels: readonly StandIn[];
  /** Of every start, what is on the disk. */
  records: Recorded[] = [];
  #pending: Recorded[] = [];
  #waiting: (() => void)[] = [];
  #outbox = new Outbox();
  #pager: Pager | undefined;
  #starts = 0;
  readonly faults: unknown[] = [];
  takesAttempts = true;

  constructor(...names: readonly string[]) {
    const isDurable = (page: string): boolean =>
      this.records.some(({ seq, hash }) => page === `page_${seq}_${hash.slice(0, 12)}`);
    this.channels = names.map((name) => new StandIn(name, isDurable));
    this.append(policyRecord(START, Object.fromEntries(names.map((name) => [name, EVERYTHING]))));
    this.sync();
  }

  get now(): Instant {
    return this.timers.clock.now();
  }

  get outbox(): Outbox {
    return this.#outbox;
  }

  /** The attempts on record, sent and failed. */
  get attempts(): readonly PageEntry[] {
    return this.records.filter((record) => record.kind === 'page');
  }

  append(entry: Entry): void {
    const seq = this.records.length + this.#pending.length + 1;
    const hash = `${String(this.#starts).padStart(4, '0')}${String(seq).padStart(60, '0')}`;
    const place = { seq, hash };
    this.#pending.push({ ...entry, ...place });
    this.#outbox.heard(entry, place);
  }

  /** The disk has everything appended so far. */
  sync(): void {
    this.records.push(...this.#pending.splice(0));
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async start(): Promise<void> {
    this.#starts += 1;
    const process = this.#starts;
    const journal: PageJournal = {
      append: (entry) => {
        if (this.#starts !== process || !this.takesAttempts) throw new Error('this process is gone');
        this.append(entry);
      },
      durable: () => new Promise((resolve) => this.#waiting.push(resolve)),
    };
    const { channels, timers } = this;
    const site = { data: '/var/lib/interlock', policy: '/etc/interlock.yaml', environment: 'test' };
    const random = prng(this.#starts);
    const { clock } = timers;
    const onFault = (error: unknown): void => void this.faults.push(error);
    this.#pager = new Pager({ outbox: this.#outbox, journal, channels, site, clock, timers, random, onFault });
    this.#pager.start();
    this.sync();
    await settled();
  }

  async stop(): Promise<void> {
    const closed = this.#pager?.close();
    this.sync();
    await this.advance(10_000);
    await closed;
  }

  /** The process is gone, and with it what the disk had not; the next one folds what is there. */
  async crash(): Promise<void> {
    this.#pending = [];
    this.#waiting = [];
    this.timers.clear();
    this.#outbox = new Outbox();
    for (const record of this.records) this.#outbox.heard(record, record);
    await this.start();
  }

  /** Lets time pass; everything that is due happens at its moment, and the disk keeps up. */
  async advance(byMs: number): Promise<void> {
    const until = this.now + byMs;
    this.sync();
    await settled();
    while (this.timers.step(until)) {
      await settled();
      this.sync();
      await settled();
    }
    this.timers.clock.advance(until - this.now);
  }
}

/** Lets every promise that can settle do so. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
