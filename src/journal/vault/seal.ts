import { createHmac, hash } from 'node:crypto';
import { sameness } from '../../engine/guards/once.ts';

/**
 * What stands in the journal in place of personal data. Both forms are plain in JSON, in a form and in a URL.
 *
 *     sealed_<43>      a commitment: SHA-256 over 128 random bits and the value. It binds whoever wrote it to the value
 *                      and tells nothing of it: not even whether two are of one value.
 *     pseudonym_<32>   the same for the same value, for rules that must recognise it: an HMAC under the vault's own key.
 */
export type Sealed = `sealed_${string}` | `pseudonym_${string}`;

export const SEALED = /sealed_[A-Za-z0-9_-]{43}|pseudonym_[0-9a-f]{32}/g;

/** Whether a fact has a pseudonym in it already. */
export function isPseudonymous(text: string): boolean {
  return /pseudonym_[0-9a-f]{32}/.test(text);
}

export const SALT_BYTES = 16;
const PSEUDONYM_DIGITS = 32;

/** How the value stood in its text: `json` with quotes of the token's own around it, which were not the value's. */
export type Form = 'plain' | 'json';

/** A value with the salt of its commitment: what opens it. */
export interface Opening {
  readonly salt: Buffer;
  readonly value: string;
}

export function commitmentTo({ salt, value }: Opening): Sealed {
  return `sealed_${hash('sha256', Buffer.concat([salt, Buffer.from(value)]), 'base64url')}`;
}

/** Equal for equal values, under one key. `canonical` is the form in which a rule compares. */
export function pseudonymOf(key: Buffer, canonical: string): Sealed {
  return `pseudonym_${keyed(key, 'value', canonical)}`;
}

/** What "the same" means of a text that may hold personal data, under one key; two uses never give the same. */
export function fingerprintOf(key: Buffer, use: string, text: string | Buffer): string {
  return createHmac('sha256', key).update(`${use}\n`).update(text).digest('hex');
}

/** Under what a person's key is kept. Spellings that an upstream may confuse are one person. */
export function personId(key: Buffer, person: string): string {
  return keyed(key, 'person', sameness(person));
}

/** The two uses of one key never give the same text. */
function keyed(key: Buffer, use: string, text: string): string {
  return createHmac('sha256', key).update(`${use}\n${text}`).digest('hex').slice(0, PSEUDONYM_DIGITS);
}
