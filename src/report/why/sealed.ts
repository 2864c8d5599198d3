import { SEALED } from '../../journal/vault/seal.ts';
import type { Told } from '../../warehouse/why/told.ts';

/** Every sealed value that a story shows. */
export function sealedIn(told: Told): ReadonlySet<string> {
  return new Set(JSON.stringify(told).match(SEALED) ?? []);
}

/**
 * The story as people read it: `[sealed]` in place of a commitment, `[person 3f2a91]` in place of a pseudonym (equal ones are
 * one value), `[erased]` where nobody can read it any more.
 */
export function withSealedNamed<Value>(told: Value, isErased: (token: string) => boolean): Value {
  const name = (token: string): string => {
    if (isErased(token)) return '[erased]';
    return token.startsWith('pseudonym_')
      ? `[person ${token.slice('pseudonym_'.length, 'pseudonym_'.length + 6)}]`
      : '[sealed]';
  };
  const shown = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll(SEALED, name);
    if (Array.isArray(value)) return value.map(shown);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shown(member)]));
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only texts have changed
  return shown(told) as Value;
}
