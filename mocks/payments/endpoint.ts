import type { Json } from '../../src/std/canonical-json.ts';
import { type Result, fail, ok } from '../../src/std/result.ts';
import { nest } from '../../src/lab/world/form.ts';
import { type Operation, operation } from '../../src/lab/world/operation.ts';
import type { WorldCall } from '../../src/lab/world/world.ts';
import type { Books } from './books.ts';
import { type Refusal, invalid } from './errors.ts';
import { expand, expansions } from './expand.ts';
import { type Fields, type Given, read } from './parameters.ts';

export type Parameters = Readonly<Record<string, Json>>;

/** One operation of the API. */
export interface Endpoint {
  readonly operation: Operation;
  /** Reads the parameters, and gives what is left to do. A refusal here means that nothing has begun. */
  begin(books: Books, given: Parameters, id: string): Result<() => Result<Json, Refusal>, Refusal>;
}

/** Declares an operation: where it is, what it takes, what it does. `expand[]` works on every one. */
export function endpoint<F extends Fields>(
  text: string,
  fields: F,
  run: (books: Books, given: Given<F>, id: string) => Result<Json, Refusal>,
): Endpoint {
  return {
    operation: operation(text),
    begin(books, input, id) {
      const paths = input['expand'] === undefined ? NO_EXPANSIONS : expansions(input['expand']);
      if (!paths.ok) return paths;
      const given = read(fields, input, 'expand');
      if (!given.ok) return given;
      return ok(() => {
        const result = run(books, given.value, id);
        if (!result.ok || paths.value.length === 0) return result;
        return ok(paths.value.reduce((value, path) => expand(books, value, path), result.value));
      });
    },
  };
}

const NO_EXPANSIONS = ok([]);

/** Query and form together, as Stripe reads them; where both name a parameter, the form counts. */
export function parametersOf({ method, headers, query, body }: WorldCall): Result<Parameters, Refusal> {
  const pairs = Object.entries(query);
  const inQuery = pairs.length === 0 ? NONE : nest(pairs);
  if (!inQuery.ok) return fail(invalid(`Invalid query: ${inQuery.failure}.`));
  if (method === 'GET' || body === null) return inQuery;
  const isForm = (headers['content-type'] ?? FORM).startsWith(FORM);
  if (isForm && isObject(body)) return ok({ ...inQuery.value, ...body });
  return fail(invalid(`Invalid request (check that your POST content type is ${FORM}).`));
}

const NONE: Result<Parameters, never> = ok({});
const FORM = 'application/x-www-form-urlencoded';

function isObject(value: Json): value is Parameters {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
