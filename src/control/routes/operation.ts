import type { OpenAPIHono } from '@hono/zod-openapi';
import type { z } from 'zod';
import type { Result } from '../../std/result.ts';
import type { OperationRefused, Operations } from '../../door/operations.ts';
import { speaker, type ControlContext, type ControlEnv } from '../access/human.ts';
import { may } from '../access/may.ts';
import { Refusal } from '../contract/acts.ts';
import { MAY, type Action } from '../contract/roles.ts';

/** The control API while it is put together: every resource adds its routes. */
export type ControlApp = OpenAPIHono<ControlEnv>;

const REFUSED = {
  400: 'The request makes no sense: a field that is missing, unknown or out of its bounds.',
  401: 'Nobody has signed in.',
  403: 'Whoever has signed in may not do this, not in that name, or not without the session’s `csrf`.',
  404: 'There is no such thing here.',
  409: 'Not as things stand; what stands against it is said.',
  413: 'The body is longer than anything this operation reads.',
  415: 'The body is not JSON, or does not say so.',
  421: 'It is not reached by that name.',
  429: 'Too many are asking at once, or somebody has tried too many tokens; a second later it may be otherwise.',
  503: 'It failed, or could not be made durable: nothing was confirmed.',
  504: 'It took longer than a look-up may.',
} as const;
type Refusable = keyof typeof REFUSED;

const ALWAYS = [401, 403, 421, 429, 503] as const;

const JSON_BODY = 'application/json';

function refusal(status: Refusable) {
  return { description: REFUSED[status], content: { [JSON_BODY]: { schema: Refusal } } };
}

/** What somebody must be allowed to use a route: `...asks('kill')`. */
export function asks(action: Action) {
  return { middleware: may(action), 'x-interlock-may': action };
}

/** Who may do something, in words; `admin` may do all of it. */
export function rolesOf(action: Action): string {
  return [...MAY[action], 'admin'].join(', ');
}

/** A request's body. */
export function json<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { 'application/json': { schema } } } as const;
}

/** What an operation answers where it is done, and for what else it is refused; what stands in {@link ALWAYS} is in every one. */
export function answers<Schema extends z.ZodType>(description: string, schema: Schema, ...refusals: Refusable[]) {
  return {
    200: { description, content: { 'application/json': { schema } } },
    ...Object.fromEntries([...ALWAYS, ...refusals].map((status) => [status, refusal(status)])),
  } as const;
}

/** {@link answers}, of an operation that has a body. */
export function acts<Schema extends z.ZodType>(description: string, schema: Schema, ...refusals: Refusable[]) {
  return answers(description, schema, 400, 413, 415, ...refusals);
}

/** A value as code gives it, which promises not to change what it was given. */
type Told<Value> = Value extends readonly (infer Item)[]
  ? readonly Told<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Told<Value[Key]> }
    : Value;

/** Says a value as its schema describes it. That no answer is another one than the document has, a test sees to. */
export function tell<Schema extends z.ZodType>(context: ControlContext, _schema: Schema, value: Told<z.input<Schema>>) {
  return context.json(value as object, 200) as never;
}

export function refuse(context: ControlContext, status: Refusable, error: string) {
  return context.json({ error }, status) as never;
}

/** How an operation went. */
export function answer<Schema extends z.ZodType>(
  context: ControlContext,
  schema: Schema,
  result: Result<Told<z.input<Schema>>, OperationRefused>,
) {
  return result.ok
    ? tell(context, schema, result.value)
    : refuse(context, result.failure.status, result.failure.message);
}

/** What somebody is told who was removed, changed or signed out while their request was still on its way. */
export const GONE = 'You were in when this began, and are no more. Sign in again. Nothing was done.';

/**
 * Does something in the name of whoever has signed in, or of whom the machine's token says: see {@link speaker}. By the
 * `operations` that it is given, whose records say how they have shown who they are.
 */
export async function inTheNameOf<Schema extends z.ZodType>(
  context: ControlContext,
  given: string | undefined,
  schema: Schema,
  act: (by: string, operations: Operations) => Promise<Result<Told<z.input<Schema>>, OperationRefused>>,
) {
  if (context.get('isStillIn')?.() === false) return refuse(context, 401, GONE);
  const by = speaker(context.get('human'), given);
  if (!by.ok) return refuse(context, given === undefined ? 400 : 403, by.failure);
  return answer(context, schema, await act(by.value, context.get('operations')));
}
