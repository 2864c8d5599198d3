import { TOKEN_PREFIX } from '../../journal/secrets.ts';
import type { RequestHeaders } from './headers.ts';
import type { Refusal } from './refusal.ts';
import type { Target } from './target.ts';

export { TOKEN_PREFIX };

const TOKEN = /interlock_[\w-]{43}/;
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
  if (bytes.length < TOKEN_PREFIX.length) return false;
  const isPlain = !bytes.includes('%') && !bytes.includes('\\u');
  return (!isPlain || bytes.includes(TOKEN_PREFIX)) && holdsToken(bytes.toString('latin1'));
}

/** The same of a body that nobody reads, as far as it stands there plainly: what its bytes mean, nobody here knows. */
export function uploadHoldsToken(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(TOKEN_PREFIX); at !== -1; at = bytes.indexOf(TOKEN_PREFIX, at + 1)) {
    if (TOKEN.test(bytes.toString('latin1', at, at + TOKEN_CHARS))) return true;
  }
  return false;
}

/** The text, fit for a record. */
export function withoutTokens(text: string): string {
  return holdsToken(text) ? revealed(text).replaceAll(TOKENS, `${TOKEN_PREFIX}…`) : text;
}

const mayEscape = (text: string): boolean => text.includes('%') || text.includes('\\u');

function revealed(text: string): string {
  return text.replaceAll(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
