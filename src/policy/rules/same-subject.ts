import type { RouteFile } from '../schema/route.ts';
import { parseSubject, type SubjectTemplate } from '../subject.ts';
import { parameters, parseTemplate, shape } from '../template.ts';

/** Whether a call of one route and a call of another can have the same subject, by the literal texts around its fields. */
export function canBeSameSubject(one: RouteFile, other: RouteFile): boolean {
  const [a, b] = [subjectOf(one), subjectOf(other)];
  // What has no subject, or a faulty one, is an error of its own.
  if (a === undefined || b === undefined) return true;
  const [starts, ends] = [[a.at(0), b.at(0)].map(literal), [a.at(-1), b.at(-1)].map(literal)];
  return agree(starts, (long, short) => long.startsWith(short)) && agree(ends, (long, short) => long.endsWith(short));
}

/**
 * Whether calls of two routes that have the same subject also have the same address: then what one says of its resource
 * (its ETag) is said of the other's too. Queries apart, which no subject tells of.
 */
export function isSameResource(one: RouteFile, other: RouteFile): boolean {
  const [a, b] = [addressOf(one), addressOf(other)];
  return one.upstream === other.upstream && a !== undefined && a === b;
}

/** The path's shape, and which of its parameters make up the subject, in turn; `undefined` unless all of them do. */
function addressOf(route: RouteFile): string | undefined {
  const template = parseTemplate(route.match);
  const subject = subjectOf(route);
  if (!template.ok || subject === undefined) return undefined;
  const names = parameters(template.value);
  const parts = subject.map((part) => {
    if (typeof part === 'string') return JSON.stringify(part);
    return part.kind === 'param' ? names.indexOf(part.name) : undefined;
  });
  const isWhole = !parts.includes(undefined) && names.every((_, index) => parts.includes(index));
  return isWhole ? `${shape(template.value)} ${parts.join(' ')}` : undefined;
}

function subjectOf({ subject }: RouteFile): SubjectTemplate | undefined {
  const parsed = subject === undefined ? undefined : parseSubject(subject);
  return parsed?.ok === true ? parsed.value : undefined;
}

function literal(part: SubjectTemplate[number] | undefined): string {
  return typeof part === 'string' ? part.toLowerCase() : '';
}

/** Whether the longer of two texts has the shorter at its edge. */
function agree([a = '', b = '']: readonly string[], has: (long: string, short: string) => boolean): boolean {
  return a.length < b.length ? has(b, a) : has(a, b);
}
