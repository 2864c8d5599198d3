import { newSigningKey, readSigningKey, type CheckpointSigner } from '../../src/journal/checkpoint/signer.ts';
import { readVerifierKey, type VerifierKey } from '../../src/journal/checkpoint/verify-note.ts';

/** A new key of a log, and what its checkpoints are verified with. */
export function newKeys(log = 'example.com/test'): { readonly signer: CheckpointSigner; readonly key: VerifierKey } {
  const read = readSigningKey(newSigningKey(log));
  const key = read.ok ? readVerifierKey(read.value.verifierKey) : undefined;
  if (!read.ok || key === undefined) throw new Error('a new key cannot be read');
  return { signer: read.value, key };
}
