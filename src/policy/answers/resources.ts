import type { PolicyFile } from '../schema.ts';
import { parseTemplate, shape, type Segment, type Template } from '../template.ts';
import { idNames } from './fields.ts';

/**
 * What an operation does to the things of its API, told by its method and path alone.
 * - `item`, `list` and `count` read: `GET /v1/refunds/{id}`, `GET /v1/refunds`, `GET /v1/refunds/count`
 * - `create`, `update` and `delete` write: `POST /v1/refunds`, `PUT|PATCH|POST /v1/refunds/{id}`, `DELETE /v1/refunds/{id}`
 * - `action` writes in some way of its own: `POST /v1/refunds/{id}/cancel`
 */
export type Role = 'item' | 'list' | 'count' | 'create' | 'update' | 'delete' | 'action';

/** What one route is about. */
export interface Resource {
  readonly role: Role;
  /** The path of the item or list that a request means, its own segments encoded: `/v1/refunds/re_1`. */
  readonly path: (params: Readonly<Record<string, string>>) => string;
  /** The same for all routes about the same item or list: `v1/refunds/{}`. */
  readonly shape: string;
  /** The same for a list, its count and its items, of one upstream: `api v1/refunds`. */
  readonly collection: string;
  /** The path of the item that something new is made below; `undefined`: there is none, or nothing new is made. */
  readonly parent: Resource['path'] | undefined;
  /** The path parameter that names the item; `undefined` of a list, and of what there is only one of. */
  readonly param: string | undefined;
  /** What items there may call their own id, the likeliest first. */
  readonly idNames: readonly string[];
}

const COUNT = /^_?counts?$/;

/** What each route that parses is about, by its name. */
export function resourcesOf(routes: PolicyFile['routes']): ReadonlyMap<string, Resource> {
  const templates = new Map<string, Parsed>();
  for (const [id, { match, upstream, effect }] of Object.entries(routes)) {
    const template = parseTemplate(match);
    if (template.ok) templates.set(id, { template: template.value, upstream, isRead: effect === 'read' });
  }
  const reads = new Set<string>();
  const posts = new Set<string>();
  const puts = new Set<string>();
  const params = new Map<string, string>();
  for (const { template, upstream } of templates.values()) {
    const key = `${upstream} ${shape(template)}`;
    const last = template.segments.at(-1);
    if (template.method === 'GET') {
      reads.add(key);
      if (last?.kind === 'parameter') params.set(key, last.name);
    }
    if (template.method === 'POST') posts.add(key);
    if (template.method === 'PUT' || template.method === 'PATCH') puts.add(key);
  }
  const known: Known = { reads, posts, puts, params };
  const all = new Map(
    [...templates].flatMap(([id, { template, upstream, isRead }]) => {
      const its = resourceOf(template, upstream, isRead, known);
      return its === undefined ? [] : [[id, its] as const];
    }),
  );
  for (const [id, { answer }] of Object.entries(routes)) {
    const read = answer?.item === undefined ? undefined : templates.get(answer.item);
    const own = templates.get(id);
    if (read !== undefined && own !== undefined) all.set(id, answering(read, all.get(id), own, known));
  }
  return all;
}

/** What a write is about whose answer is said to be an item that another route reads. */
function answering(read: Parsed, own: Resource | undefined, write: Parsed, known: Known): Resource {
  const item = resource('item', read.template.segments, read.upstream, known);
  if (own?.shape === item.shape) return { ...own, role: own.role === 'create' ? 'action' : own.role };
  const last = write.template.segments.at(-1);
  if (write.template.method === 'POST' && last?.kind === 'literal') {
    const made = resource('create', read.template.segments.slice(0, -1), read.upstream, known);
    return { ...made, parent: parentOf(write.template.segments) };
  }
  return { ...item, role: own?.role === 'update' || own?.role === 'delete' ? own.role : 'action' };
}

/** A route's template. */
interface Parsed {
  readonly template: Template;
  readonly upstream: string;
  readonly isRead: boolean;
}

/** The route that reads the item that a write acts on; `undefined`: there is none. */
export function itemRouteOf(
  id: string,
  { shape: own }: Resource,
  routes: PolicyFile['routes'],
  resources: ReadonlyMap<string, Resource>,
): string | undefined {
  return [...resources].find(
    ([other, its]) => its.role === 'item' && its.shape === own && routes[other]?.upstream === routes[id]?.upstream,
  )?.[0];
}

/** Which paths the catalogue reads and writes: upstream and shape. */
interface Known {
  readonly reads: ReadonlySet<string>;
  readonly posts: ReadonlySet<string>;
  readonly puts: ReadonlySet<string>;
  /** What the item read at a path calls its id. */
  readonly params: ReadonlyMap<string, string>;
}

/** What a route of one role is about whose item or list stands at these segments. */
function resource(role: Role, its: readonly Segment[], upstream: string, known: Known): Resource {
  const end = its.at(-1);
  const collection = end?.kind === 'parameter' ? its.at(-2) : end;
  const param = end?.kind === 'parameter' ? end.name : undefined;
  const itemKey = end?.kind === 'parameter' ? `${upstream} ${shapeOf(its)}` : `${upstream} ${shapeOf(its)}/{}`;
  const word = collection?.kind === 'literal' ? collection.text : '';
  return {
    role,
    path: pathOf(its),
    shape: shapeOf(its),
    collection: `${upstream} ${shapeOf(end?.kind === 'parameter' ? its.slice(0, -1) : its)}`,
    parent: undefined,
    param,
    idNames: idNames(word, known.params.get(itemKey) ?? param),
  };
}

/** The path of the item below which a list stands: `/v1/orders/{id}` of `/v1/orders/{id}/items`. */
function parentOf(segments: readonly Segment[]): Resource['parent'] {
  const owner = segments.findLastIndex(({ kind }) => kind === 'parameter');
  return owner === -1 ? undefined : pathOf(segments.slice(0, owner + 1));
}

function resourceOf(template: Template, upstream: string, isRead: boolean, known: Known): Resource | undefined {
  const { method, segments } = template;
  const last = segments.at(-1);
  const key = `${upstream} ${shape(template)}`;
  const about = (role: Role, its: readonly Segment[]): Resource => resource(role, its, upstream, known);
  if (isRead) {
    if (method !== 'GET' && method !== 'HEAD') return undefined;
    if (last?.kind === 'parameter') return about('item', segments);
    if (last !== undefined && COUNT.test(last.text)) return about('count', segments.slice(0, -1));
    const isSingle = known.puts.has(key) && !known.posts.has(key);
    return about(isSingle ? 'item' : 'list', segments);
  }
  switch (method) {
    case 'POST': {
      if (last?.kind === 'parameter') return about('update', segments);
      const owner = segments.findLastIndex(({ kind }) => kind === 'parameter');
      const isCollection = owner === -1 || known.reads.has(key) || known.reads.has(`${key}/{}`);
      return isCollection
        ? { ...about('create', segments), parent: parentOf(segments) }
        : about('action', segments.slice(0, owner + 1));
    }
    case 'PUT':
    case 'PATCH':
      return last?.kind === 'parameter' || !known.posts.has(key) ? about('update', segments) : undefined;
    case 'DELETE':
      return about('delete', segments);
    default:
      return undefined;
  }
}

function shapeOf(segments: readonly Segment[]): string {
  return shape({ method: '', path: '', segments });
}

function pathOf(segments: readonly Segment[]): Resource['path'] {
  return (params) =>
    segments
      .map(
        (segment) => `/${encodeURIComponent(segment.kind === 'literal' ? segment.text : (params[segment.name] ?? ''))}`,
      )
      .join('');
}
