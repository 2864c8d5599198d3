import type { Json } from '../../std/canonical-json.ts';
import { Engine } from '../../engine/engine.ts';
import type { Policy } from '../../engine/policy.ts';
import type { Disk } from '../disk.ts';
import { callOf, intentOf, type Intent } from '../facts.ts';
import { eventsOf } from '../fold.ts';
import { readJournal } from '../read.ts';
import type { Recognise } from '../vault/recognise.ts';
import { joining, piecesOf } from './pieces.ts';

/** An engine's state behind one record, in pieces, as it travels from one thread to another. */
export type EngineState = readonly Uint8Array<ArrayBuffer>[];

interface State {
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
    const state: State = { engine: this.engine.save(), open: [...this.engine.open()].map(intentOf) };
    // What is journalled is JSON.
    return piecesOf(state as unknown as Json);
  }
}

/**
 * The engine that a state was taken of, a step at a time: it grows with what rules remember, and nobody has it yet, so that a
 * door can judge calls between two steps.
 */
export function* loading(policy: Policy, state: EngineState): Generator<void, Engine> {
  const { engine, open } = (yield* joining(state)) as unknown as State;
  const loaded = new Engine(policy);
  yield* loaded.loading(engine, open.map(callOf));
  return loaded;
}
