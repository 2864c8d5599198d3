import { durationMs } from './checked.ts';
import { withoutScheme } from './notify.ts';
import type { CheckpointsFile } from './schema/checkpoints.ts';

/** How a journal's checkpoints are made, and where they go. */
export interface CheckpointTerms {
  /** Where the signing key is; never the key itself. */
  readonly key: { readonly kind: 'env'; readonly env: string } | { readonly kind: 'file'; readonly file: string };
  readonly everyMs: number;
  readonly to: readonly CheckpointPlace[];
}

/** Paths are as written: relative to the policy file. */
export type CheckpointPlace =
  | { readonly kind: 'directory'; readonly name: string; readonly directory: string }
  | { readonly kind: 'webhook'; readonly name: string; readonly url: string; readonly env: string };

export function compileCheckpoints({ key, every, to }: CheckpointsFile): CheckpointTerms {
  return {
    key: key.env === undefined ? { kind: 'file', file: key.file ?? '' } : { kind: 'env', env: key.env },
    everyMs: durationMs(every),
    to: to.flatMap((place) => compilePlace(place) ?? []),
  };
}

/** `undefined` where it names no place at all, which the checks refuse. */
export function compilePlace({ directory, webhook }: CheckpointsFile['to'][number]): CheckpointPlace | undefined {
  if (directory !== undefined) return { kind: 'directory', name: `directory:${directory}`, directory };
  if (webhook === undefined) return undefined;
  const { url, secret } = webhook;
  return { kind: 'webhook', name: `webhook:${withoutScheme(url)}`, url, env: secret.env };
}
