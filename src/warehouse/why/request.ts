import type { CallEntry } from '../../journal/entry.ts';
import { joined, scalarsOf, type Scalar } from './scalars.ts';

/** A value that a request carries, and in which part of it. */
export interface Parameter extends Scalar {
  readonly in: 'path' | 'query' | 'body';
}

/** The values of a request: the steps of its path, its query, and its body where it is JSON or a form. */
export function requestScalars({
  target,
  body,
  headers,
}: Pick<CallEntry, 'target' | 'body' | 'headers'>): readonly Parameter[] {
  const question = target.indexOf('?');
  const path = question === -1 ? target : target.slice(0, question);
  const steps = path.split('/').slice(1).map(decoded);
  return [
    ...steps.flatMap((text, index): Parameter[] =>
      text === '' ? [] : [{ in: 'path', path: String(index), kind: 'string', text }],
    ),
    ...(question === -1
      ? []
      : formScalars(target.slice(question + 1)).map((one) => ({ ...one, in: 'query' as const }))),
    ...bodyScalars(body, headers['content-type'] ?? '').map((one) => ({ ...one, in: 'body' as const })),
  ];
}

function bodyScalars(body: string | null, contentType: string): readonly Scalar[] {
  if (body === null || body === '') return [];
  if (contentType.includes('json') || /^\s*[{[]/.test(body)) return scalarsOf(body);
  return contentType === '' || contentType.includes('x-www-form-urlencoded') ? formScalars(body) : [];
}

function formScalars(text: string): readonly Scalar[] {
  return [...new URLSearchParams(text)].map(([name, value]) => ({ path: formPath(name), kind: 'string', text: value }));
}

/** `metadata[order]` → `metadata.order` */
function formPath(name: string): string {
  const steps = name.split(/[[\]]+/).filter((step) => step !== '');
  return steps.reduce((path, step) => joined(path, step), '') || name;
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
