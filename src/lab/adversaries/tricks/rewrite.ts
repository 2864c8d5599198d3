import { assert } from '../../../std/assert.ts';
import type { Json } from '../../../std/canonical-json.ts';
import type { ProbeRequest } from '../../probe/course.ts';
import type { Operation } from '../ground.ts';
import { writeRequest } from '../ground/write-request.ts';

/** Stands in a request where text of an adversary's own comes: no encoding changes these letters. */
const MARK = 'interlockmarkedplace';

/** An operation's request with some text in place of one field's value, as an API's own parser might take it: `1e2`, `[5]`. */
export function withToken(
  operation: Operation,
  values: Readonly<Record<string, Json>>,
  place: string,
  token: string,
): ProbeRequest {
  const request = writeRequest(operation, { ...values, [place]: MARK });
  const escaped = encodeURIComponent(token);
  const inBody = operation.encoding === 'json' ? request.body?.replace(`"${MARK}"`, token) : undefined;
  const body = inBody ?? request.body?.replace(MARK, escaped);
  const headers = request.headers === undefined ? undefined : markless(request.headers, token);
  return {
    ...request,
    target: request.target.replace(MARK, escaped),
    ...(body !== undefined && { body }),
    ...(headers !== undefined && { headers }),
  };
}

function markless(headers: Readonly<Record<string, string>>, token: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace(MARK, token)]));
}

/** Where a second value of a field stands: a parser takes the first, the last, or the one of the other part. */
export type TwinAt = 'before' | 'after' | 'query';

/** A request in which a field stands once more, under a name as given. Of JSON, `token` is JSON. */
export function withTwin(request: ProbeRequest, at: TwinAt, name: string, token: string): ProbeRequest {
  const pair = `${encodeURIComponent(name)}=${encodeURIComponent(token)}`;
  const { target, body } = request;
  if (at === 'query' || body === undefined) {
    return { ...request, target: `${target}${target.includes('?') ? '&' : '?'}${pair}` };
  }
  if (!isJson(request)) return { ...request, body: at === 'before' ? `${pair}&${body}` : `${body}&${pair}` };
  const member = `${JSON.stringify(name)}:${token}`;
  const inner = body.trim().slice(1, -1);
  assert(body.trim().startsWith('{'), 'a JSON request of an operation is an object');
  const members = inner === '' ? [member] : at === 'before' ? [member, inner] : [inner, member];
  return { ...request, body: `{${members.join(',')}}` };
}

/** The same body under the other media type. */
export function asOtherType(request: ProbeRequest): ProbeRequest {
  const type = isJson(request) ? 'application/x-www-form-urlencoded' : 'application/json';
  return { ...request, headers: { ...request.headers, 'content-type': type } };
}

function isJson({ headers }: ProbeRequest): boolean {
  return headers?.['content-type']?.startsWith('application/json') === true;
}
