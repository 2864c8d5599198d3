import type { Json } from '../../std/canonical-json.ts';
import { isMoment, type LoadedPolicy, type Order, type RouteTemplate, type TemplatesFile } from '../../policy/index.ts';
import type { RouteId } from '../../engine/ids.ts';
import { isObject } from '../json.ts';
import { envelopeOf } from '../overlay/envelope.ts';
import { askedOf, ordinalOf } from '../overlay/query.ts';
import { BodyLearner } from './body-learner.ts';
import { requestFields } from './explanations.ts';
import type { Discretion, Sight } from './field-learner.ts';
import type { Sample } from './samples.ts';

/** A value that fewer sessions had may be one person's. */
export const CONSTANT_SESSIONS_MIN = 3;

/** Learns how an API answers from what it did answer: no more than what held of every answer that was seen. */
export function learnTemplates(
  samples: Iterable<Sample>,
  policy: LoadedPolicy,
  sessionsMin = CONSTANT_SESSIONS_MIN,
): TemplatesFile {
  const learners = new Map<RouteId, RouteLearner>();
  for (const sample of samples) {
    const { route } = sample.reading.call;
    const learner = learners.get(route) ?? new RouteLearner();
    learners.set(route, learner);
    learner.see(sample);
  }
  const routes = [...learners].flatMap(([id, learner]): [string, RouteTemplate][] => {
    const route = policy.policy.routes.get(id);
    const learned = route && learner.template({ isPersonal: route.pii, sessionsMin });
    return route === undefined || learned === undefined
      ? []
      : [[id, { match: `${route.method} ${route.template}`, ...learned }]];
  });
  routes.sort(([a], [b]) => (a < b ? -1 : 1));
  return { title: 'Interlock answer templates', version: 1, routes: Object.fromEntries(routes) };
}

/** One route's answers. */
class RouteLearner {
  #answers = 0;
  readonly #sessions = new Set<string>();
  readonly #statuses = new Map<number, number>();
  readonly #types = new Set<string | null>();
  #isWhole = true;
  readonly #body = new BodyLearner();
  #hasBody: boolean | undefined;
  readonly #gone = new Map<number, { readonly body: BodyLearner; count: number; isAfterDelete: boolean }>();
  readonly #orders = new Map<Order | 'none', number>();
  #isWrite = false;
  #acts = false;

  see(sample: Sample): void {
    const { reading, resource, status, body } = sample;
    const { call } = reading;
    this.#isWrite = call.effect !== 'read';
    this.#acts = resource?.role === 'update' || resource?.role === 'action';
    const sight = sightOf(sample);
    if (resource?.role === 'item' && (status === 404 || status === 410 || sample.isDeleted))
      this.#seeGone(sample, sight);
    if (resource?.role === 'list' && status === 200 && body !== undefined) this.#seePage(sample, body);
    if (!this.#isWrite || status < 200 || status > 299) return;
    this.#answers += 1;
    this.#sessions.add(sight.session);
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
    this.#types.add(sample.contentType);
    this.#isWhole &&= sample.isWhole;
    if (body !== undefined) this.#body.see(body, sight);
    const hasBody = body !== undefined;
    this.#isWhole &&= this.#hasBody === undefined || this.#hasBody === hasBody;
    this.#hasBody = hasBody;
  }

  #seeGone({ status, body, isDeleted }: Sample, sight: Sight): void {
    if (body === undefined) return;
    const found = this.#gone.get(status) ?? { body: new BodyLearner(), count: 0, isAfterDelete: false };
    found.isAfterDelete ||= isDeleted;
    found.count += 1;
    found.body.see(body, sight);
    this.#gone.set(status, found);
    this.#sessions.add(sight.session);
    this.#answers += 1;
  }

  #seePage({ reading, resource }: Sample, body: Json): void {
    const path = resource?.path(reading.request.params) ?? '';
    const items = envelopeOf(body, path.slice(path.lastIndexOf('/') + 1))?.items ?? [];
    if (askedOf(reading.request.query).hasOrder) return;
    const order = orderOf(items);
    if (order === undefined) return;
    this.#orders.set(order, (this.#orders.get(order) ?? 0) + 1);
    this.#sessions.add(sessionOf(reading));
    this.#answers += 1;
  }

  template(discretion: Discretion): Omit<RouteTemplate, 'match'> | undefined {
    const answer = this.#answer(discretion);
    const gone = this.#goneTemplate(discretion);
    const [order, ...others] = this.#orders.keys();
    const isKnown =
      order !== undefined && order !== 'none' && others.length === 0 && (this.#orders.get(order) ?? 0) >= PAGES_MIN;
    if (answer === undefined && gone === undefined && !isKnown) return undefined;
    return {
      seen: { answers: this.#answers, sessions: this.#sessions.size },
      ...(answer !== undefined && { answer }),
      ...(isKnown && { order }),
      ...(gone !== undefined && { gone }),
    };
  }

  /** `undefined` where its answers had different forms, or were not kept whole. */
  #answer(discretion: Discretion): RouteTemplate['answer'] {
    const [status, ...others] = this.#statuses.keys();
    const [contentType = null] = this.#types;
    if (!this.#isWrite || status === undefined || others.length > 0 || this.#types.size > 1 || !this.#isWhole)
      return undefined;
    if (this.#sessions.size < discretion.sessionsMin) return undefined;
    if (this.#hasBody !== true) return { status, contentType: null };
    const body = this.#body.template(discretion);
    if (body === undefined) return undefined;
    const isItem =
      this.#acts &&
      Object.values(body).some(({ from }) => from === 'item') &&
      !Object.values(body).some(({ from }) => from === 'varies');
    const entries = Object.entries(body).filter(([, { from }]) => !isItem || from !== 'item');
    // What is as it was before is as it was before: without the item itself, nothing says what that is.
    const kept = entries.map(([at, field]) => [at, field.from === 'item' ? VARIES : field] as const);
    return { status, contentType, ...(isItem && { item: true as const }), body: Object.fromEntries(kept) };
  }

  #goneTemplate(discretion: Discretion): RouteTemplate['gone'] {
    const found = [...this.#gone].toSorted(([, a], [, b]) => Number(b.isAfterDelete) - Number(a.isAfterDelete))[0];
    const body = found?.[1].body.template(discretion);
    if (found === undefined || body === undefined || found[1].count < PAGES_MIN) return undefined;
    const known = Object.entries(body).filter(([, { from }]) => from !== 'varies' && from !== 'item' && from !== 'id');
    return known.length === 0 ? undefined : { status: found[0], body: Object.fromEntries(known) };
  }
}

const VARIES = { from: 'varies' } as const;
/** One page may be in an order by chance. */
const PAGES_MIN = 2;

function sightOf({ reading, before, resource }: Sample): Sight {
  const { request, call } = reading;
  return {
    request,
    fields: requestFields(request),
    at: call.at,
    session: sessionOf(reading),
    before,
    isUpdate: resource?.role === 'update',
  };
}

function sessionOf({ call }: Sample['reading']): string {
  return `${call.agent}\n${call.grant}\n${call.session}`;
}

/** The order of a page by when its items were made; `undefined`: it does not show. */
function orderOf(items: readonly Json[]): Order | 'none' | undefined {
  const [first] = items;
  const moment = isObject(first) ? Object.keys(first).find((name) => isMoment(name) && /creat/i.test(name)) : undefined;
  const times = items.map((item) => (moment !== undefined && isObject(item) ? ordinalOf(item[moment]) : undefined));
  if (times.length < 2 || times.includes(undefined)) return undefined;
  const known = times as number[];
  const falls = known.every((time, index) => index === 0 || time <= (known[index - 1] as number));
  const rises = known.every((time, index) => index === 0 || time >= (known[index - 1] as number));
  if (falls && rises) return undefined;
  if (falls) return 'newest-first';
  return rises ? 'oldest-first' : 'none';
}
