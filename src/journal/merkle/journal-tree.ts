import { Frontier, type FrontierJson } from './frontier.ts';
import { LeafHasher, toBase64 } from './tree-hash.ts';

/**
 * The Merkle tree of a journal that is being written: a leaf is a record's line as it stands on the disk, without its line
 * feed. It takes the writer's batches while the disk is busy with them, so that nobody waits for its hashes.
 */
export class JournalTree {
  readonly #frontier: Frontier;
  readonly #hasher = new LeafHasher();
  /** How many bytes of the batch in hand are in the tree. */
  #taken = 0;

  constructor(saved?: FrontierJson) {
    this.#frontier = saved === undefined ? new Frontier() : Frontier.load(saved);
  }

  /** How many records it holds. */
  get size(): number {
    return this.#frontier.size;
  }

  /** One record's line, without its line feed. */
  add(line: Buffer): void {
    this.#frontier.append(this.#hasher.hash(line));
  }

  /** What a batch holds so far; it may be asked for again when it holds more. */
  take(batch: Buffer): void {
    for (let end = batch.indexOf(LINE_FEED, this.#taken); end !== -1; end = batch.indexOf(LINE_FEED, this.#taken)) {
      this.add(batch.subarray(this.#taken, end));
      this.#taken = end + 1;
    }
  }

  /** A batch that nothing will be added to any more. */
  finish(batch: Buffer): void {
    this.take(batch);
    this.#taken = 0;
  }

  /** In base64. */
  root(): string {
    return toBase64(this.#frontier.root());
  }

  save(): FrontierJson {
    return this.#frontier.save();
  }
}

const LINE_FEED = 0x0a;
