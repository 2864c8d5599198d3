import path from 'node:path';
import { disk } from '../disk.ts';
import { FINGERPRINTS_KEY } from './layout.ts';
import { pseudonymKey } from './recognise.ts';
import { fingerprintOf, pseudonymOf, type Sealed } from './seal.ts';
import type { Vault } from './vault.ts';

/** What a call's personal data is sealed with. */
export type Sealant = Pick<Vault, 'seal' | 'sealAlone' | 'pseudonym' | 'fingerprint'>;

/**
 * A vault for whoever only asks what would be decided: it recognises what the door's own vault does, and keeps nothing.
 * `undefined` where there is none.
 */
export function lookingVault(dir: string): Sealant | undefined {
  const pseudonyms = pseudonymKey(dir, disk);
  const file = path.join(dir, FINGERPRINTS_KEY);
  if (pseudonyms === undefined || !disk.exists(file)) return undefined;
  const fingerprints = Buffer.from(disk.text(file).trim(), 'base64');
  const keepNothing = (): Sealed => `sealed_${'-'.repeat(43)}`;
  return {
    seal: keepNothing,
    sealAlone: keepNothing,
    pseudonym: (_person, _value, canonical) => pseudonymOf(pseudonyms, canonical),
    fingerprint: (use, text) => fingerprintOf(fingerprints, use, text),
  };
}
