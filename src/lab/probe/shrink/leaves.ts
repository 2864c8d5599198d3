import { unreachable } from '../../../std/assert.ts';
import type { Json } from '../../../std/canonical-json.ts';
import type { ProbeRequest } from '../course.ts';

/** Where one value of a request stands. */
export type Place =
  | { readonly in: 'path' | 'query' | 'form'; readonly index: number }
  | { readonly in: 'json'; readonly path: readonly string[] }
  | { readonly in: 'header'; readonly name: string };

/** One value of a request: what a simpler one may stand for, or what may be left out. */
export interface Leaf {
  readonly place: Place;
  /** As rules write it: `body.amount`, `query.limit`, `header.idempotency-key`; of a path, the segment's number. */
  readonly name: string;
  readonly value: Scalar;
}

export type Scalar = string | number | boolean | null;

const CONTENT_TYPE = 'content-type';

/** Every value of a request but the type of its body. */
export function leavesOf(request: ProbeRequest): readonly Leaf[] {
  const { segments, query } = targetOf(request);
  return [
    ...segments.map((value, index): Leaf => ({ place: { in: 'path', index }, name: `path.${index}`, value })),
    ...query.map(([key, value], index): Leaf => ({ place: { in: 'query', index }, name: `query.${key}`, value })),
    ...Object.entries(request.headers ?? {})
      .filter(([name]) => name !== CONTENT_TYPE)
      .map(([name, value]): Leaf => ({ place: { in: 'header', name }, name: `header.${name}`, value })),
    ...bodyLeaves(request),
  ];
}

/** The same request with another value, or without one (`undefined`); of a path no segment can be left out. */
export function withLeaf(request: ProbeRequest, { place }: Leaf, value: Scalar | undefined): ProbeRequest {
  switch (place.in) {
    case 'path':
      return value === undefined ? request : withSegment(request, place.index, String(value));
    case 'query': {
      const { path, query } = targetOf(request);
      const search = encode(replaced(query, place.index, value));
      return { ...request, target: search === '' ? path : `${path}?${search}` };
    }
    case 'header': {
      const headers = { ...request.headers };
      if (value === undefined) delete headers[place.name];
      else headers[place.name] = String(value);
      return { ...request, headers };
    }
    case 'form':
      return { ...request, body: encode(replaced(formOf(request), place.index, value)) };
    case 'json':
      return { ...request, body: JSON.stringify(put(jsonOf(request), place.path, value)) };
    default:
      return unreachable(place);
  }
}

function bodyLeaves(request: ProbeRequest): readonly Leaf[] {
  const json = jsonOf(request);
  if (json !== undefined) return jsonLeaves(json, []);
  return formOf(request).map(([key, value], index): Leaf => ({
    place: { in: 'form', index },
    name: dotted(key),
    value,
  }));
}

/** `metadata[order]` → `body.metadata.order` */
function dotted(key: string): string {
  return `body.${key.replaceAll(/\[([^\]]*)\]/g, '.$1')}`;
}

function jsonLeaves(value: Json, path: readonly string[]): readonly Leaf[] {
  if (value === null || typeof value !== 'object') {
    return path.length === 0 ? [] : [{ place: { in: 'json', path }, name: ['body', ...path].join('.'), value }];
  }
  return Object.entries(value).flatMap(([key, member]) => jsonLeaves(member, [...path, key]));
}

function put(from: Json | undefined, path: readonly string[], value: Scalar | undefined): Json | undefined {
  const [key, ...rest] = path;
  if (key === undefined || from === undefined || from === null || typeof from !== 'object') return value;
  const members: readonly (readonly [string, Json])[] = Object.entries(from);
  const kept = members.flatMap(([name, member]): [string, Json][] => {
    if (name !== key) return [[name, member]];
    const next = put(member, rest, value);
    return next === undefined ? [] : [[name, next]];
  });
  return Array.isArray(from) ? kept.map(([, member]) => member) : Object.fromEntries(kept);
}

type Pairs = readonly (readonly [string, string])[];

function replaced(pairs: Pairs, at: number, value: Scalar | undefined): Pairs {
  return pairs.flatMap((pair, index): Pairs => {
    if (index !== at) return [pair];
    return value === undefined ? [] : [[pair[0], String(value)]];
  });
}

/** As a form is sent: brackets stay readable, as client libraries write them. */
function encode(pairs: Pairs): string {
  return new URLSearchParams(pairs.map(([key, value]): [string, string] => [key, value]))
    .toString()
    .replaceAll('%5B', '[')
    .replaceAll('%5D', ']');
}

function formOf({ body, headers }: ProbeRequest): Pairs {
  const isForm = headers?.[CONTENT_TYPE]?.includes('form') ?? false;
  return body === undefined || !isForm ? [] : [...new URLSearchParams(body)];
}

function jsonOf({ body, headers }: ProbeRequest): Json | undefined {
  if (body === undefined || headers?.[CONTENT_TYPE]?.includes('json') === false) return undefined;
  try {
    return JSON.parse(body) as Json;
  } catch {
    return undefined;
  }
}

function targetOf({ target }: ProbeRequest): { path: string; segments: readonly string[]; query: Pairs } {
  const [path, search = ''] = target.split('?', 2) as [string, string?];
  return { path, segments: path.split('/').slice(1), query: [...new URLSearchParams(search)] };
}

function withSegment(request: ProbeRequest, index: number, value: string): ProbeRequest {
  const mark = request.target.indexOf('?');
  const [path, search] =
    mark === -1 ? [request.target, ''] : [request.target.slice(0, mark), request.target.slice(mark)];
  const segments = path.split('/');
  segments[index + 1] = value;
  return { ...request, target: segments.join('/') + search };
}
