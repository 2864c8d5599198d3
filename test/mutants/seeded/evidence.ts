import type { Mutant } from '../mutant.ts';

/** Faults of what proves and hides: checkpoints, proofs, the vault. */
export const EVIDENCE_MUTANTS: readonly Mutant[] = [
  {
    name: 'a checkpoint leaves the box before what it covers is on the disk',
    breaks: ['I7'],
    file: 'src/notify/checkpoints/checkpointer.ts',
    from: 'await log.durable();',
    to: '',
    caughtBy: 'test/notify/checkpoints/checkpointer.test.ts',
  },
  {
    name: 'the tree misses what a snapshot was taken ahead of',
    breaks: ['I7'],
    file: 'src/journal/journal.ts',
    from: 'tree.take(writer.pending);',
    to: '',
    caughtBy: 'test/journal/checkpoint.test.ts',
  },
  {
    name: 'a checkpoint kept elsewhere is not compared with the journal',
    breaks: ['I7'],
    file: 'src/journal/verify-checkpoints.ts',
    from: 'kept.size === seq && Buffer.compare(kept.root, this.#tree.root()) !== 0',
    to: 'kept.size === -seq',
    caughtBy: 'test/journal/verify-checkpoints.test.ts',
  },
  {
    name: 'a consistency proof need not begin at the old root',
    breaks: ['I7'],
    file: 'src/journal/merkle/verify-consistency.ts',
    from: ' && Buffer.compare(fr, oldRoot) === 0',
    to: '',
    caughtBy: 'test/journal/merkle/corrupted.test.ts',
  },
  {
    name: 'a note with any signature passes',
    breaks: ['I7'],
    file: 'src/journal/checkpoint/verify-note.ts',
    from: 'if (!verify(null, Buffer.from(text), key.key, bytes.subarray(ID_BYTES)))',
    to: 'if (verify(null, Buffer.from(text), key.key, bytes.subarray(ID_BYTES)) === null)',
    caughtBy: 'test/journal/checkpoint/note.test.ts',
  },
  {
    name: 'an erasure leaves the key',
    breaks: ['I10'],
    file: 'src/journal/vault/keys.ts',
    from: 'this.#disk.remove(file);',
    to: '',
    caughtBy: 'test/journal/vault/vault.test.ts',
  },
  {
    name: 'a commitment is not salted',
    breaks: ['I10'],
    file: 'src/journal/vault/seal.ts',
    from: 'Buffer.concat([salt, Buffer.from(value)])',
    to: 'Buffer.from(value)',
    caughtBy: 'test/journal/vault/vault.test.ts',
  },
  {
    name: 'a journal opens without its vault, and once has forgotten',
    breaks: ['I5'],
    file: 'src/journal/vault/vault.ts',
    from: 'if (anchor === undefined || anchor === vault.check) return vault;',
    to: 'if (anchor !== null) return vault;',
    caughtBy: 'test/journal/vault/vault.test.ts',
  },
];
