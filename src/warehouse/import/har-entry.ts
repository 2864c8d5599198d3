import { fail, ok, type Result } from '../../std/result.ts';
import { readHarBody } from './har-body.ts';
import { instantOf, members, numberAt, pairsAt, textAt, type Members } from './fields.ts';
import {
  durationOf,
  isSession,
  lengthOf,
  malformed,
  type Flaw,
  type Reading,
  type RecordedAnswer,
  type RecordedRequest,
} from './recording.ts';

/** What entries without a page belong to. */
const NO_PAGE = 'har';

/** Reads one entry of a HAR. Whatever says one thing in one place and another elsewhere is not usable. */
export function readHarEntry(value: unknown, place: string, session: string | undefined): Reading {
  const flawed = (flaw: Flaw): Reading => ({ kind: 'unusable', place, ...flaw });
  const unusable = (why: string): Reading => flawed(malformed(why));
  const entry = members(value);
  if (entry === undefined) return unusable('it is not an object');
  const at = instantOf(textAt(entry, 'startedDateTime') ?? '');
  if (at === undefined) return unusable('its `startedDateTime` is missing or not an ISO 8601 time');
  const run = session ?? textAt(entry, 'pageref') ?? NO_PAGE;
  if (!isSession(run)) return unusable('its `pageref` is empty or too long to name a session');
  const request = requestOf(members(entry['request']));
  if (!request.ok) return flawed(request.failure);
  const answer = answerOf(members(entry['response']));
  if (!answer.ok) return unusable(answer.failure);
  // Absent or -1 (unknown): it counts as answered at once, which no rule but those on concurrency can tell.
  const durationMs = durationOf(numberAt(entry, 'time'));
  return {
    kind: 'exchange',
    exchange: { place, at, durationMs, session: run, request: request.value, answer: answer.value },
  };
}

function requestOf(request: Members | undefined): Result<RecordedRequest, Flaw> {
  const method = textAt(request, 'method');
  const url = textAt(request, 'url');
  if (request === undefined || method === undefined || url === undefined)
    return fail(malformed('its `request` has no method or no url'));
  const parts = /^(https?:\/\/([^/?#]+))([^#]*)/i.exec(url);
  if (parts === null) return fail(malformed('its url is not a whole http or https address'));
  const [, origin, authority, target] = parts as unknown as [string, string, string, string];
  if (authority.includes('@')) return fail(malformed('its url holds credentials before the host'));
  const listed = request['headers'] === undefined ? [] : pairsAt(request, 'headers');
  if (listed === undefined) return fail(malformed('its request headers are not a list of names and values'));
  const path = target.startsWith('/') ? target : `/${target}`;
  const headers = headersOf(listed, { method, authority, path });
  if (!headers.ok) return fail(malformed(headers.failure));
  const body = readHarBody(request, headers.value);
  if (!body.ok) return body;
  return ok({ method, address: origin + path, headers: body.value.headers, body: body.value.bytes });
}

/**
 * The headers as HTTP/1.1 has them: HTTP/2's pseudo headers (RFC 9113, 8.3.1) say again what method and url say, and must
 * say the same; the host is the url's where the file lists none.
 */
function headersOf(
  listed: readonly string[],
  { method, authority, path }: { readonly method: string; readonly authority: string; readonly path: string },
): Result<string[], string> {
  const expected: Readonly<Record<string, string>> = {
    ':method': method,
    ':authority': authority.toLowerCase(),
    ':path': path,
    host: authority.toLowerCase(),
  };
  const headers: string[] = [];
  let host = false;
  for (let index = 0; index < listed.length; index += 2) {
    const name = (listed[index] as string).toLowerCase();
    const value = listed[index + 1] as string;
    const said = expected[name];
    const found = name === 'host' || name === ':authority' ? value.toLowerCase() : value;
    if (said !== undefined && found !== said) return fail(`its header \`${name}\` and its url or method disagree`);
    if (name === 'host') host = true;
    if (!name.startsWith(':')) headers.push(name, value);
  }
  return ok(host ? headers : ['host', authority, ...headers]);
}

function answerOf(response: Members | undefined): Result<RecordedAnswer, string> {
  const headers = response?.['headers'] === undefined ? [] : pairsAt(response, 'headers');
  if (headers === undefined) return fail('its response headers are not a list of names and values');
  const status = numberAt(response, 'status');
  // Browsers write 0, or nothing, where a request failed or was blocked.
  const seen = status !== undefined && Number.isInteger(status) && status >= 100 && status <= 599;
  const content = members(response?.['content']);
  const text = answerText(content);
  return ok({
    status: seen ? status : null,
    headers,
    contentType: textAt(content, 'mimeType') ?? null,
    text,
    whole: text !== null,
    bytes: lengthOf(numberAt(content, 'size'), text === null ? 0 : Buffer.byteLength(text)),
  });
}

/** An answer that is no text, or says it is base64 and is not, is as good as not kept: no rule rests on it. */
function answerText(content: Members | undefined): string | null {
  const text = textAt(content, 'text');
  if (text === undefined) return null;
  if (textAt(content, 'encoding')?.toLowerCase() !== 'base64') return text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64'));
  } catch {
    return null;
  }
}
