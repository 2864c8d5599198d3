import { codingOf } from '../key/coding.ts';
import { formsOf, holdsKey, SECRET_LENGTH_MIN } from '../key/forms.ts';

/** Names that an answer never carries through the door, whatever their values. */
const DROPPED: ReadonlySet<string> = new Set([
  // Of one connection only (RFC 9110 §7.6.1). Names beginning with `proxy-` go too.
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  // A cookie would make the agent carry state, perhaps a login, that no policy judged.
  'set-cookie',
  'set-cookie2',
  // Would send the agent to the upstream directly, past the door (RFC 7838).
  'alt-svc',
]);

/** Whose answers are filtered. */
export interface AnswerSource {
  readonly origin: URL;
  /** None is empty. */
  readonly secrets: readonly string[];
  /** Names (in lower case) that pass whatever they say, for who asked with a key of its own. */
  readonly passing?: ReadonlySet<string>;
}

/** Takes what an agent must not see out of an answer's headers (names in lower case and values in turn), in place. */
export type HeaderFilter = (status: number, headers: string[]) => string[];

/**
 * Builds the filter for one upstream. It drops what belongs to one connection, cookies, our own `interlock-*` names (an
 * upstream cannot speak for the door), every field that holds a secret, and the `Location` of a redirect to elsewhere.
 */
export function headerFilter(source: AnswerSource): HeaderFilter {
  const { origin } = source.origin;
  const forms = formsOf(source.secrets);
  // Too short to be looked for in a body, and still not worth a header.
  const short = source.secrets.filter(({ length }) => length > 0 && length < SECRET_LENGTH_MIN);

  const leaks = (name: string, value: string): boolean =>
    short.some((secret) => value.includes(secret) || name.includes(secret.toLowerCase())) ||
    holdsKey(value.toLowerCase(), forms) ||
    holdsKey(name, forms);
  const staysHome = (location: string): boolean => URL.parse(location, origin)?.origin === origin;

  const keeps = (status: number, name: string, value: string, named: readonly string[] | null): boolean => {
    if (source.passing?.has(name) === true) return true;
    if (DROPPED.has(name) || name.startsWith('proxy-') || name.startsWith('interlock-')) return false;
    if (named !== null && named.includes(name)) return false;
    if (leaks(name, value)) return false;
    if (name === 'location' && status < 400 && status >= 300) return staysHome(value);
    // RFC 9110 §8.6: an answer without content has no length either; a 304 tells the length of what it stands for.
    return name !== 'content-length' || status !== 204;
  };

  return (status, headers) => {
    const named = connectionOptions(headers);
    let kept = 0;
    for (let i = 0; i < headers.length; i += 2) {
      const name = headers[i]!;
      const value = headers[i + 1]!;
      if (!keeps(status, name, value, named)) continue;
      headers[kept] = name;
      headers[kept + 1] = value;
      kept += 2;
    }
    headers.length = kept;
    return headers;
  };
}

/** The further names that `Connection` makes hop-by-hop; `null`, the usual case: none. */
function connectionOptions(headers: readonly string[]): readonly string[] | null {
  let named: string[] | null = null;
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] !== 'connection') continue;
    const value = headers[i + 1]!.toLowerCase();
    if (value === 'keep-alive' || value === 'close') continue;
    named = [...(named ?? []), ...value.split(',').map((option) => option.trim())];
  }
  return named;
}

const STATUS_MIN = 200;
const STATUS_MAX = 599;

/** Why an answer's head (names in lower case) must be shown to no client; `null`: it may. */
export function headFault(status: number, headers: readonly string[]): string | null {
  if (status < STATUS_MIN || status > STATUS_MAX) return `status ${status} is not a final answer's`;
  for (let i = 0; i < headers.length; i += 2) {
    // Any other coding would be lost with the header that names it, and leave a body nobody can read (RFC 9112 §6.1).
    if (headers[i] === 'transfer-encoding' && headers[i + 1]!.trim().toLowerCase() !== 'chunked') {
      return 'the transfer coding is not plain chunked';
    }
    // None was asked for. What nobody can look into could hold the key (I10).
    if (headers[i] === 'content-encoding' && codingOf(headers[i + 1]!) === undefined) {
      return 'the content coding is not one of gzip, deflate, br and zstd';
    }
  }
  return null;
}
