import type { Json } from '../../std/canonical-json.ts';
import type { CallId } from '../../engine/ids.ts';
import type { Request, Route } from '../../engine/policy.ts';
import { readField, type PersonPart, type Steps } from '../../policy/index.ts';

/** Longer is no name. What is kept under it is found again by it all the same. */
const PERSON_LENGTH_MAX = 512;

/** Whose data a request holds: as the policy names them, else its subject, else nobody but the call itself. */
export function personOf(
  parts: readonly PersonPart[] | undefined,
  request: Request,
  route: Route | undefined,
  call: CallId,
): string {
  const named = parts && nameOf(parts, (part) => (part.kind === 'answer' ? undefined : readField(part)(request)));
  return named ?? subjectOf(route, request) ?? call;
}

/**
 * Whose data stands at `path` of an answer; `undefined` where the answer does not say. In a list of people each member's
 * own name counts: `customer:{answer.data.id}` for what stands in `data.3` is the `id` of `data.3`.
 */
export function personIn(
  parts: readonly PersonPart[],
  request: Request,
  body: Json | undefined,
  path: Steps,
): string | undefined {
  return nameOf(parts, (part) => (part.kind === 'answer' ? along(body, part.steps, path) : readField(part)(request)));
}

function nameOf(
  parts: readonly PersonPart[],
  read: (part: Exclude<PersonPart, string>) => Json | undefined,
): string | undefined {
  let name = '';
  for (const part of parts) {
    const text = typeof part === 'string' ? part : read(part);
    if ((typeof text !== 'string' && typeof text !== 'number') || text === '') return undefined;
    name += text;
  }
  return name.length > PERSON_LENGTH_MAX ? undefined : name;
}

export function subjectOf(route: Route | undefined, request: Request): string | null {
  try {
    return route?.subject?.(request) ?? null;
  } catch {
    return null;
  }
}

/** The value at `steps`, taking the same member of each list as `path` does for as long as both go the same way. */
function along(from: Json | undefined, steps: Steps, path: Steps): Json | undefined {
  let value = from;
  let together = 0;
  for (const step of steps) {
    while (Array.isArray(value)) {
      const only = value.length === 1 ? '0' : undefined;
      const position = together < path.length ? path[together] : only;
      if (position === undefined) return undefined;
      value = value[Number(position)];
      together += 1;
    }
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string, Json>>)[step];
    together = path[together] === step ? together + 1 : path.length;
  }
  return value;
}
