import type { Json } from '../../std/canonical-json.ts';
import type { ConditionContext, Request } from '../../engine/policy.ts';
import type { Field } from '../field.ts';

/** What a condition may ask about. */
export const VARIABLES = ['method', 'params', 'query', 'body', 'headers', 'agent', 'task'] as const;
export type Variable = (typeof VARIABLES)[number];

/** What a precondition's condition may ask about beside these: the answer to the read, `{ status, body }`. */
export const RESPONSE = 'response';
export const RESPONSE_MEMBERS = ['status', 'body'] as const;

/** The variables of one call. `body` is `null` where there is none. */
export type Facts = Readonly<Record<Variable, Json>> & { readonly [RESPONSE]?: Json };

/** Integers as APIs write them: no sign but a minus, no leading zeros, no spaces. */
export const INTEGER = /^(0|-?[1-9]\d{0,17})$/;

/**
 * The variables of a request. A form's values are all strings; the one field that `integer` names (the route's
 * `amount.minor`) is given as an int where it is one, so that `body.amount <= 20000` means the same for forms and JSON.
 */
export function factsOf(request: Request, context: ConditionContext, integer: Field | undefined): Facts {
  const { method, params, headers } = request;
  const body = request.body ?? null;
  return {
    method,
    params,
    headers,
    query: integer?.kind === 'query' ? withInteger(request.query, integer.path) : request.query,
    body: integer?.kind === 'body' ? withInteger(body, integer.path) : body,
    agent: context.agent,
    task: context.task,
  };
}

/** A copy in which the text at `path` is a number; the very same value where it is no integer there. */
function withInteger(value: Json, path: readonly string[]): Json {
  const [step, ...rest] = path;
  if (step === undefined) {
    const number = typeof value === 'string' && INTEGER.test(value) ? Number(value) : value;
    return typeof number === 'number' && Number.isSafeInteger(number) ? number : value;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, step)) return value;
  const members = value as Readonly<Record<string, Json>>;
  const inner = members[step] as Json;
  const changed = withInteger(inner, rest);
  return changed === inner ? value : { ...members, [step]: changed };
}

/** A JSON number in CEL: an int where it is a whole number that JSON carries exactly, else a double. */
export function lift<T>(value: T): T | bigint {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
}
