import { verifyCheckpoint, type VerifierKey } from './checkpoint/verify-note.ts';
import type { CheckpointEntry } from './entry.ts';
import { RecomputedTree } from './merkle/verify-root.ts';

/** A checkpoint that was kept where whoever could change the journal could not reach it, and whose signature holds. */
export interface KeptCheckpoint {
  /** What to call it: its file. */
  readonly name: string;
  readonly size: number;
  readonly root: Uint8Array;
}

export interface CheckpointCounts {
  /** The journal's own. */
  readonly made: number;
  /** Those of them that the key at hand signed; others may be of an older key. */
  readonly signed: number;
}

/**
 * Computes a journal's Merkle tree again from its raw lines, and holds to it what was ever signed of it: the checkpoints
 * in the journal, each of which must cover exactly what stands before it, and those that were kept elsewhere.
 */
export class CheckpointCheck {
  readonly #tree = new RecomputedTree();
  readonly #key: VerifierKey | undefined;
  /** The smallest first. */
  readonly #kept: readonly KeptCheckpoint[];
  #next = 0;
  #made = 0;
  #signed = 0;

  constructor(kept: readonly KeptCheckpoint[] = [], key?: VerifierKey) {
    this.#kept = kept.toSorted((a, b) => a.size - b.size);
    this.#key = key;
  }

  get counts(): CheckpointCounts {
    return { made: this.#made, signed: this.#signed };
  }

  /** Takes the next record, whose place in the chain is sound already; gives what is wrong with it. */
  take(line: Buffer, record: { readonly kind: string }, seq: number): string | undefined {
    const own = record.kind === 'checkpoint' ? this.#own(record as CheckpointEntry, seq) : undefined;
    this.#tree.add(line);
    return own ?? this.#keptAt(seq);
  }

  /** What is wrong where the journal ends. */
  end(lastSeq: number): string | undefined {
    const beyond = this.#kept[this.#next];
    return (
      beyond &&
      `the journal ends at record ${lastSeq}, but the checkpoint ${beyond.name} covers ${beyond.size}: records were cut off`
    );
  }

  #own({ size, root, note }: CheckpointEntry, seq: number): string | undefined {
    if (size !== seq - 1 || root !== this.#tree.root().toString('base64')) {
      return `the checkpoint in record ${seq} is not of the ${seq - 1} records before it`;
    }
    if (typeof note !== 'string' || note.split('\n').slice(1, 3).join(' ') !== `${size} ${root}`) {
      return `the note in record ${seq} says something else than its record`;
    }
    this.#made += 1;
    if (this.#key === undefined || !note.includes(`— ${this.#key.name} `)) return undefined;
    const read = verifyCheckpoint(note, this.#key);
    if (read.ok) this.#signed += 1;
    else if (read.forged) return `the checkpoint in record ${seq} is not to be trusted: ${read.problem}`;
    return undefined;
  }

  #keptAt(seq: number): string | undefined {
    for (let kept = this.#kept[this.#next]; kept !== undefined && kept.size <= seq; kept = this.#kept[this.#next]) {
      if (kept.size === seq && Buffer.compare(kept.root, this.#tree.root()) !== 0) {
        return `up to record ${seq} the journal is not what the checkpoint ${kept.name} was signed over: ${this.#since()}`;
      }
      this.#next += 1;
    }
    return undefined;
  }

  #since(): string {
    const last = this.#kept[this.#next - 1];
    return last === undefined
      ? 'history was rewritten'
      : `history was rewritten behind record ${last.size}, up to which the checkpoint ${last.name} holds`;
  }
}
