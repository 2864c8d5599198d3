import path from 'node:path';

/**
 * Where things lie in a data directory's vault. Names only; nothing here touches a disk.
 *
 *     vault/pseudonyms.key        what makes pseudonyms; as old as the vault, for they must stay the same
 *     vault/fingerprints.key      what makes fingerprints; another one after every erasure
 *     vault/keys/3f/3f9a….json    one key for each person, named by the person's pseudonym; erasing removes it
 *     vault/values/000001.ndjson  what was sealed, encrypted, one value a line
 *     vault/erasing.json          an erasure under way
 */
export const VAULT_DIRECTORY = 'vault';
export const VALUES_DIRECTORY = path.join(VAULT_DIRECTORY, 'values');
export const PSEUDONYMS_KEY = path.join(VAULT_DIRECTORY, 'pseudonyms.key');
export const FINGERPRINTS_KEY = path.join(VAULT_DIRECTORY, 'fingerprints.key');
export const ERASING = path.join(VAULT_DIRECTORY, 'erasing.json');

const NUMBER_DIGITS = 6;
const VALUES_NAME = /^(\d{6,})\.ndjson$/;

export function keyFile(person: string): string {
  return path.join(VAULT_DIRECTORY, 'keys', person.slice(0, 2), `${person}.json`);
}

export function valuesName(number: number): string {
  return `${String(number).padStart(NUMBER_DIGITS, '0')}.ndjson`;
}

/** The numbers of the value files among a directory's file names, oldest first. */
export function valuesAmong(names: readonly string[]): readonly number[] {
  return names.flatMap((name) => Number(VALUES_NAME.exec(name)?.[1] ?? [])).sort((a, b) => a - b);
}
