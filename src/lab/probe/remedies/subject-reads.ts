import type { Json } from '../../../std/canonical-json.ts';
import type { Instant } from '../../../std/clock.ts';
import type { Route } from '../../../engine/policy.ts';
import { readRequest } from '../../world/request.ts';
import type { World, WorldAnswer } from '../../world/world.ts';
import type { ProbeRequest } from '../course.ts';
import { type Field, worldOf } from '../field.ts';
import { leavesOf } from '../shrink/leaves.ts';
import { PolicyText } from './policy-text.ts';
import type { Culprit, Suspicion } from './suspicion.ts';

const OK = 200;
const UNREADABLE = 400;

/** What a policy can have the door ask just before it sends a write. */
export interface Precondition {
  /** `GET /v1/charges/{body.charge}` */
  readonly read: string;
  /** `response.body.refunded == false` */
  readonly require: string;
}

/** One question that the business could be asked of what a write names. */
export interface SubjectRead {
  readonly read: string;
  readonly request: ProbeRequest;
}

/** Every route that reads what stands in a field of the write: what a precondition can ask. */
export function* subjectReads({ field }: Suspicion, write: Route, { request }: Culprit): Generator<SubjectRead> {
  for (const { name, value, place } of leavesOf(request)) {
    if (typeof value !== 'string' || value === '') continue;
    for (const read of field.loaded.policy.routes.values()) {
      if (read.method !== 'GET' || read.upstream !== write.upstream) continue;
      const parameter = /^(?<before>[^{}]*)\{[^{}]+\}(?<after>[^{}]*)$/.exec(read.template)?.groups;
      const stands = place.in === 'path' ? /\{(?<name>[^{}]+)\}/.exec(write.template)?.groups?.['name'] : name;
      if (parameter === undefined || stands === undefined) continue;
      const at = (id: string): string => `${parameter['before']}${id}${parameter['after']}`;
      const target = at(encodeURIComponent(value));
      yield { read: `GET ${at(`{${stands}}`)}`, request: { upstream: write.upstream, method: 'GET', target } };
    }
  }
}

/** The business as it stood when the call came, with all that had been done there before. */
export function worldBefore({ field, account }: Suspicion, upstream: string, { call }: Culprit): World | undefined {
  const setup = field.worlds.get(upstream);
  if (setup === undefined) return undefined;
  const world = worldOf(setup);
  for (const { step, at, arrived, judged } of account.steps) {
    if (judged?.call.id === call.id) break;
    const isDone = step.kind === 'outside' || (step.kind === 'call' && arrived === true);
    if (isDone && step.request.upstream === upstream) ask(world, field, step.request, at);
  }
  return world;
}

export function ask(world: World, { worlds }: Field, request: ProbeRequest, at: Instant): WorldAnswer {
  const { upstream, method, target, headers = {}, body = '' } = request;
  const asked = readRequest(method, target, headers['content-type'], body);
  if (!asked.ok) return { status: UNREADABLE, body: null };
  const apiKey = worlds.get(upstream)?.options.apiKey ?? '';
  return world.handle({ at, ...asked.value, headers: { ...headers, authorization: `Bearer ${apiKey}` } });
}

export type Members = Readonly<Record<string, Json>>;

/** What an answer says in fields that a condition can name; `undefined`: it says nothing. */
export function membersOf({ status, body }: WorldAnswer): Members | undefined {
  if (status !== OK || typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  return Object.fromEntries(Object.entries(body).filter(([name]) => /^[A-Za-z_]\w*$/.test(name)));
}

/** The policy with one condition more on a route; one that it has already stays. */
export function withPrecondition(
  text: string,
  { written }: Suspicion,
  { id }: Route,
  { read, require }: Precondition,
): string | undefined {
  const stands = written.routes?.[id]?.['precondition'] as Partial<Precondition> | undefined;
  if (stands !== undefined && stands.read !== read) return undefined;
  const both = stands?.require === undefined ? require : `(${stands.require}) && ${require}`;
  return new PolicyText(text).withValue(['routes', id, 'precondition'], { read, require: both });
}
