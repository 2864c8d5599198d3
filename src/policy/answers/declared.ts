import { assert, unreachable } from '../../std/assert.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import { parseField, type Field } from '../field.ts';
import type { MembersFile, ValueFile } from '../schema/answer.ts';
import { formOf, type IdForm } from './id-form.ts';
import { leaf, type Member, type ObjectPlan, type Plan, type Source } from './plan.ts';

/** A value that the policy declares, as a source. The failure says what is wrong with it. */
export function declaredSource(value: ValueFile, path: readonly string[]): Result<Source, string> {
  if (typeof value === 'string') return textSource(value);
  if (value === null || typeof value !== 'object') return ok({ from: 'constant', value, why: 'declared' });
  if ('id' in value) return ok({ from: 'id', form: declaredForm(value.id) });
  if ('time' in value) return ok({ from: 'time', form: value.time });
  if ('value' in value) return ok({ from: 'constant', value: value.value, why: 'declared' });
  const [text, sign] = 'add' in value ? ([value.add, 1] as const) : ([value.subtract, -1] as const);
  const field = parseField(text);
  return isField(field) ? ok({ from: 'sum', path, field, sign }) : fail(`\`${text}\` is no field of a request`);
}

/** The fields of a request that a source reads. */
export function fieldsOf(source: Source): readonly Field[] {
  switch (source.from) {
    case 'request':
    case 'unset':
    case 'sum':
      return [source.field];
    case 'text':
      return source.parts.filter((part) => typeof part !== 'string');
    case 'constant':
    case 'id':
    case 'time':
    case 'item':
      return [];
    default:
      return unreachable(source);
  }
}

function textSource(text: string): Result<Source, string> {
  const parts: (string | Field)[] = [];
  for (const [index, part] of text.split(/\{([^{}]*)\}/).entries()) {
    if (index % 2 === 0) {
      if (/[{}]/.test(part))
        return fail(`\`${text}\` has a brace without its partner; write { value: "…" } for a text as it stands`);
      if (part !== '') parts.push(part);
      continue;
    }
    const field = parseField(part);
    if (!isField(field)) return fail(`\`{${part}}\` is no field of a request`);
    parts.push(field);
  }
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'object') return ok({ from: 'request', field: only });
  if (parts.every((part) => typeof part === 'string')) return ok({ from: 'constant', value: text, why: 'declared' });
  return ok({ from: 'text', parts });
}

function isField(field: Field | undefined): field is Field {
  return field !== undefined && !(field.kind === 'body' && field.path.length === 0);
}

/** The form of an example, or of ids of which only the beginning is said. */
function declaredForm(text: string): IdForm {
  return formOf([text]) ?? { kind: 'text', prefix: text, alphabet: 'letters', length: 24 };
}

/** Declared members, where the policy was checked. */
export function sourcesOf(
  members: MembersFile,
): readonly { readonly path: readonly string[]; readonly source: Source }[] {
  return Object.entries(members).map(([place, value]) => {
    const path = place.split('.');
    const source = declaredSource(value, path);
    assert(source.ok, `the declared value of \`${place}\` was checked when the policy was read`);
    return { path, source: source.value };
  });
}

/** A plan with declared members in the place of what it said of them. */
export function withDeclared(plan: Plan | undefined, members: MembersFile): Plan | undefined {
  return sourcesOf(members).reduce<Plan | undefined>((now, { path, source }) => withLeaf(now, path, source), plan);
}

function withLeaf(plan: Plan | undefined, [name, ...rest]: readonly string[], source: Source): Plan {
  if (name === undefined) {
    return plan?.kind === 'leaf' ? { ...plan, sources: [source, ...plan.sources] } : leaf([source]);
  }
  const object: ObjectPlan = plan?.kind === 'object' ? plan : { kind: 'object', members: [] };
  const before = object.members.find((member) => member.name === name);
  const member: Member = { name, plan: withLeaf(before?.plan, rest, source), required: true };
  const members =
    before === undefined ? [...object.members, member] : object.members.map((one) => (one === before ? member : one));
  return { kind: 'object', members };
}
