import { hash } from 'node:crypto';

/** How every grant's token begins. */
export const TOKEN_PREFIX = 'interlock_';

/** How every token of a person's begins. */
export const USER_TOKEN_PREFIX = `${TOKEN_PREFIX}user_`;

/** A token: the prefix, and 32 random bytes in base64url. */
const TOKEN = /interlock_(?:user_)?[A-Za-z0-9_-]{43}/g;
const DIGITS = 16;

/**
 * A text without grants' tokens, wherever an agent put one: each becomes the beginning of its hash, by which the grant can
 * still be told (`tokenHash`) and not be used.
 */
export function withoutSecrets(text: string): string {
  if (!text.includes(TOKEN_PREFIX)) return text;
  return text.replaceAll(TOKEN, (token) => `${TOKEN_PREFIX}[${hash('sha256', token, 'hex').slice(0, DIGITS)}]`);
}
