import { assert } from '../../std/assert.ts';
import type { RouteId, UpstreamId } from '../../engine/ids.ts';
import { parseField, type Field } from '../field.ts';
import type { PolicyFile } from '../schema.ts';
import type { RouteFile } from '../schema/route.ts';
import { selects } from '../selector.ts';
import { parseSource } from '../sources.ts';
import { parseSubject } from '../subject.ts';
import { parseTemplate } from '../template.ts';
import { covers, isPersonal, parsePerson, parsePlace, type PersonPart, type Place, type Steps } from './place.ts';

/** What of a policy's traffic is personal data, and whose. */
export interface Privacy {
  /** The routes that carry any. */
  readonly routes: ReadonlyMap<RouteId, RoutePrivacy>;
  /** Upstreams of such routes: what an agent sends them to no route may hold the same, so it is sealed whole. */
  readonly upstreams: ReadonlySet<UpstreamId>;
  /**
   * Whether what provenance rules compare is personal data anywhere: then every value that they compare is a pseudonym,
   * for values of one route are compared with those of another.
   */
  readonly values: boolean;
}

export interface RoutePrivacy {
  /** `all`: every value. */
  readonly body: 'all' | readonly Steps[];
  readonly query: 'all' | readonly Steps[];
  readonly headers: ReadonlySet<string>;
  /** Which segments of the path, counted from 0, by the route's template; `all`: the path as a whole. */
  readonly segments: 'all' | ReadonlySet<number>;
  readonly answer: 'all' | readonly Steps[];
  /** The literal texts around the one field of its subject, where that is personal data. */
  readonly subject?: { readonly before: string; readonly after: string };
  /** Absent: the subject is the person. */
  readonly person: readonly PersonPart[] | undefined;
  /** The fields that the rules' facts are read from by way of a pseudonym. */
  readonly pseudonyms: {
    readonly subject: readonly Field[];
    readonly segment: readonly Field[];
    readonly values: readonly Field[];
  };
}

/** A call to no route of an upstream whose routes carry personal data. */
export const UNROUTED_PRIVACY: RoutePrivacy = {
  body: 'all',
  query: [],
  headers: new Set(),
  segments: 'all',
  answer: [],
  person: undefined,
  pseudonyms: { subject: [], segment: [], values: [] },
};

export function privacyOf(file: PolicyFile): Privacy {
  const values = comparesPersonalValues(file);
  const routes = Object.entries(file.routes).flatMap(([id, route]): [RouteId, RoutePrivacy][] => {
    const reads = valueFields(id, route, file);
    const compares = values && (reads.length > 0 || isSource(id, file));
    return route.pii === false && !compares ? [] : [[id as RouteId, routePrivacy(id, route, file, values)]];
  });
  const upstreams = Object.values(file.routes).flatMap(({ pii, upstream }) =>
    pii === false ? [] : [upstream as UpstreamId],
  );
  return { routes: new Map(routes), upstreams: new Set(upstreams), values };
}

/** Where a route's personal data stands. What `true` leaves out of the account is the subject; see {@link subjectFields}. */
export function placesOf({ pii }: RouteFile): readonly Place[] {
  if (pii === false) return [];
  if (pii === true) return ALL;
  return pii.flatMap((text) => parsePlace(text) ?? []);
}

const ALL: readonly Place[] = [
  { kind: 'body', steps: [] },
  { kind: 'query', steps: [] },
  { kind: 'answer', steps: [] },
];

/**
 * The fields of a route's subject that are personal data. Not with `true`: how people and rules name what a call acts on
 * is to stay readable unless the policy says otherwise of that very field.
 */
export function subjectFields(route: RouteFile): readonly Field[] {
  const subject = route.subject === undefined ? undefined : parseSubject(route.subject);
  if (route.pii === true || subject?.ok !== true) return [];
  const places = placesOf(route);
  return subject.value.filter((part) => typeof part !== 'string').filter((field) => isPersonal(field, places));
}

function routePrivacy(id: string, route: RouteFile, file: PolicyFile, values: boolean): RoutePrivacy {
  const places = placesOf(route);
  const within = (kind: 'body' | 'query' | 'answer'): 'all' | readonly Steps[] => {
    const steps = places.flatMap((place) => (place.kind === kind ? [place.steps] : []));
    return steps.some(({ length }) => length === 0) ? 'all' : steps;
  };
  const named = (kind: 'header' | 'param'): Set<string> =>
    new Set(places.flatMap((place) => (place.kind === kind ? [place.name] : [])));
  const template = parseTemplate(route.match);
  assert(template.ok, `the route \`${id}\` was checked when the policy was read`);
  const params = named('param');
  const segments = template.value.segments.flatMap((segment, index) =>
    segment.kind === 'parameter' && params.has(segment.name) ? [index] : [],
  );
  const person = route.person === undefined ? undefined : parsePerson(route.person);
  assert(person?.ok !== false, `the person of \`${id}\` was checked when the policy was read`);
  return {
    body: within('body'),
    query: within('query'),
    headers: named('header'),
    segments: new Set(segments),
    answer: within('answer'),
    person: person?.value,
    ...formOf(route),
    pseudonyms: {
      subject: subjectFields(route),
      segment: segmentFields(id, route, file).filter((field) => isPersonal(field, places)),
      values: values ? valueFields(id, route, file) : [],
    },
  };
}

/** Where the only field of a subject is personal data: what stands around it. */
function formOf(route: RouteFile): Pick<RoutePrivacy, 'subject'> {
  const subject = route.subject === undefined ? undefined : parseSubject(route.subject);
  if (subject?.ok !== true || subjectFields(route).length !== 1) return {};
  const texts = subject.value.map((part) => (typeof part === 'string' ? part : null));
  const at = texts.indexOf(null);
  if (texts.lastIndexOf(null) !== at) return {};
  return { subject: { before: texts.slice(0, at).join(''), after: texts.slice(at + 1).join('') } };
}

function comparesPersonalValues(file: PolicyFile): boolean {
  const reads = Object.entries(file.routes).some(([id, route]) =>
    valueFields(id, route, file).some((field) => isPersonal(field, placesOf(route))),
  );
  return reads || trustedSources(file).some(({ route, field }) => isPersonalSource(file.routes[route], field));
}

function isPersonalSource(route: RouteFile | undefined, field: string): boolean {
  const path = parseSource(field) ?? [];
  return route !== undefined && placesOf(route).some((place) => place.kind === 'answer' && covers(place.steps, path));
}

function isSource(id: string, file: PolicyFile): boolean {
  return trustedSources(file).some(({ route }) => route === id);
}

function trustedSources({ agents }: PolicyFile): readonly { readonly route: string; readonly field: string }[] {
  return Object.values(agents)
    .flatMap(({ provenance }) => provenance)
    .flatMap(({ from }) => from)
    .flatMap((source) => ('route' in source ? [source] : []));
}

/** The fields whose origin matters on one route. */
function valueFields(id: string, { effect }: RouteFile, { agents }: PolicyFile): readonly Field[] {
  const rules = Object.values(agents).flatMap(({ provenance }) => provenance);
  return rules.filter((rule) => selects(rule, id, effect)).flatMap(({ field }) => parseField(field) ?? []);
}

/** The fields that say to which segment a call of one route belongs. */
function segmentFields(id: string, { effect }: RouteFile, { agents }: PolicyFile): readonly Field[] {
  const rules = Object.values(agents).flatMap(({ segment }) => segment);
  return rules.filter((rule) => selects(rule, id, effect)).flatMap(({ by }) => parseField(by) ?? []);
}
