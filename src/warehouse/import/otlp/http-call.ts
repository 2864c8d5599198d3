import { fail, ok, type Result } from '../../../std/result.ts';
import { incomplete, lengthOf, malformed, type Flaw, type RecordedAnswer, type RecordedRequest } from '../recording.ts';
import { numberIn, textIn, type Attributes } from './attributes.ts';
import type { Span } from './span.ts';

/**
 * Attributes of HTTP spans: OpenTelemetry semantic conventions 1.44.0 (`http` is stable since 1.23.0), and the names of 1.20.0
 * and before. Bodies are in development there; the short names are those of instrumentations that came first.
 */
const METHOD = ['http.request.method', 'http.method'] as const;
const URL_FULL = ['url.full', 'http.url'] as const;
const STATUS = ['http.response.status_code', 'http.status_code'] as const;
const REQUEST_BODY = ['http.request.body.content', 'http.request.body'] as const;
const REQUEST_SIZE = [
  'http.request.body.size',
  'http.request_content_length_uncompressed',
  'http.request_content_length',
];
const RESPONSE_BODY = ['http.response.body.content', 'http.response.body'] as const;
const RESPONSE_SIZE = [
  'http.response.body.size',
  'http.response_content_length_uncompressed',
  'http.response_content_length',
];
const REQUEST_HEADER = 'http.request.header.';
const RESPONSE_HEADER = 'http.response.header.';

/** Whether it tells of a request that was sent: a server's span tells of one that came. */
export function isHttpCall({ kind, attributes }: Span): boolean {
  if (textIn(attributes, ...METHOD) === undefined) return false;
  return kind === 'CLIENT' || (kind === 'UNSPECIFIED' && textIn(attributes, ...URL_FULL) !== undefined);
}

/** The request, as far as the span tells. Where it keeps no body and may have had one, `bodyUnknown`. */
export function httpRequest({ attributes }: Span): Result<RecordedRequest, Flaw> {
  const named = textIn(attributes, ...METHOD) ?? '';
  // `_OTHER` stands for a method that the instrumentation does not know.
  const method = named === '_OTHER' ? (textIn(attributes, 'http.request.method_original') ?? named) : named;
  const address = addressOf(attributes);
  if (address === undefined) return fail(malformed('it has no `url.full` that is a whole http or https address'));
  const [, origin, authority, target] = address;
  const listed = headersIn(attributes, REQUEST_HEADER);
  const headers = listed.some((name, index) => index % 2 === 0 && name === 'host')
    ? listed
    : ['host', authority, ...listed];
  const request = { method, address: origin + (target.startsWith('/') ? target : `/${target}`), headers };
  const body = bodyOf(attributes, method, valueOf(headers, 'content-type'));
  if (!body.ok) return body;
  const { bytes, type } = body.value;
  if (bytes === undefined) return ok({ ...request, body: Buffer.alloc(0), bodyUnknown: true });
  const typed = type === undefined ? headers : [...headers, 'content-type', type];
  return ok({ ...request, headers: typed, body: bytes });
}

export function httpAnswer({ attributes }: Span): RecordedAnswer {
  const status = numberIn(attributes, ...STATUS);
  const seen = status !== undefined && Number.isInteger(status) && status >= 100 && status <= 599;
  const headers = headersIn(attributes, RESPONSE_HEADER);
  const text = textIn(attributes, ...RESPONSE_BODY) ?? null;
  const size = numberIn(attributes, ...RESPONSE_SIZE);
  const bytes = text === null ? 0 : Buffer.byteLength(text);
  // A body in a span is cut in many cases: it is whole where its length says so, or where it is all of a JSON document.
  const whole = text !== null && (size === undefined ? isJson(text) : bytes >= size);
  return {
    status: seen ? status : null,
    headers,
    contentType: text !== null && isJson(text) ? 'application/json' : null,
    text,
    whole,
    bytes: lengthOf(size, bytes),
  };
}

/** Whole, its origin, host and target. Credentials before the host are `REDACTED`, as the conventions ask, or must not be. */
function addressOf(attributes: Attributes): [string, string, string, string] | undefined {
  const url = textIn(attributes, ...URL_FULL) ?? oldAddress(attributes);
  const parts = /^(https?:\/\/)(?:REDACTED:REDACTED@)?([^/?#@]+)(?=[/?#]|$)([^#]*)/i.exec(url ?? '');
  if (parts === null) return undefined;
  const [whole, scheme, authority, target] = parts as unknown as [string, string, string, string];
  return [whole, scheme + authority, authority, target];
}

/** Before 1.21.0 a client could tell its address in parts. */
function oldAddress(attributes: Attributes): string | undefined {
  const scheme = textIn(attributes, 'http.scheme');
  const host = textIn(attributes, 'http.host');
  const target = textIn(attributes, 'http.target');
  return scheme === undefined || host === undefined || target === undefined
    ? undefined
    : `${scheme}://${host}${target}`;
}

/** Names and values in turn; a header with several values has a list of them. */
function headersIn(attributes: Attributes, prefix: string): string[] {
  const headers: string[] = [];
  for (const [key, value] of attributes) {
    if (!key.startsWith(prefix)) continue;
    // Before 1.21.0 dashes were underscores.
    const name = key.slice(prefix.length).toLowerCase().replaceAll('_', '-');
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof one === 'string') headers.push(name, one);
    }
  }
  return headers;
}

interface Body {
  /** `undefined`: nobody knows. */
  readonly bytes: Buffer | undefined;
  /** Its media type, where no header names it. */
  readonly type: string | undefined;
}

const BODILESS = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);

function bodyOf(attributes: Attributes, method: string, contentType: string | undefined): Result<Body, Flaw> {
  const kept = REQUEST_BODY.map((name) => attributes.get(name)).find((value) => value !== undefined);
  const size = numberIn(attributes, ...REQUEST_SIZE, `${REQUEST_HEADER}content-length`);
  if (kept === undefined) {
    if (size === 0 || (size === undefined && BODILESS.has(method)))
      return ok({ bytes: Buffer.alloc(0), type: undefined });
    return ok({ bytes: undefined, type: undefined });
  }
  if (typeof kept !== 'string' && !Buffer.isBuffer(kept))
    return fail(malformed('its body is neither a text nor bytes'));
  const bytes = Buffer.isBuffer(kept) ? kept : Buffer.from(kept);
  if (size !== undefined && size > bytes.length)
    return fail(incomplete(`its body was cut: ${bytes.length} of ${size} bytes were recorded`));
  const json = isJson(bytes.toString());
  if (size === undefined && !json && bytes.length > 0)
    return fail(incomplete('nobody knows whether its body is whole: no `http.request.body.size` says so'));
  return ok({ bytes, type: contentType === undefined && json ? 'application/json' : undefined });
}

export function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function valueOf(headers: readonly string[], wanted: string): string | undefined {
  for (let index = 0; index < headers.length; index += 2) if (headers[index] === wanted) return headers[index + 1];
  return undefined;
}
