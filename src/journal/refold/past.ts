import type { Json } from '../../std/canonical-json.ts';
import { Engine } from '../../engine/engine.ts';
import type { Policy } from '../../engine/policy.ts';
import type { Disk } from '../disk.ts';
import { callOf, intentOf, type Intent } from '../facts.ts';
import { eventsOf } from '../fold.ts';
import { readJournal } from '../read.ts';
import type { Recognise } from '../vault/recognise.ts';

/** An engine's state behind one record, as it travels from one thread to another. */
export interface EngineState {
  readonly seq: number;
  readonly engine: Json;
  readonly open: readonly Intent[];
}

/** Brings an engine up to a journal that another writes, record by record, as a start under its policy would. */
export class Past {
  readonly engine: Engine;
  readonly #dir: string;
  readonly #recognise: Recognise;
  readonly #disk: Disk;
  #seq = 0;

  constructor(policy: Policy, { dir, recognise, disk }: { dir: string; recognise: Recognise; disk: Disk }) {
    this.engine = new Engine(policy);
    this.#dir = dir;
    this.#recognise = recognise;
    this.#disk = disk;
  }

  /** Folds what is on the disk, up to a record. Gives how many records that were. */
  read(until = Infinity): number {
    const before = this.#seq;
    const records = readJournal(this.#dir, { tail: 'live', from: this.#seq + 1, disk: this.#disk });
    for (const record of records) {
      if (record.seq <= this.#seq) continue;
      if (record.seq > until) break;
      for (const event of eventsOf(this.#recognise(record))) this.engine.apply(event);
      this.#seq = record.seq;
    }
    return this.#seq - before;
  }

  get seq(): number {
    return this.#seq;
  }

  state(): EngineState {
    return { seq: this.#seq, engine: this.engine.save(), open: [...this.engine.open()].map(intentOf) };
  }
}

/** The engine that a state was taken of. */
export function engineOf(policy: Policy, { engine, open }: EngineState): Engine {
  const loaded = new Engine(policy);
  loaded.load(engine, open.map(callOf));
  return loaded;
}
