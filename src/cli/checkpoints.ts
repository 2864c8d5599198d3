import { randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { prng } from '../std/prng.ts';
import { holdsCheckpoint, type CheckpointSigner } from '../journal/index.ts';
import { Checkpointer, checkpointsIn, openPlaces, systemTimers } from '../notify/index.ts';
import type { LoadedPolicy } from '../policy/index.ts';
import { CommandFailed } from './failure.ts';
import { signingKeyAt, type KeyPlace } from './signing-key.ts';

export interface OpenedCheckpoints {
  readonly signer: CheckpointSigner;
  readonly checkpointer: Checkpointer;
}

/**
 * What a policy says of checkpoints, with key and secrets; `undefined` where it says nothing. Fails where anything lacks,
 * or where a place remembers more of this log than the journal does: a door must not sign a second history.
 */
export function openCheckpoints(
  { checkpoints, file }: LoadedPolicy,
  data: string,
  environment: NodeJS.ProcessEnv,
  onTrouble: (message: string) => void = console.error,
): OpenedCheckpoints | undefined {
  if (checkpoints === undefined) return undefined;
  const base = path.dirname(path.resolve(file));
  const { key } = checkpoints;
  const place: KeyPlace = key.kind === 'env' ? key : { kind: 'file', file: path.resolve(base, key.file) };
  const signer = signingKeyAt(place, environment, 'the key for checkpoints', 'interlock audit keygen');
  const places = openPlaces(checkpoints.to, environment, base);
  if (!places.ok) throw new CommandFailed(places.failure.join('\n'));
  for (const place of checkpoints.to) {
    if (place.kind === 'directory') refuseSecondHistory(data, path.resolve(base, place.directory), signer.log);
  }
  const checkpointer = new Checkpointer({
    verifierKey: signer.verifierKey,
    everyMs: checkpoints.everyMs,
    places: places.value,
    timers: systemTimers,
    random: prng(randomInt(0x1_0000_0000)),
    onTrouble,
  });
  return { signer, checkpointer };
}

/** A journal that was cut, or restored from a backup, must not be signed as if nothing had happened. */
function refuseSecondHistory(data: string, directory: string, log: string): void {
  if (!existsSync(directory)) return;
  const newest = checkpointsIn(directory).whole.at(-1);
  if (newest === undefined) return;
  const note = readFileSync(newest, 'utf8');
  const [origin, size = ''] = note.split('\n');
  if (origin !== log || holdsCheckpoint(data, Number(size), note)) return;
  throw new CommandFailed(
    `Failed to open the door: \`${newest}\` is a checkpoint of ${log} over ${size} records, but the journal in \`${data}\` does not have it: records were cut off or changed.\n` +
      `Look first: interlock audit verify --data ${data} --checkpoint ${directory} --key …\n` +
      'To go on with what is left, begin a new log: a new key under a new name, and a new directory.',
  );
}
