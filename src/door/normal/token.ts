import { TOKEN_PREFIX } from '../../journal/secrets.ts';
import type { RequestHeaders } from './headers.ts';
import type { Refusal } from './refusal.ts';
import type { Target } from './target.ts';

export { TOKEN_PREFIX };

const TOKEN = /interlock_(?:user_)?[\w-]{43}/;
const TOKEN_CHARS = TOKEN_PREFIX.length + 43;
const TOKENS = new RegExp(TOKEN, 'g');
/** How forms and JSON may write the characters of a token otherwise. */
const ESCAPE = /(?:%|\\u00)([0-7][0-9a-f])/gi;

/** A token would be sent to the upstream and stand in the journal for all who read it. */
export const MISPLACED: Refusal = {
  status: 400,
  reason: 'grant_misplaced',
  detail:
    'A grant stands in the path, the query, the body or a header that is no credential; send it as API key alone.',
};

/** Whether a grant's token stands in a text, plain or escaped. It belongs in a credential header and nowhere else. */
export function holdsToken(text: string): boolean {
  return TOKEN.test(text) || (mayEscape(text) && TOKEN.test(revealed(text)));
}

/** The same of everything that is judged and journalled before the body. */
export function headHoldsToken({ judged, session = '' }: RequestHeaders, { path, search }: Target): boolean {
  if (holdsToken(path) || holdsToken(search) || holdsToken(session)) return true;
  for (const name in judged) if (holdsToken(judged[name]!)) return true;
  return false;
}

/** The same of a body's bytes. */
export function bodyHoldsToken(bytes: Buffer): boolean {
  if (uploadHoldsToken(bytes)) return true;
  const isPlain = !bytes.includes('%') && !bytes.includes('\\u');
  return !isPlain && uploadHoldsToken(revealedBytes(bytes));
}

/** The same of a body that nobody reads, as far as it stands there plainly: what its bytes mean, nobody here knows. */
export function uploadHoldsToken(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(TOKEN_PREFIX); at !== -1; at = bytes.indexOf(TOKEN_PREFIX, at + 1)) {
    let end = at + TOKEN_PREFIX.length;
    while (end - at < TOKEN_CHARS && isTokenByte(bytes[end])) end += 1;
    if (end - at === TOKEN_CHARS) return true;
  }
  return false;
}

/** `[\w-]` */
function isTokenByte(byte = 0): boolean {
  const letter = byte | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f || byte === 0x2d;
}

/**
 * The bytes with their escapes undone, as {@link revealed} does: a body may be nothing but escapes, and a text put together
 * from half a million replacements would cost everybody half a second.
 */
function revealedBytes(bytes: Buffer): Buffer {
  const shown = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    const digits = byte === PERCENT ? at + 1 : byte === BACKSLASH && isUnicode(bytes, at + 1) ? at + 4 : undefined;
    const code = digits === undefined ? -1 : hexDigit(bytes[digits]) * 16 + hexDigit(bytes[digits + 1]);
    const isEscape = digits !== undefined && code >= 0 && code < 0x80;
    shown[length] = isEscape ? code : byte;
    length += 1;
    if (isEscape) at = digits + 1;
  }
  return shown.subarray(0, length);
}

const PERCENT = 0x25;
const BACKSLASH = 0x5c;

/** `u00`. */
function isUnicode(bytes: Buffer, at: number): boolean {
  return ((bytes[at] ?? 0) | 0x20) === 0x75 && bytes[at + 1] === 0x30 && bytes[at + 2] === 0x30;
}

/** Far below zero for what is no digit, so that no number comes of it. */
function hexDigit(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1_000;
}

/** The text, fit for a record. */
export function withoutTokens(text: string): string {
  return holdsToken(text) ? revealed(text).replaceAll(TOKENS, `${TOKEN_PREFIX}…`) : text;
}

const mayEscape = (text: string): boolean => text.includes('%') || text.includes('\\u');

function revealed(text: string): string {
  return text.replaceAll(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
