import type { AgentId } from '../../engine/ids.ts';
import type { Entry, RecordListener } from '../../journal/index.ts';
import { readJournal } from '../../journal/index.ts';
import type { Crossing, Level } from './crossing.ts';
import { DemotionWatch, type WatchTerms } from './watch.ts';

/** The journal of a running door. */
export interface WatchedLog {
  readonly head: { readonly seq: number };
  durable(): Promise<void>;
  listen(listener: RecordListener): () => void;
}

export interface DemoterParts {
  readonly terms: WatchTerms;
  readonly dir: string;
  readonly log: WatchedLog;
  /** The first record that matters to any agent; absent: none does yet. */
  readonly from: number | undefined;
  /** Takes a stage back, on record. */
  readonly demote: (crossing: Crossing) => Promise<void>;
  /** Agents may go unwatched, or undemoted. */
  readonly onFault: (error: unknown) => void;
  /** How many records may wait while the journal is read; {@link WAITING_MAX} where absent. */
  readonly waitingMax?: number;
}

/** Beyond, records are read from the disk again and not kept meanwhile. */
export const WAITING_MAX = 20_000;

/** How many records are read at a time; calls are served between. */
const READ_AT_ONCE = 500;

/**
 * Watches the agents of a running door: hears what its journal held before it began, then whatever comes, and has every agent
 * demoted that crosses a line. The door serves meanwhile, and waits for none of it.
 */
export class Demoter {
  readonly #parts: DemoterParts;
  readonly #watch: DemotionWatch;
  /** Crossed where it stands, and not demoted yet. */
  readonly #crossed = new Map<AgentId, Crossing>();
  /** What came while the journal was read; `undefined`: it is read. */
  #waiting: Entry[] | undefined = [];
  /** Some of what came was not kept. */
  #isCut = false;
  #state: 'open' | 'closed' = 'open';
  #demotions = new Set<Promise<void>>();
  #unlisten: () => void = () => undefined;

  constructor(parts: DemoterParts) {
    this.#parts = parts;
    this.#watch = new DemotionWatch(parts.terms);
  }

  /** Resolves once it hears live; never rejects. Must begin in the step in which `from` was asked for. */
  async start(): Promise<void> {
    const { log, from, onFault } = this.#parts;
    this.#unlisten = log.listen((entry) => this.#came(entry));
    try {
      if (from !== undefined) await this.#read(from);
      this.#goLive();
    } catch (error) {
      this.#end();
      onFault(error);
    }
  }

  levels(): ReadonlyMap<AgentId, readonly Level[]> {
    return this.#watch.levels();
  }

  /** Hears nothing more, and waits for the demotions under way. */
  async close(): Promise<void> {
    this.#end();
    await Promise.all(this.#demotions);
  }

  #end(): void {
    this.#state = 'closed';
    this.#waiting = undefined;
    this.#unlisten();
  }

  /** A record took its place. Whoever appends it is not to be held up by what is wrong here. */
  #came(entry: Entry): void {
    const { waitingMax = WAITING_MAX, onFault } = this.#parts;
    if (this.#waiting === undefined) {
      try {
        this.#heard(entry);
        if (this.#crossed.size > 0) queueMicrotask(() => this.#act());
      } catch (error) {
        this.#end();
        onFault(error);
      }
    } else if (this.#waiting.length < waitingMax) this.#waiting.push(entry);
    else {
      this.#waiting = [];
      this.#isCut = true;
    }
  }

  /** Reads up to where it began to listen, and again where more came meanwhile than could be kept. */
  async #read(from: number): Promise<void> {
    const { dir, log } = this.#parts;
    let next = from;
    do {
      const last = log.head.seq;
      this.#isCut = false;
      this.#waiting = [];
      await log.durable();
      let read = 0;
      for (const record of readJournal(dir, { tail: 'live', from: next })) {
        if (record.seq > last || this.#state === 'closed') break;
        if (record.seq >= next) this.#heard(record);
        read += 1;
        if (read % READ_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      next = last + 1;
    } while (this.#isCut && this.#state === 'open');
  }

  #goLive(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const entry of waiting) this.#heard(entry);
    this.#act();
  }

  #heard(entry: Entry): void {
    // Whatever it crossed before, it stands elsewhere now.
    if (entry.kind === 'standing' && entry.cause.what !== 'expiring') this.#crossed.delete(entry.agent);
    for (const crossing of this.#watch.heard(entry)) this.#crossed.set(crossing.agent, crossing);
  }

  #act(): void {
    if (this.#state === 'closed') return;
    const crossings = [...this.#crossed.values()];
    this.#crossed.clear();
    for (const crossing of crossings) {
      const demotion = this.#parts
        .demote(crossing)
        .catch(this.#parts.onFault)
        .finally(() => this.#demotions.delete(demotion));
      this.#demotions.add(demotion);
    }
  }
}
