import { assert } from '../std/assert.ts';
import { fail, ok, type Result } from '../std/result.ts';
import type { RouteId } from '../engine/ids.ts';
import type { Precondition } from '../engine/policy.ts';
import { integerField } from './amount.ts';
import { evaluator, parseCondition, type Subject } from './cel/condition.ts';
import { factsOf } from './cel/facts.ts';
import { parseField, readField, type Field } from './field.ts';
import { ruleId } from './rules/kind.ts';
import type { PolicyFile } from './schema.ts';
import type { RouteFile } from './schema/route.ts';
import { METHODS, parameters, parseTemplate, type Template } from './template.ts';

export const READ_FORM = 'a GET with fields of the write in it: GET /v1/charges/{body.charge}';

/** Text as it is sent, or a field of the write. */
type Part = string | Field;

/** `GET /v1/refunds/{body.refund}?expand={query.expand}`, read. A field is a whole segment, or the whole value of a query's name. */
export interface ReadTemplate {
  readonly segments: readonly Part[];
  readonly query: readonly (readonly [name: string, value: Part])[];
}

export function parseRead(text: string): Result<ReadTemplate, string> {
  const [, method, path, search] = /^(\S+) (\/[^\s?#]*)(?:\?([^\s?#]+))?$/.exec(text) ?? [];
  if (method === undefined || path === undefined) return fail(`\`${text}\` is no method and path`);
  if (method !== 'GET') return fail(METHODS.includes(method) ? `${method} is no read` : `\`${method}\` is no method`);
  const segments = partsOf(path.slice(1).split('/'));
  if (!segments.ok) return segments;
  const pairs = search === undefined ? [] : search.split('&').map((pair) => pair.split('='));
  if (pairs.some((pair) => pair.length !== 2 || pair.includes('') || /[{}]/.test(pair[0] ?? ''))) {
    return fail(`the query of \`${text}\` is no list of names and values`);
  }
  const values = partsOf(pairs.map(([, value]) => value ?? ''));
  if (!values.ok) return values;
  return ok({
    segments: segments.value,
    query: values.value.map((value, index) => [pairs[index]?.[0] ?? '', value] as const),
  });
}

/** The one catalogued route that the read is, as the router finds it: where several fit, the more literal one. */
export function routeOfRead(
  { segments }: ReadTemplate,
  upstream: string,
  routes: PolicyFile['routes'],
): readonly [string, RouteFile] | undefined {
  const kinds = ({ segments: own }: Template): string => own.map(({ kind }) => kind).join(' ');
  return Object.entries(routes)
    .flatMap(([id, route]) => {
      const template = parseTemplate(route.match);
      const fits = template.ok && route.upstream === upstream && template.value.method === 'GET';
      return fits && isMet(template.value, segments) ? [{ id, route, kinds: kinds(template.value) }] : [];
    })
    .toSorted((a, b) => (a.kinds < b.kinds ? -1 : 1))
    .map(({ id, route }) => [id, route] as const)[0];
}

/** What a precondition's `require` is about: the write, and the answer to the read. */
export function requirementOf(route: RouteFile): Subject {
  const template = parseTemplate(route.match);
  const params = template.ok ? parameters(template.value) : [];
  return { params, integer: integerField(route.amount), answer: true };
}

/** Only of a route whose precondition was checked. */
export function compilePrecondition(id: string, file: RouteFile, routes: PolicyFile['routes']): Precondition {
  const { read = '', require: source = '' } = file.precondition ?? {};
  const template = parseRead(read);
  const route = template.ok ? routeOfRead(template.value, file.upstream, routes) : undefined;
  const subject = requirementOf(file);
  const parsed = parseCondition(source, subject);
  assert(template.ok && route !== undefined && parsed.ok, `the precondition of \`${id}\` was checked when it was read`);
  const evaluate = evaluator(parsed.value);
  return {
    rule: ruleId(['routes', id, 'precondition']),
    route: route[0] as RouteId,
    target: readTarget(template.value),
    source,
    test: (request, context, { status, body = null }) =>
      evaluate({ ...factsOf(request, context, subject.integer), response: { status, body } }),
  };
}

/** The target of a read, of the write that it is for; `null` where a field is missing, empty, or neither text nor number. */
export function readTarget({ segments, query }: ReadTemplate): Precondition['target'] {
  const texts = segments.map(textReader);
  const pairs = query.map(([name, value]) => [name, textReader(value)] as const);
  return (request) => {
    const path = texts.map((text) => text(request));
    const search = pairs.map(([name, text]) => [name, text(request)] as const);
    if (path.includes(null) || search.some(([, value]) => value === null)) return null;
    const asked = search.length === 0 ? '' : `?${search.map((pair) => pair.join('=')).join('&')}`;
    return `/${path.join('/')}${asked}`;
  };
}

function textReader(part: Part): (request: Parameters<Precondition['target']>[0]) => string | null {
  if (typeof part === 'string') return () => part;
  const read = readField(part);
  return (request) => {
    const value = read(request);
    const isText = (typeof value === 'string' && value !== '') || typeof value === 'number';
    return isText ? encodeURIComponent(value) : null;
  };
}

function partsOf(texts: readonly string[]): Result<readonly Part[], string> {
  const parts: Part[] = [];
  for (const text of texts) {
    const inner = /^\{([^{}]*)\}$/.exec(text)?.[1];
    if (inner === undefined && /[{}]/.test(text)) return fail(`\`${text}\`: a field stands alone, \`{body.x}\``);
    const field = inner === undefined ? undefined : parseField(inner);
    const isWholeBody = field?.kind === 'body' && field.path.length === 0;
    if (inner !== undefined && (field === undefined || isWholeBody)) {
      return fail(`\`{${inner}}\` is no field of a request`);
    }
    parts.push(field ?? text);
  }
  return ok(parts);
}

function isMet({ segments }: Template, parts: readonly Part[]): boolean {
  if (segments.length !== parts.length) return false;
  return segments.every((segment, index) => {
    const part = parts[index];
    if (segment.kind === 'parameter') return part !== '';
    return typeof part === 'string' && part === encodeURIComponent(segment.text);
  });
}
