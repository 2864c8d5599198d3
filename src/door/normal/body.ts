import type { Json } from '../../std/canonical-json.ts';
import { ok, type Result } from '../../std/result.ts';
import { readForm } from './form.ts';
import { readJson } from './json.ts';
import { readMediaType } from './media-type.ts';
import type { Method } from './method.ts';
import { refuse, type Refusal } from './refusal.ts';

/** Larger than any call on a business API that a rule could understand; whoever collects the bytes stops here, with 413. */
export const BODY_MAX_BYTES = 2 * 1024 * 1024;

export interface Body {
  /** What rules read; `undefined`: no body. */
  readonly value: Json | undefined;
  /** The bytes as text, exactly; `null`: no body. */
  readonly text: string | null;
  /** As in `Target.nested`; empty for JSON, which has types of its own. */
  readonly nested: readonly string[];
}

/** What a route takes beyond objects as `application/json` and forms. */
export interface BodyOptions {
  /** Whether a JSON body may be a list. Off: a batch would be many calls judged as one. */
  readonly lists: boolean;
  /** Further media types that are JSON: `['application/merge-patch+json']`. */
  readonly jsonTypes: readonly string[];
}

export const STRICT_BODY: BodyOptions = { lists: false, jsonTypes: [] };

const FORM = 'application/x-www-form-urlencoded';
const NO_BODY: Body = { value: undefined, text: null, nested: [] };

/**
 * Reads a whole body as its media type says, never as it looks.
 * Its bytes are sent as they came: what is accepted has one reading, so it needs no rewriting.
 */
export function readBody(
  method: Method,
  contentType: string | undefined,
  bytes: Buffer,
  options: BodyOptions = STRICT_BODY,
): Result<Body, Refusal> {
  if (bytes.length === 0) return ok(NO_BODY);
  if (bytes.length > BODY_MAX_BYTES) {
    return refuse(413, 'body_too_large', `The body may be at most ${BODY_MAX_BYTES} bytes long.`);
  }
  // RFC 9110, 9.3.1: a body has no meaning there, and servers that skip it read it as the next request.
  if (method === 'GET' || method === 'HEAD')
    return refuse(400, 'body_unexpected', `A ${method} request must have no body.`);
  const type = contentType === undefined ? undefined : readMediaType(contentType);
  if (type === FORM) return readForm(bytes);
  if (type === undefined || (type !== 'application/json' && !options.jsonTypes.includes(type))) return UNSUPPORTED;
  const json = readJson(bytes);
  if (!json.ok) return json;
  const { value, text } = json.value;
  if (value === null || typeof value !== 'object')
    return refuse(400, 'json_not_object', 'The JSON body must be an object.');
  if (Array.isArray(value) && !options.lists) {
    return refuse(
      400,
      'json_list',
      'The JSON body must be one object; send the items of a batch as calls of their own.',
    );
  }
  return ok({ value, text, nested: NO_BODY.nested });
}

const UNSUPPORTED = refuse(
  415,
  'media_type',
  'The body must be sent as application/json or application/x-www-form-urlencoded, in UTF-8 and without other parameters.',
);
