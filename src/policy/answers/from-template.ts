import { unreachable } from '../../std/assert.ts';
import { parseField } from '../field.ts';
import { declaredSource } from './declared.ts';
import { leaf, type AnswerPlan, type LeafPlan, type Member, type ObjectPlan, type Plan, type Source } from './plan.ts';
import { pathOf, type FieldTemplate, type RouteTemplate } from './templates.ts';

/**
 * How an answer is made as recorded ones were. What a document says beside it: the types, and which members an answer must
 * have. A member that varied in a way that nobody knows has no value, whatever a document shows as an example of it.
 */
export function templatePlan({ answer }: RouteTemplate, described: AnswerPlan | undefined): AnswerPlan | undefined {
  if (answer === undefined) return undefined;
  const { status, contentType, item, body = {} } = answer;
  const isItem = item === true;
  const beside = described?.isItem === true ? undefined : described?.body;
  const plan = contentType === null ? undefined : membersPlan(body, isItem ? undefined : beside, !isItem);
  return {
    status,
    contentType: contentType ?? undefined,
    body: plan,
    isItem: isItem && plan !== undefined,
    basis: described === undefined ? ['template'] : ['template', 'document'],
    faults: described?.faults ?? (() => []),
  };
}

/** @param isWhole whether a member that has no value is missing, or merely not different */
export function membersPlan(
  body: Readonly<Record<string, FieldTemplate>>,
  beside: Plan | undefined,
  isWhole: boolean,
): Plan {
  return Object.entries(body).reduce<Plan>(
    (plan, [pointer, field]) => withField(plan, pathOf(pointer), field, beside, isWhole),
    { kind: 'object', members: [] },
  );
}

function withField(
  plan: Plan,
  [name, ...rest]: readonly string[],
  field: FieldTemplate,
  beside: Plan | undefined,
  isWhole: boolean,
): Plan {
  if (name === undefined) return learnedLeaf(field, beside);
  const object: ObjectPlan = plan.kind === 'object' ? plan : { kind: 'object', members: [] };
  const before = object.members.find((member) => member.name === name);
  const its = beside?.kind === 'object' ? beside.members.find((member) => member.name === name) : undefined;
  const inner = withField(before?.plan ?? { kind: 'object', members: [] }, rest, field, its?.plan, isWhole);
  const isNeeded = beside === undefined ? field.optional !== true && isWhole : (its?.required ?? false);
  const member: Member = { name, plan: inner, required: before?.required === true || isNeeded };
  const members =
    before === undefined ? [...object.members, member] : object.members.map((one) => (one === before ? member : one));
  return { kind: 'object', members };
}

function learnedLeaf(field: FieldTemplate, beside: Plan | undefined): LeafPlan {
  const known = beside?.kind === 'leaf' ? beside : leaf([]);
  const as = field.from === 'request' ? field.as : undefined;
  return { ...known, ...(as !== undefined && { read: READERS[as] }), sources: sourcesOf(field) };
}

/** A form's texts as the values that were answered. */
const READERS: Readonly<Record<'number' | 'boolean', LeafPlan['read']>> = {
  number: (value) => (typeof value === 'string' && /^-?\d{1,15}(?:\.\d{1,6})?$/.test(value) ? Number(value) : value),
  boolean: (value) => (value === 'true' || value === 'false' ? value === 'true' : value),
};

function sourcesOf(field: FieldTemplate): readonly Source[] {
  switch (field.from) {
    case 'request': {
      const its = parseField(field.field);
      if (its === undefined) return [];
      const sent: Source = { from: 'request', field: its };
      return field.else === undefined ? [sent] : [sent, { from: 'unset', field: its, value: field.else }];
    }
    case 'text': {
      const source = declaredSource(field.text, []);
      return source.ok ? [source.value] : [];
    }
    case 'constant':
      return [{ from: 'constant', value: field.value, why: 'learned' }];
    case 'id':
      return [
        { from: 'id', form: { kind: 'text', prefix: field.prefix, alphabet: field.alphabet, length: field.length } },
      ];
    case 'uuid':
      return [{ from: 'id', form: { kind: 'uuid' } }];
    case 'number':
      return [{ from: 'id', form: { kind: 'number', digits: field.digits } }];
    case 'time':
      return [{ from: 'time', form: field.form }];
    case 'item':
    case 'varies':
      return [];
    default:
      return unreachable(field);
  }
}
