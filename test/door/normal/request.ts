import { readBody, type Body } from '../../../src/door/normal/body.ts';
import { readHeaders, type RequestHeaders } from '../../../src/door/normal/headers.ts';
import { readMethod } from '../../../src/door/normal/method.ts';
import type { Refusal } from '../../../src/door/normal/refusal.ts';
import { readTarget, type Target } from '../../../src/door/normal/target.ts';
import { ok, type Result } from '../../../src/std/result.ts';

export interface Read {
  readonly method: string;
  readonly target: Target;
  readonly headers: RequestHeaders;
  readonly body: Body;
}

/** Reads raw, well-framed bytes as the door does, in its order: method, headers, target, body. */
export function readRequest(raw: string): Result<Read, Refusal> {
  const [head = '', body = ''] = split(raw, '\r\n\r\n');
  const [line = '', ...fields] = head.split('\r\n');
  const [verb = '', address = ''] = line.split(' ');
  const flat = fields.flatMap((field) => split(field, ':').map((part) => part.trim()));
  const method = readMethod(verb);
  if (!method.ok) return method;
  const headers = readHeaders(flat);
  if (!headers.ok) return headers;
  const target = readTarget(address);
  if (!target.ok) return target;
  const read = readBody(method.value, headers.value.contentType, Buffer.from(body, 'latin1'));
  if (!read.ok) return read;
  return ok({ method: method.value, target: target.value, headers: headers.value, body: read.value });
}

function split(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
