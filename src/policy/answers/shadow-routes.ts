import type { RouteId } from '../../engine/ids.ts';
import { fail, type Result } from '../../std/result.ts';
import type { Catalogue } from '../openapi/catalogue.ts';
import type { PolicyFile } from '../schema.ts';
import { composed } from './composed.ts';
import { answerSchema, schemaPlan } from './from-schema.ts';
import { missingField, type AnswerPlan, type Unplanned } from './plan.ts';
import { resourcesOf, type Resource } from './resources.ts';

/** What a route is to an agent in shadow. */
export interface ShadowRoute {
  /** `undefined`: nothing that other routes read or change. */
  readonly resource: Resource | undefined;
  /**
   * How a captured write on it is answered, or why it cannot be. `undefined`: it is a read, or the documents that tell are
   * not at hand, of a policy that was recorded in a journal.
   */
  readonly answer: Result<AnswerPlan, Unplanned> | undefined;
  /** The members that the document describes of the item; none where it describes none. */
  readonly members: ReadonlySet<string>;
  /** Whether some write is answered with the item that this reads, so that what was read of it is remembered. */
  readonly isRemembered: boolean;
}

export type ShadowRoutes = ReadonlyMap<RouteId, ShadowRoute>;

/** What every route is to agents in shadow; none where no agent is in shadow. */
export function shadowRoutes(file: PolicyFile, catalogue: Catalogue): ShadowRoutes {
  if (!Object.values(file.agents).some(({ stage }) => stage === 'shadow')) return new Map();
  const resources = resourcesOf(file.routes);
  const written = new Set(
    [...resources].flatMap(([id, { role, shape }]) =>
      role === 'item' || role === 'list' || role === 'count' ? [] : [`${file.routes[id]?.upstream} ${shape}`],
    ),
  );
  return new Map(
    Object.entries(file.routes).map(([id, { effect, upstream }]) => {
      const resource = resources.get(id);
      const isKnown = effect !== 'read' && !catalogue.absent.has(id);
      const answer = isKnown ? answerOf(id, resource, file, catalogue, resources) : undefined;
      const members = resource === undefined ? NO_MEMBERS : itemMembers(id, resource, file, catalogue, resources);
      const isRemembered = resource?.role === 'item' && written.has(`${upstream} ${resource.shape}`);
      return [id as RouteId, { resource, answer, members, isRemembered }];
    }),
  );
}

const NO_MEMBERS: ReadonlySet<string> = new Set();

/** The members of the item that a route is about, as the document describes what reads it. */
function itemMembers(
  id: string,
  resource: Resource,
  { routes }: PolicyFile,
  { operations }: Catalogue,
  resources: ReadonlyMap<string, Resource>,
): ReadonlySet<string> {
  const read = itemRouteOf(id, resource, routes, resources);
  const operation = read === undefined ? undefined : operations.get(read);
  const schema = operation && answerSchema(operation);
  if (operation === undefined || schema === undefined) return NO_MEMBERS;
  return new Set(composed(operation.document, [schema]).members.keys());
}

function answerOf(
  id: string,
  resource: Resource | undefined,
  { routes }: PolicyFile,
  { operations }: Catalogue,
  resources: ReadonlyMap<string, Resource>,
): Result<AnswerPlan, Unplanned> {
  const operation = operations.get(id);
  if (operation === undefined) {
    return fail({
      reason: 'answer_not_described',
      detail: `no OpenAPI document or template describes what \`${id}\` answers`,
      hint: `name an \`openapi\` document for the upstream, learn templates from recorded answers, or declare \`routes.${id}.answer\``,
    });
  }
  const readRoute = resource && itemRouteOf(id, resource, routes, resources);
  const read = readRoute === undefined ? undefined : operations.get(readRoute);
  const planned = schemaPlan({ ...operation, itemSchema: read && answerSchema(read) }, resource);
  if (!planned.ok || planned.value.body === undefined) return planned;
  const missing = missingField(planned.value.body);
  if (missing === undefined) return planned;
  const field = missing.join('.');
  return fail({
    reason: 'answer_field_unknown',
    detail: `the document requires \`${field}\` of the answer and does not say what it would be`,
    hint: `declare \`routes.${id}.answer.body\` with \`${field}\`, or learn templates from recorded answers`,
  });
}

/** The route that reads the item that a write acts on; `undefined`: there is none. */
export function itemRouteOf(
  id: string,
  { shape }: Resource,
  routes: PolicyFile['routes'],
  resources: ReadonlyMap<string, Resource>,
): string | undefined {
  return [...resources].find(
    ([other, its]) => its.role === 'item' && its.shape === shape && routes[other]?.upstream === routes[id]?.upstream,
  )?.[0];
}
