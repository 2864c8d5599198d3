import { unreachable } from '../../std/assert.ts';
import type { Json } from '../../std/canonical-json.ts';
import { comparable } from '../../engine/guards/provenance.ts';
import { sameness } from '../../engine/guards/once.ts';
import type { FactViews } from '../../engine/facts.ts';
import type { Request } from '../../engine/policy.ts';
import { readField, type Field, type RoutePrivacy } from '../../policy/index.ts';

/** Gives the pseudonym of a value; `canonical` is the form in which rules compare it. */
export type Pseudonym = (value: string, canonical: string) => string;

/**
 * The request as the readers of facts see it: with pseudonyms where a fact would be personal data. So the engine decides
 * on what the journal keeps, and decides the same when it has nothing else.
 */
export function viewsOf(
  request: Request,
  { subject, segment, values }: RoutePrivacy['pseudonyms'],
  give: Pseudonym,
): FactViews {
  return {
    subject: masked(request, subject, (text) => give(text, sameness(text))),
    segment: masked(request, segment, (text) => give(text, sameness(text))),
    values: masked(request, values, (text) => {
      const canonical = comparable(text);
      return canonical === null ? text : give(text, canonical);
    }),
  };
}

function masked(request: Request, fields: readonly Field[], mask: (text: string) => string): Request {
  let view = request;
  for (const field of fields) {
    const value = readField(field)(request);
    // Anything else is no single value: a reader makes nothing of it either.
    const text = typeof value === 'number' && !isRounded(value) ? String(value) : value;
    if (typeof text === 'string' && text !== '') view = put(view, field, mask(text));
  }
  return view;
}

/** Beyond 2^53 two integers may have become one number: no reader takes it for an id. */
function isRounded(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

function put(request: Request, field: Field, value: string): Request {
  switch (field.kind) {
    case 'body':
      return { ...request, body: within(request.body, field.path, value) };
    case 'query':
      return { ...request, query: within(request.query, field.path, value) as Request['query'] };
    case 'header':
      return { ...request, headers: { ...request.headers, [field.name]: value } };
    case 'param':
      return { ...request, params: { ...request.params, [field.name]: value } };
    default:
      return unreachable(field);
  }
}

/** A copy along the path; the rest is shared. */
function within(from: Json | undefined, [step, ...rest]: readonly string[], value: string): Json {
  if (step === undefined) return value;
  if (Array.isArray(from))
    return from.map((member, index) => (String(index) === step ? within(member, rest, value) : member));
  const members = from as Readonly<Record<string, Json>>;
  return { ...members, [step]: within(members[step], rest, value) };
}
