import path from 'node:path';
import { fail, ok, type Result } from '../../std/result.ts';
import type { CheckpointPlace } from '../../policy/index.ts';
import { isSigningSecret, SIGNING_SECRET_FORM } from '../channels.ts';
import { Directories } from './directory.ts';
import type { KeepingPlace } from './place.ts';
import { webhookPlace } from './webhook.ts';

/**
 * A policy's places with their secrets, read from the environment once: all of them or, as a failure, what stands in the
 * way of each.
 *
 * @param base what paths are relative to: the policy file's directory
 */
export function openPlaces(
  to: readonly CheckpointPlace[],
  environment: Readonly<Record<string, string | undefined>>,
  base: string,
): Result<readonly KeepingPlace[], readonly string[]> {
  const directories = new Directories();
  const opened = to.map((place): Result<KeepingPlace, string> => {
    if (place.kind === 'directory') return ok(directories.place(place.name, path.resolve(base, place.directory)));
    const secret = environment[place.env] ?? '';
    if (isSigningSecret(secret)) return ok(webhookPlace(place.name, place.url, secret));
    const why = secret === '' ? 'is not set' : 'holds no signing secret';
    return fail(
      `Failed to open \`${place.name}\` for checkpoints: the environment variable ${place.env} ${why}; set it to ${SIGNING_SECRET_FORM}.`,
    );
  });
  const faults = opened.flatMap((result) => (result.ok ? [] : [result.failure]));
  return faults.length === 0 ? ok(opened.flatMap((result) => (result.ok ? [result.value] : []))) : fail(faults);
}
