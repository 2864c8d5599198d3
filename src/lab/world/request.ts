import type { Json } from '../../std/canonical-json.ts';
import { type Result, fail, ok } from '../../std/result.ts';
import { flatQuery, parseForm } from './form.ts';
import type { WorldCall } from './world.ts';

/** A request as a world reads it, all but its time and its headers. */
export type AskedOfWorld = Pick<WorldCall, 'method' | 'path' | 'query' | 'body'>;

/**
 * Reads a request by a business's own lights, and not by the door's.
 *
 * @param target path and query
 * @param text the body; empty: none
 */
export function readRequest(
  method: string,
  target: string,
  contentType: string | undefined,
  text: string,
): Result<AskedOfWorld, string> {
  const [pathname, search] = split(target);
  const body = readBody(contentType, text);
  if (!body.ok) return body;
  const path = pathname.includes('%') ? pathname.split('/').map(decodeSegment).join('/') : pathname;
  return ok({ method, path, query: search === '' ? {} : flatQuery(new URLSearchParams(search)), body: body.value });
}

function split(target: string): [string, string] {
  const mark = target.indexOf('?');
  return mark === -1 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}

/** `%2F` stays as it is: it is no separator, and a decoded one would look like it. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment).replaceAll('/', '%2F');
  } catch {
    return segment;
  }
}

/** A form is read as a form, anything else that is there as JSON. */
function readBody(contentType: string | undefined, text: string): Result<Json, string> {
  if (text === '') return ok(null);
  if (contentType?.startsWith('application/x-www-form-urlencoded') === true) {
    const form = parseForm(text);
    return form.ok ? form : fail(`The form cannot be read: ${form.failure}.`);
  }
  try {
    return ok(JSON.parse(text) as Json);
  } catch {
    return fail('The body is neither JSON nor declared as a form.');
  }
}
