import { hash } from 'node:crypto';
import type { Json } from '../../std/canonical-json.ts';
import { ok, type Result } from '../../std/result.ts';
import type { BodyTerms } from '../../policy/index.ts';
import { readForm } from './form.ts';
import { readJson } from './json.ts';
import { isAmong, readMediaType } from './media-type.ts';
import type { Method } from './method.ts';
import { refuse, type Refusal } from './refusal.ts';

/** Larger than any call on a business API that a rule could understand; whoever collects the bytes stops here, with 413. */
export const BODY_MAX_BYTES = 2 * 1024 * 1024;

export interface Body {
  /** What rules read; `undefined`: no body, or one that nobody reads. */
  readonly value: Json | undefined;
  /** The bytes as text, exactly; `null`: no body, or one that nobody reads. */
  readonly text: string | null;
  /** As in `Target.nested`; empty for JSON, which has types of its own. */
  readonly nested: readonly string[];
  /** What stands for a body that nobody reads. Absent: it was read, or there is none. */
  readonly opaque?: OpaqueBody;
}

/** A body that is sent as it came and journalled as its digest. */
export interface OpaqueBody {
  readonly bytes: number;
  /** SHA-256, hex. */
  readonly sha256: string;
}

/** What every route takes: objects as `application/json`, and forms. */
export const STRICT_BODY: BodyTerms = { lists: false, jsonTypes: [], opaqueTypes: [], opaqueMaxBytes: 0 };

/** How much of a body is taken in, before anybody reads it. */
export interface Intake {
  readonly bytesMax: number;
  /** What a larger one is told. */
  readonly over: Refusal;
  readonly isOpaque: boolean;
}

const FORM = 'application/x-www-form-urlencoded';
const NO_BODY: Body = { value: undefined, text: null, nested: [] };

export function intakeOf(contentType: string | undefined, terms: BodyTerms): Intake {
  if (!isAmong(contentType, terms.opaqueTypes)) {
    // Whose type is wrong too is told that: a smaller one would not pass either.
    return typeOf(contentType, terms) === undefined ? UNTAKEN : TAKEN;
  }
  const bytesMax = terms.opaqueMaxBytes;
  return { bytesMax, over: tooLarge(bytesMax, '`body: { max: … }` on the route'), isOpaque: true };
}

/**
 * Reads a whole body as its media type says, never as it looks.
 * Its bytes are sent as they came: what is accepted has one reading, so it needs no rewriting.
 *
 * @param sha256 of the bytes, where somebody has it already
 */
export function readBody(
  method: Method,
  contentType: string | undefined,
  bytes: Buffer,
  terms: BodyTerms = STRICT_BODY,
  sha256?: string,
): Result<Body, Refusal> {
  if (bytes.length === 0) return ok(NO_BODY);
  const { bytesMax, over, isOpaque } = intakeOf(contentType, terms);
  if (bytes.length > bytesMax) return { ok: false, failure: over };
  // RFC 9110, 9.3.1: a body has no meaning there, and servers that skip it read it as the next request.
  if (method === 'GET' || method === 'HEAD')
    return refuse(400, 'body_unexpected', `A ${method} request must have no body.`);
  if (isOpaque)
    return ok({ ...NO_BODY, opaque: { bytes: bytes.length, sha256: sha256 ?? hash('sha256', bytes, 'hex') } });
  const type = typeOf(contentType, terms);
  if (type === undefined) return UNSUPPORTED;
  return type === FORM ? readForm(bytes) : readObject(bytes, terms);
}

/** A type that is read; `undefined`: none of them. */
function typeOf(contentType: string | undefined, { jsonTypes }: BodyTerms): string | undefined {
  const type = contentType === undefined ? undefined : readMediaType(contentType);
  if (type === undefined || type === FORM || type === 'application/json') return type;
  return jsonTypes.includes(type) ? type : undefined;
}

function readObject(bytes: Buffer, { lists }: BodyTerms): Result<Body, Refusal> {
  const json = readJson(bytes);
  if (!json.ok) return json;
  const { value, text } = json.value;
  if (value === null || typeof value !== 'object')
    return refuse(400, 'json_not_object', 'The JSON body must be an object.');
  if (Array.isArray(value) && !lists) {
    return refuse(
      400,
      'json_list',
      'The JSON body must be one object; send the items of a batch as calls of their own. ' +
        'A list passes where the policy says `body: { lists: true }` on the route.',
    );
  }
  return ok({ value, text, nested: NO_BODY.nested });
}

const UNSUPPORTED = refuse(
  415,
  'media_type',
  'The body must be sent as application/json or application/x-www-form-urlencoded, in UTF-8 and without other parameters. ' +
    'Other JSON passes where the policy says `body: { json: [TYPE] }` on the route, an upload with `body: { opaque: [TYPE] }`.',
);

function tooLarge(bytesMax: number, key: string): Refusal {
  const detail = `The body may be at most ${bytesMax} bytes long. Send less at a time; the policy can take more by ${key}.`;
  return { status: 413, reason: 'body_too_large', detail };
}

const LARGER = '`body: { opaque: [TYPE], max: … }` on the route, where no rule has to read it';
const TAKEN: Intake = { bytesMax: BODY_MAX_BYTES, over: tooLarge(BODY_MAX_BYTES, LARGER), isOpaque: false };
const UNTAKEN: Intake = { ...TAKEN, over: UNSUPPORTED.failure };
