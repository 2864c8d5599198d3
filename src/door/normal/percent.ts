import { ok, type Result } from '../../std/result.ts';
import { refuse, type Refusal } from './refusal.ts';

const BROKEN = /%(?![0-9A-Fa-f]{2})/;
const ESCAPE = /%[0-9A-Fa-f]{2}/g;
const UNRESERVED = /[A-Za-z0-9._~-]/;

/**
 * One spelling for each escape: `%70` is `p` (unreserved characters stand for themselves, RFC 3986, 6.2.2.2), `%c3` is `%C3`.
 * A `%` that begins no escape is refused.
 */
export function respell(text: string): Result<string, Refusal> {
  if (!text.includes('%')) return ok(text);
  if (BROKEN.test(text)) return refuse(400, 'escape_invalid', 'Each % must begin an escape, %41; a % itself is %25.');
  return ok(text.replace(ESCAPE, canonicalEscape));
}

function canonicalEscape(escape: string): string {
  const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
  return UNRESERVED.test(character) ? character : escape.toUpperCase();
}

/** Whether a decoded text would decode further: `%2e` left over from `%252e`, which some upstreams decode twice. */
export function hasEscape(decoded: string): boolean {
  return decoded.includes('%') && decoded.search(ESCAPE) >= 0;
}

/** Percent-decodes; `undefined` for a lone `%`, bytes that are not UTF-8, overlong forms and surrogates. */
export function decode(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
