import { z } from 'zod';
import type { Json } from '../../std/canonical-json.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import { parseField } from '../field.ts';
import { ALPHABETS, ID_LENGTH_MAX, type Alphabet } from './id-form.ts';

/** More is no file that a person reviews. */
export const TEMPLATES_BYTES_MAX = 8 * 1024 * 1024;

const AnyJson = z.json() as z.ZodType<Json>;
const Pointer = z
  .string()
  .regex(/^(?:\/(?:[^/~]|~[01])*)+$/)
  .max(512);
const Field = z.string().refine((text) => parseField(text) !== undefined);
const alphabets = Object.keys(ALPHABETS) as [Alphabet, ...Alphabet[]];

const Optional = { optional: z.literal(true).optional() };

/** Where the value of one field of an answer comes from, in every answer that was seen. */
const FieldTemplate = z.discriminatedUnion('from', [
  z.strictObject({
    from: z.literal('request'),
    field: Field,
    /** What a form's text is in the answer. */
    as: z.enum(['number', 'boolean']).optional(),
    /** What is answered where it is not sent. */
    else: AnyJson.optional(),
    ...Optional,
  }),
  /** A text with fields of the request in it: `No such customer: {id}`. */
  z.strictObject({ from: z.literal('text'), text: z.string().max(4_000), ...Optional }),
  z.strictObject({ from: z.literal('constant'), value: AnyJson, ...Optional }),
  z.strictObject({
    from: z.literal('id'),
    prefix: z.string().max(ID_LENGTH_MAX),
    alphabet: z.enum(alphabets),
    length: z.int().min(1).max(ID_LENGTH_MAX),
    ...Optional,
  }),
  z.strictObject({ from: z.literal('uuid'), ...Optional }),
  z.strictObject({ from: z.literal('number'), digits: z.int().min(1).max(16), ...Optional }),
  z.strictObject({
    from: z.literal('time'),
    form: z.enum(['seconds', 'milliseconds', 'date-time', 'date']),
    ...Optional,
  }),
  /** What the item had there that its session read before. */
  z.strictObject({ from: z.literal('item'), ...Optional }),
  z.strictObject({ from: z.literal('varies'), ...Optional }),
]);

const Body = z.record(Pointer, FieldTemplate);
const Seen = z.strictObject({ answers: z.int().min(0), sessions: z.int().min(0) });

const RouteTemplate = z.strictObject({
  /** As the route had it when this was learned: of another one it is no template. */
  match: z.string(),
  seen: Seen,
  answer: z
    .strictObject({
      status: z.int().min(200).max(299),
      contentType: z.string().max(200).nullable(),
      /** The answer is the item that the path names; `body` says what is different in it. */
      item: z.literal(true).optional(),
      body: Body.optional(),
    })
    .optional(),
  order: z.enum(['newest-first', 'oldest-first']).optional(),
  gone: z.strictObject({ status: z.int().min(200).max(499), body: Body }).optional(),
});

export const TemplatesFile = z.strictObject({
  title: z.literal('Interlock answer templates'),
  version: z.literal(1),
  routes: z.record(z.string(), RouteTemplate),
});

export type TemplatesFile = z.infer<typeof TemplatesFile>;
export type RouteTemplate = z.infer<typeof RouteTemplate>;
export type FieldTemplate = z.infer<typeof FieldTemplate>;

/** Reads what `interlock templates learn` wrote. The failure says what is wrong with the first thing that is. */
export function readTemplates(bytes: Uint8Array): Result<TemplatesFile, string> {
  if (bytes.length > TEMPLATES_BYTES_MAX)
    return fail(`it has ${bytes.length} bytes; at most ${TEMPLATES_BYTES_MAX} are read`);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    return fail(`it is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const read = TemplatesFile.safeParse(json);
  if (read.success) return ok(read.data);
  const [issue] = read.error.issues;
  return fail(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is none'}`);
}

/** `/amount/value` ↔ `['amount', 'value']` (RFC 6901). */
export function pointerOf(path: readonly string[]): string {
  return path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

export function pathOf(pointer: string): readonly string[] {
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
