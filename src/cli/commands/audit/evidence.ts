import { existsSync, readFileSync, statSync } from 'node:fs';
import {
  readVerifierKey,
  verifyCheckpoint,
  type Checkpoint,
  type ProvenUnder,
  type VerifierKey,
} from '../../../journal/index.ts';
import { checkpointsIn } from '../../../notify/index.ts';
import { CommandFailed } from '../../failure.ts';

/** What auditors bring along: the log's key, and checkpoints that were kept elsewhere. */

export const keyOption = {
  type: 'string',
  describe: 'The verifier key that `audit keygen` printed, or a file that holds it',
} as const;

export function verifierKeyFrom(text: string | undefined): VerifierKey {
  if (text === undefined || text === '') {
    throw new CommandFailed('Failed to verify: name the log’s verifier key as `audit keygen` printed it: --key KEY.');
  }
  const key = readVerifierKey(text) ?? readVerifierKey(existsSync(text) ? readFileSync(text, 'utf8').trim() : '');
  if (key !== undefined) return key;
  throw new CommandFailed(
    `Failed to read the key \`${text}\`: it is no verifier key (NAME+ID+…), and no file with one.`,
  );
}

/** A checkpoint that was kept elsewhere, and was signed by the key. */
export interface KeptCheckpoint extends Checkpoint, ProvenUnder {
  readonly file: string;
}

/**
 * The checkpoint in a file, or those in a directory. One that does not hold fails the command: it is the evidence. One that
 * a crash cut short while it was written is passed over, and `onCutShort` is told.
 */
export function checkpointsFrom(
  place: string,
  key: VerifierKey,
  onCutShort: (file: string) => void,
): readonly KeptCheckpoint[] {
  if (!existsSync(place)) throw new CommandFailed(`Failed to read the checkpoint \`${place}\`: there is no such file.`);
  if (!statSync(place).isDirectory()) return [checkpointFrom(place, key)];
  const { whole, cutShort } = checkpointsIn(place);
  cutShort.forEach(onCutShort);
  if (whole.length === 0) throw new CommandFailed(`Failed to read checkpoints: \`${place}\` holds none.`);
  return whole.map((file) => checkpointFrom(file, key));
}

export function checkpointFrom(file: string, key: VerifierKey): KeptCheckpoint {
  if (!existsSync(file)) throw new CommandFailed(`Failed to read the checkpoint \`${file}\`: there is no such file.`);
  const note = readFileSync(file, 'utf8');
  const read = verifyCheckpoint(note, key);
  if (read.ok) return { ...read.checkpoint, note, file };
  throw new CommandFailed(`Failed to read the checkpoint \`${file}\`: ${read.problem}.`);
}
