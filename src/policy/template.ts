import { fail, ok, type Result } from '../std/result.ts';
import { FIELD_ROOTS } from './field.ts';

/** A path longer than this is no business API's. */
const SEGMENTS_MAX = 32;

export const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const MATCH_FORM = `a method (${METHODS.join(', ')}) and a path: POST /v1/refunds/{id}`;

export type Segment =
  { readonly kind: 'literal'; readonly text: string } | { readonly kind: 'parameter'; readonly name: string };

export interface TemplateFault {
  readonly message: string;
  readonly accepted?: string;
}

/** `GET /v1/charges/{id}`, read. */
export interface Template {
  readonly method: string;
  /** As written. */
  readonly path: string;
  /** Decoded. `/` has none; a trailing slash is an empty literal at the end. */
  readonly segments: readonly Segment[];
}

/** Reads a route's `match`; the failure says what is wrong with it. */
export function parseTemplate(text: string): Result<Template, TemplateFault> {
  const match = /^(\S+) (\S+)$/.exec(text);
  if (match === null)
    return fail({ message: `\`${text}\` is not a method and a path with one space between`, accepted: MATCH_FORM });
  const [, method, path] = match as unknown as [string, string, string];
  if (!METHODS.includes(method))
    return fail({ message: `\`${method}\` is no method that the door forwards`, accepted: MATCH_FORM });
  if (!path.startsWith('/'))
    return fail({ message: `the path \`${path}\` does not start with \`/\``, accepted: MATCH_FORM });
  if (/[?#]/.test(path))
    return fail({ message: `the path \`${path}\` has a query or fragment; conditions judge those` });
  const texts = path === '/' ? [] : path.slice(1).split('/');
  if (texts.length > SEGMENTS_MAX) return fail({ message: `the path has more than ${SEGMENTS_MAX} segments` });
  const segments: Segment[] = [];
  for (const [index, part] of texts.entries()) {
    const segment = parseSegment(part, index === texts.length - 1);
    if (!segment.ok) return fail({ message: segment.failure });
    segments.push(segment.value);
  }
  const names = segments.flatMap((segment) => (segment.kind === 'parameter' ? [segment.name] : []));
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) return fail({ message: `the parameter \`{${repeated}}\` stands in the path twice` });
  return ok({ method, path, segments });
}

export function parameters(template: Template): readonly string[] {
  return template.segments.flatMap((segment) => (segment.kind === 'parameter' ? [segment.name] : []));
}

/** The same for two templates that match the same paths: `/v1/charges/{}`. */
export function shape(template: Template): string {
  return template.segments
    .map((segment) => (segment.kind === 'literal' ? encodeURIComponent(segment.text) : '{}'))
    .join('/');
}

function parseSegment(text: string, last: boolean): Result<Segment, string> {
  const parameter = /^\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(text)?.[1];
  if (parameter !== undefined) {
    if (FIELD_ROOTS.includes(parameter)) return fail(`no path parameter may be called \`{${parameter}}\``);
    return ok({ kind: 'parameter', name: parameter });
  }
  if (/[{}*]/.test(text))
    return fail(`\`${text}\`: a parameter is a whole segment, \`{name}\`; there are no wildcards`);
  if (text === '' && !last) return fail('the path has an empty segment (`//`)');
  const literal = decoded(text);
  if (literal === undefined) return fail(`\`${text}\` is not well percent-encoded`);
  if (literal === '.' || literal === '..') return fail(`the path has a \`${text}\` segment`);
  return ok({ kind: 'literal', text: literal });
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
