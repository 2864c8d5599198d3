import { existsSync, readFileSync, statSync } from 'node:fs';
import { readSigningKey, type CheckpointSigner } from '../journal/index.ts';
import { CommandFailed } from './failure.ts';

/** Where a signing key is. */
export type KeyPlace =
  { readonly kind: 'env'; readonly env: string } | { readonly kind: 'file'; readonly file: string };

/** Whoever but its owner may read the key can sign in its name. */
const MODE_OF_OTHERS = 0o077;

/**
 * The key at a place, or why there is none, without repeating anything of it.
 *
 * @param what `the key for checkpoints`
 * @param make what makes such a key: `interlock audit keygen`
 */
export function signingKeyAt(
  place: KeyPlace,
  environment: NodeJS.ProcessEnv,
  what: string,
  make: string,
): CheckpointSigner {
  const where = place.kind === 'env' ? `the environment variable ${place.env}` : `\`${place.file}\``;
  const refused = (why: string, next = `make one with \`${make}\``): CommandFailed =>
    new CommandFailed(`Failed to open ${what} in ${where}: ${why}; ${next}.`);
  let text: string;
  if (place.kind === 'env') {
    text = environment[place.env] ?? '';
    if (text === '') throw refused('it is not set');
  } else {
    if (!existsSync(place.file)) throw refused('there is no such file');
    if ((statSync(place.file).mode & MODE_OF_OTHERS) !== 0) {
      throw refused('others may read it', `chmod 600 ${place.file}`);
    }
    text = readFileSync(place.file, 'utf8');
  }
  const read = readSigningKey(text);
  if (!read.ok) throw refused(read.failure);
  return read.value;
}

/** The options of a command that signs promotions. */
export const gateKeyOptions = {
  key: { type: 'string', describe: 'The file of the key that signs promotions: `interlock keys make` made it' },
  'key-env': { type: 'string', describe: 'The environment variable that holds it instead' },
} as const;

export interface GateKeyArguments {
  readonly key: string | undefined;
  readonly keyEnv: string | undefined;
}

/** The key that signs promotions, as a command line names it. `undefined`: it names none. */
export function gateKeyFrom(
  { key, keyEnv }: GateKeyArguments,
  environment: NodeJS.ProcessEnv,
): CheckpointSigner | undefined {
  if (key !== undefined && keyEnv !== undefined) {
    throw new CommandFailed('Failed to open the key that signs promotions: name --key or --key-env, not both.');
  }
  const place: KeyPlace | undefined =
    key !== undefined ? { kind: 'file', file: key } : keyEnv !== undefined ? { kind: 'env', env: keyEnv } : undefined;
  if (place === undefined) return undefined;
  return signingKeyAt(place, environment, 'the key that signs promotions', 'interlock keys make');
}
