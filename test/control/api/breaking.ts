import { operationsOf, type ApiDocument, type Operation } from './contract-check.ts';

type Schema = Readonly<Record<string, unknown>>;

/**
 * What somebody who was written against `before` would stumble over in `after`. What is asked may only grow less, what is
 * answered may only grow more; a new operation, a new optional field of a request and a new field of an answer are no breaks.
 */
export function breaks(before: ApiDocument, after: ApiDocument): readonly string[] {
  const now = new Map(operationsOf(after).map(({ verb, path, operation }) => [`${verb} ${path}`, operation]));
  return operationsOf(before).flatMap(({ verb, path, operation }) => {
    const name = `${verb} ${path}`;
    const other = now.get(name);
    if (other === undefined) return [`${name} is gone`];
    return [
      ...parameterBreaks(operation, other),
      ...schemaBreaks(bodyOf(operation), bodyOf(other), { before, after, way: 'request', at: 'body' }),
      ...Object.keys(operation.responses).flatMap((status) => {
        if (other.responses[status] === undefined) return [`${status} is not answered any more`];
        const [old, made] = [contentOf(operation, status), contentOf(other, status)];
        if (old?.[0] !== made?.[0]) return [`${status} is answered as ${made?.[0]}, not as ${old?.[0]}`];
        return schemaBreaks(old?.[1], made?.[1], { before, after, way: 'answer', at: status });
      }),
    ].map((what) => `${name}: ${what}`);
  });
}

interface Way {
  readonly before: ApiDocument;
  readonly after: ApiDocument;
  readonly way: 'request' | 'answer';
  readonly at: string;
}

function schemaBreaks(old: Schema | undefined, made: Schema | undefined, way: Way): readonly string[] {
  const [a, b] = [resolved(old, way.before), resolved(made, way.after)];
  if (a === undefined || b === undefined) return a === b ? [] : [`${way.at} is there on one side only`];
  for (const union of ['anyOf', 'oneOf']) {
    const [olds, mades] = [listOf(a[union]), listOf(b[union])];
    if (olds.length === 0 && mades.length === 0) continue;
    if (olds.length !== mades.length) return [`${way.at} is another choice`];
    return olds.flatMap((one, index) => schemaBreaks(one, mades[index], { ...way, at: `${way.at}|${index}` }));
  }
  return [
    ...typeBreaks(a, b, way),
    ...propertyBreaks(a, b, way),
    ...(a['items'] === undefined ? [] : inner(a['items'], b['items'], way, '[]')),
    ...(typeof a['additionalProperties'] === 'object'
      ? inner(a['additionalProperties'], b['additionalProperties'], way, '.*')
      : []),
  ];
}

const inner = (a: unknown, b: unknown, way: Way, step: string): readonly string[] =>
  schemaBreaks(a as Schema, b as Schema | undefined, { ...way, at: way.at + step });

function typeBreaks(a: Schema, b: Schema, { way, at }: Way): readonly string[] {
  const types = (schema: Schema): readonly unknown[] => [schema['type']].flat().filter((one) => one !== undefined);
  const values = (schema: Schema): readonly unknown[] => (schema['enum'] as unknown[] | undefined) ?? [];
  const [wide, narrow] = way === 'request' ? [b, a] : [a, b];
  const isWithin = (some: readonly unknown[], all: readonly unknown[]): boolean =>
    all.length === 0 || (some.length > 0 && some.every((one) => all.includes(one)));
  return [
    ...(isWithin(types(narrow), types(wide)) ? [] : [`${at} is of another type`]),
    ...(isWithin(values(narrow), values(wide)) ? [] : [`${at} has other values`]),
  ];
}

function propertyBreaks(a: Schema, b: Schema, way: Way): readonly string[] {
  const [olds, mades] = [propertiesOf(a), propertiesOf(b)];
  const [was, is] = [requiredOf(a), requiredOf(b)];
  const lost = Object.keys(olds).flatMap((name) => {
    if (mades[name] === undefined) return [`${way.at}.${name} is gone`];
    return schemaBreaks(olds[name], mades[name], { ...way, at: `${way.at}.${name}` });
  });
  const [demanded, free] = way.way === 'request' ? [is, was] : [was, is];
  const changed = [...demanded].filter((name) => !free.has(name) && (way.way === 'request' || name in mades));
  return [
    ...lost,
    ...changed.map((name) => `${way.at}.${name} is ${way.way === 'request' ? 'needed now' : 'not always there'}`),
  ];
}

function parameterBreaks(old: Operation, made: Operation): readonly string[] {
  type Parameter = { readonly name: string; readonly in: string; readonly required?: boolean };
  const of = ({ parameters = [] }: Operation): readonly Parameter[] => parameters;
  const same = (a: Parameter, b: Parameter): boolean => a.name === b.name && a.in === b.in;
  return [
    ...of(old).flatMap((one) => (of(made).some((other) => same(one, other)) ? [] : [`parameter ${one.name} is gone`])),
    ...of(made).flatMap((one) =>
      one.required === true && of(old).find((other) => same(one, other))?.required !== true
        ? [`parameter ${one.name} is needed now`]
        : [],
    ),
  ];
}

function resolved(schema: Schema | undefined, document: ApiDocument): Schema | undefined {
  const ref = schema?.['$ref'];
  if (typeof ref !== 'string') return schema;
  return document.components.schemas[ref.split('/').at(-1) ?? ''] as Schema | undefined;
}

const propertiesOf = (schema: Schema): Readonly<Record<string, Schema>> =>
  (schema['properties'] as Readonly<Record<string, Schema>> | undefined) ?? {};
const requiredOf = (schema: Schema): ReadonlySet<string> => new Set(schema['required'] as string[] | undefined);
const listOf = (value: unknown): readonly Schema[] => (Array.isArray(value) ? (value as Schema[]) : []);

function bodyOf({ requestBody }: Operation): Schema | undefined {
  const { content } = (requestBody ?? {}) as { readonly content?: Readonly<Record<string, { schema: Schema }>> };
  return content?.['application/json']?.schema;
}

function contentOf({ responses }: Operation, status: string): readonly [string, Schema] | undefined {
  const [first] = Object.entries(responses[status]?.content ?? {});
  return first === undefined ? undefined : [first[0], first[1].schema as Schema];
}
