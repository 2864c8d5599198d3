import { fail, ok, type Result } from '../../std/result.ts';
import { parseField, type Field } from '../field.ts';

/** Member names from the outermost on; `*` stands for every member of a list or an object. */
export type Steps = readonly string[];

/** Where personal data stands: in the request, as rules name its fields, or in the answer. Without steps: all of it. */
export type Place =
  | { readonly kind: 'body' | 'query' | 'answer'; readonly steps: Steps }
  | { readonly kind: 'header' | 'param'; readonly name: string };

/** An entry of `pii:`; `undefined` where it is none. */
export function parsePlace(text: string): Place | undefined {
  const [root, ...steps] = text.split('.') as [string, ...string[]];
  if (root === 'body' || root === 'query' || root === 'answer') return { kind: root, steps };
  if (root === 'header')
    return steps.length === 1 ? { kind: 'header', name: (steps[0] as string).toLowerCase() } : undefined;
  return steps.length === 0 ? { kind: 'param', name: root } : undefined;
}

/** A part of `person:`. Lists need no `*`: which member is meant follows from where the data stands. */
export type PersonPart = string | Field | { readonly kind: 'answer'; readonly steps: Steps };

export function parsePerson(text: string): Result<readonly PersonPart[], string> {
  const parts: PersonPart[] = [];
  for (const [index, part] of text.split(/\{([^{}]*)\}/).entries()) {
    if (index % 2 === 0) {
      if (/[{}]/.test(part)) return fail(`\`${text}\` has a brace without its partner`);
      if (part !== '') parts.push(part);
      continue;
    }
    const [root, ...steps] = part.split('.');
    const isAnswer = root === 'answer' && steps.length > 0 && steps.every((step) => /^[A-Za-z0-9_-]+$/.test(step));
    const field = isAnswer ? ({ kind: 'answer', steps } as const) : parseField(part);
    if (field === undefined || (field.kind === 'body' && field.path.length === 0)) {
      return fail(`\`{${part}}\` is no field of a request or an answer`);
    }
    parts.push(field);
  }
  if (parts.every((part) => typeof part === 'string'))
    return fail(`\`${text}\` names no field, so all would be one person`);
  return ok(parts);
}

/**
 * Whether `path`, the way to one value, lies at `steps` or below it. A position in a list (`0`, or `''` of a form's `a[]`)
 * may be left out of `steps`: a list on the way stands for each of its members.
 */
export function covers(steps: Steps, path: Steps): boolean {
  let at = 0;
  for (const step of path) {
    if (at === steps.length) return true;
    if (steps[at] === step || steps[at] === '*') at += 1;
    else if (!isPosition(step)) return false;
  }
  return at === steps.length;
}

function isPosition(step: string): boolean {
  return step === '' || /^\d+$/.test(step);
}

/** Whether one of the places covers a field that a rule reads. */
export function isPersonal(field: Field, places: readonly Place[]): boolean {
  return places.some((place) => {
    if ('name' in field) return 'name' in place && place.kind === field.kind && place.name === field.name;
    return 'steps' in place && place.kind === field.kind && covers(place.steps, field.path);
  });
}
