import type { Json } from '../../std/canonical-json.ts';
import { ok, type Result } from '../../std/result.ts';
import { readFields } from './fields.ts';
import { decode, hasEscape, respell } from './percent.ts';
import { refuse, type Refusal } from './refusal.ts';

/** Longer than real queries are, and what servers commonly accept (RFC 9110, 4.1 asks for 8,000 octets at least). */
export const TARGET_MAX_CHARS = 8_192;

/** A request target in its one normal form: what is judged, journalled and sent. */
export interface Target {
  /** Encoded, with one spelling for each escape; begins with `/`. */
  readonly path: string;
  /** Decoded, without the empty one that a trailing slash leaves: `/v1/a%20b/` is `['v1', 'a b']`. */
  readonly segments: readonly string[];
  readonly trailingSlash: boolean;
  /** `''`, or `?` and the query in normal form. */
  readonly search: string;
  /** Scalars are strings; nested keys (`created[gte]=1`, `expand[]=a`) are objects and lists. */
  readonly query: Readonly<Record<string, Json>>;
  /** Names in `query` that came from nested keys. A route that reads one as a scalar must refuse the call. */
  readonly nested: readonly string[];
}

/** `/`, or segments of characters that need no second look, none of dots alone. */
const PLAIN_PATH = /^(?:\/|(?:\/(?!\.+(?:\/|$))[\w.~:@!$&'()*+,=-]+)+\/?)$/;
/** RFC 3986, 3.3 without `;`. */
const PATH = /^[\w.~:@!$&'()*+,=%/-]*$/;
/** RFC 3986, 3.4 without a second `?`, and with the raw brackets that every SDK sends. */
const QUERY = /^[\w.~:@!$&'()*+,=%/[\];-]*$/;
/** What clients leave raw in a query though RFC 3986 does not, `?filter={"a":1}`: every reader takes it for itself. */
const BARE = /["<>^`{|}]/g;
const DOTS = /^\.+$/;
// oxlint-disable-next-line no-control-regex
const SEGMENT_FORBIDDEN = /[\u0000-\u001f\u007f-\u009f/\\;]|^ | $/;
const INVISIBLE = /[\p{Cf}\p{Zl}\p{Zp}]/u;

const NO_FIELDS: Pick<Target, 'query' | 'nested'> = { query: Object.freeze(Object.create(null)), nested: [] };

/**
 * Reads an origin-form request target (RFC 9112, 3.2.1).
 * Refuses what two parsers could read as two paths or two queries: dot segments, empty segments, escaped separators,
 * double escapes, matrix parameters, fragments, repeated keys. The normal form is also WHATWG's: no URL parser changes it.
 *
 * INVARIANT: `readTarget(path + search)` of an accepted target gives that same target.
 */
export function readTarget(raw: string): Result<Target, Refusal> {
  if (raw.length > TARGET_MAX_CHARS) {
    return refuse(414, 'target_too_long', `The path and query may be at most ${TARGET_MAX_CHARS} characters long.`);
  }
  const mark = raw.indexOf('?');
  const path = readPath(mark === -1 ? raw : raw.slice(0, mark));
  if (!path.ok) return path;
  const query = readQuery(mark === -1 ? '' : raw.slice(mark + 1));
  return query.ok ? ok({ ...path.value, ...query.value }) : query;
}

function readPath(raw: string): Result<Pick<Target, 'path' | 'segments' | 'trailingSlash'>, Refusal> {
  const trailingSlash = raw.length > 1 && raw.endsWith('/');
  if (PLAIN_PATH.test(raw)) return ok({ path: raw, segments: split(raw, trailingSlash), trailingSlash });
  if (!raw.startsWith('/'))
    return refuse(400, 'target_form', 'The request target must be a path, /v1/orders, not a URL.');
  if (!PATH.test(raw)) {
    return refuse(
      400,
      'path_character',
      "The path may hold letters, digits and -._~!$&'()*+,=:@; escape others as %XX.",
    );
  }
  const respelt = respell(raw);
  if (!respelt.ok) return respelt;
  const segments = split(respelt.value, trailingSlash);
  for (const [index, encoded] of segments.entries()) {
    const segment = decode(encoded);
    if (segment === undefined) return NOT_UTF8;
    const failure = segmentFailure(segment);
    if (failure !== undefined) return failure;
    segments[index] = segment;
  }
  return ok({ path: respelt.value, segments, trailingSlash });
}

function split(path: string, trailingSlash: boolean): string[] {
  return path === '/' ? [] : path.slice(1, trailingSlash ? -1 : undefined).split('/');
}

const NOT_UTF8 = refuse(400, 'escape_invalid', 'Escapes in the path must decode to valid UTF-8.');

function segmentFailure(segment: string): ReturnType<typeof refuse> | undefined {
  // Compatibility forms too: some upstreams fold a full-width dot or slash into the real one.
  const folded = segment.normalize('NFKC');
  if (segment === '') return refuse(400, 'path_empty_segment', 'The path must not contain //.');
  if (DOTS.test(folded)) return refuse(400, 'path_dot_segment', 'The path must not contain . or .. segments.');
  if (SEGMENT_FORBIDDEN.test(folded) || INVISIBLE.test(segment)) {
    return refuse(
      400,
      'path_segment',
      'A path segment must not contain a slash, backslash, semicolon, control or invisible character, even escaped, nor begin or end with a space.',
    );
  }
  if (hasEscape(folded)) return refuse(400, 'path_double_escape', 'The path must be escaped once, not twice.');
  if (segment !== segment.normalize('NFC')) {
    return refuse(400, 'path_not_nfc', 'The path must be in Unicode normal form C, so that each id has one spelling.');
  }
  return undefined;
}

function readQuery(sent: string): Result<Pick<Target, 'search' | 'query' | 'nested'>, Refusal> {
  if (sent === '') return ok({ search: '', ...NO_FIELDS });
  const raw = sent.replace(BARE, escaped);
  if (!QUERY.test(raw)) {
    return refuse(
      400,
      'query_character',
      "The query may hold letters, digits and -._~!$&'()*+,=:@/[]; escape others as %XX (a second ? is %3F).",
    );
  }
  const respelt = respell(raw);
  if (!respelt.ok) return respelt;
  const normal = withoutEmptyFields(respelt.value).replaceAll("'", '%27');
  const fields = readFields(normal);
  if (!fields.ok) return fields;
  return ok({ search: normal === '' ? '' : `?${normal}`, query: fields.value.values, nested: fields.value.nested });
}

function escaped(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** `a=1&&b=2&` says no more than `a=1&b=2`. */
function withoutEmptyFields(query: string): string {
  if (!query.startsWith('&') && !query.endsWith('&') && !query.includes('&&')) return query;
  return query
    .split('&')
    .filter((field) => field !== '')
    .join('&');
}
