import { fail, ok, type Result } from '../../std/result.ts';
import { incomplete, malformed, type Flaw } from './recording.ts';
import { members, numberAt, pairsAt, textAt, type Members } from './fields.ts';

const FORM = 'application/x-www-form-urlencoded';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export interface HarBody {
  readonly bytes: Buffer;
  /** The request's, with the body's media type where only `postData` names it. */
  readonly headers: readonly string[];
}

/**
 * The bytes of a recorded body, from `postData`: its text, or a form's parameters. A file that left the body out, cut it,
 * or kept only the parameters of a multipart form does not say what was sent.
 */
export function readHarBody(request: Members, headers: readonly string[]): Result<HarBody, Flaw> {
  const size = numberAt(request, 'bodySize') ?? 0;
  const post = members(request['postData']);
  if (post === undefined) {
    return size > 0
      ? fail(incomplete(`its body of ${size} bytes was not recorded`))
      : ok({ bytes: Buffer.alloc(0), headers });
  }
  const type = textAt(post, 'mimeType');
  const bytes = bytesOf(post, type ?? '');
  if (!bytes.ok) return bytes;
  const { length } = bytes.value;
  if (size > length) return fail(incomplete(`its body was cut: ${length} of ${size} bytes were recorded`));
  const typed = headers.some((name, index) => index % 2 === 0 && name === 'content-type');
  const untyped = typed || type === undefined || type === '' || length === 0;
  return ok({ bytes: bytes.value, headers: untyped ? headers : [...headers, 'content-type', type] });
}

function bytesOf(post: Members, type: string): Result<Buffer, Flaw> {
  const text = textAt(post, 'text');
  if (text !== undefined && text !== '') {
    // Not of HAR 1.2, but written by some: the request's body encoded as answers are.
    if ((textAt(post, 'encoding') ?? textAt(post, '_encoding'))?.toLowerCase() !== 'base64')
      return ok(Buffer.from(text));
    return BASE64.test(text)
      ? ok(Buffer.from(text, 'base64'))
      : fail(malformed('its body claims to be base64 and is not'));
  }
  const listed = post['params'];
  if (!Array.isArray(listed) || listed.length === 0) return ok(Buffer.alloc(0));
  if (!type.toLowerCase().startsWith(FORM)) {
    return fail(incomplete('of its body only parameters were recorded, and it is no form'));
  }
  const params = pairsAt(post, 'params');
  if (params === undefined) return fail(malformed('its form parameters are not a list of names and values'));
  const fields: string[] = [];
  for (let index = 0; index < params.length; index += 2) {
    fields.push(
      params
        .slice(index, index + 2)
        .map(escaped)
        .join('='),
    );
  }
  return ok(Buffer.from(fields.join('&')));
}

/** As a form escapes a text (WHATWG URL, 5.2); a lone surrogate, which has no UTF-8, becomes the replacement character. */
function escaped(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
