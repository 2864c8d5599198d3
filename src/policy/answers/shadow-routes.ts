import type { RouteId } from '../../engine/ids.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import type { Catalogue } from '../openapi/catalogue.ts';
import { mayStand } from '../promotion/base.ts';
import type { PolicyFile } from '../schema.ts';
import type { AnswerFile } from '../schema/answer.ts';
import type { RouteFile } from '../schema/route.ts';
import { compileAffect, type Affect } from './affects.ts';
import { composed } from './composed.ts';
import { withDeclared } from './declared.ts';
import { answerSchema, schemaPlan } from './from-schema.ts';
import { missingField, unfit, type AnswerPlan, type Basis, type Plan, type Unplanned } from './plan.ts';
import { itemRouteOf, resourcesOf, type Resource } from './resources.ts';
import { membersPlan, templatePlan } from './from-template.ts';
import type { TemplatesFile } from './templates.ts';

/** What a route is to an agent in shadow. */
export interface ShadowRoute {
  /** `undefined`: nothing that other routes read or change. */
  readonly resource: Resource | undefined;
  /**
   * How a captured write on it is answered, or why it cannot be. `undefined`: it is a read, or the documents that tell are
   * not at hand, of a policy that was recorded in a journal.
   */
  readonly answer: Result<AnswerPlan, Unplanned> | undefined;
  /** The items that a write changes beside its own; `undefined`: nobody said. */
  readonly affects: readonly Affect[] | undefined;
  /** The members that the document describes of the item; none where it describes none. */
  readonly members: ReadonlySet<string>;
  /** Whether some write is answered with the item that this reads, so that what was read of it is remembered. */
  readonly isRemembered: boolean;
  /** How the list that it reads is ordered, where the policy or a template knows. */
  readonly order: Order | undefined;
  /** What reading an item that was deleted answers, where the policy or a template knows. */
  readonly gone: Gone | undefined;
}

export type Order = 'newest-first' | 'oldest-first';

export interface Gone {
  readonly status: number;
  readonly plan: Plan;
}

export type ShadowRoutes = ReadonlyMap<RouteId, ShadowRoute>;

/** What a policy says of itself, of its documents and of its templates, as far as answers are made of it. */
interface Known {
  readonly file: PolicyFile;
  readonly catalogue: Catalogue;
  readonly templates: TemplatesFile | undefined;
  readonly resources: ReadonlyMap<string, Resource>;
}

/** What every route is to agents in shadow. Where none is, answers are not planned, and nothing is remembered. */
export function shadowRoutes(file: PolicyFile, catalogue: Catalogue): ShadowRoutes {
  if (!Object.values(file.agents).some((agent) => mayStand(file, agent, 'shadow'))) return resourcesAlone(file);
  const { templates } = catalogue;
  const known: Known = { file, catalogue, templates, resources: resourcesOf(file.routes) };
  const written = new Set(
    [...known.resources].flatMap(([id, { role, shape }]) =>
      READS.has(role) ? [] : [`${file.routes[id]?.upstream} ${shape}`],
    ),
  );
  return new Map(
    Object.entries(file.routes).map(([id, route]): [RouteId, ShadowRoute] => {
      const resource = known.resources.get(id);
      const isKnown = route.effect !== 'read' && !catalogue.absent.has(id);
      const isRemembered = resource?.role === 'item' && written.has(`${route.upstream} ${resource.shape}`);
      const template = templates?.routes[id];
      return [
        id as RouteId,
        {
          resource,
          answer: isKnown ? answerOf(id, route, resource, known) : undefined,
          affects: route.affects?.map(compileAffect),
          members: resource === undefined ? NO_MEMBERS : itemMembers(id, resource, known),
          isRemembered,
          order: route.list?.order ?? template?.order,
          gone: resource && goneOf(id, resource, known),
        },
      ];
    }),
  );
}

function resourcesAlone({ routes }: PolicyFile): ShadowRoutes {
  const resources = resourcesOf(routes);
  const none = {
    answer: undefined,
    affects: undefined,
    members: NO_MEMBERS,
    isRemembered: false,
    order: undefined,
    gone: undefined,
  };
  return new Map(Object.keys(routes).map((id) => [id as RouteId, { ...none, resource: resources.get(id) }]));
}

const READS: ReadonlySet<Resource['role']> = new Set(['item', 'list', 'count']);
const NO_MEMBERS: ReadonlySet<string> = new Set();

/** The members of the item that a route is about, as the document describes what reads it. */
function itemMembers(id: string, resource: Resource, { file, catalogue, resources }: Known): ReadonlySet<string> {
  const read = itemRouteOf(id, resource, file.routes, resources);
  const operation = read === undefined ? undefined : catalogue.operations.get(read);
  const schema = operation && answerSchema(operation);
  if (operation === undefined || schema === undefined) return NO_MEMBERS;
  return new Set(composed(operation.document, [schema]).members.keys());
}

/** What the document says, over it what was learned, and over both what the policy declares. */
function answerOf(
  id: string,
  route: RouteFile,
  resource: Resource | undefined,
  known: Known,
): Result<AnswerPlan, Unplanned> {
  const described = describedPlan(id, resource, known);
  const template = known.templates?.routes[id];
  const learned = template && templatePlan(template, described?.ok === true ? described.value : undefined);
  const base = learned === undefined ? described : ok(learned);
  const { answer } = route;
  if (answer === undefined) return base?.ok === true ? checked(id, base.value) : (base ?? fail(notDescribed(id)));
  return checked(id, declaredPlan(answer, resource, base?.ok === true ? base.value : undefined));
}

function declaredPlan(answer: AnswerFile, resource: Resource | undefined, base: AnswerPlan | undefined): AnswerPlan {
  const status = answer.status ?? base?.status ?? 200;
  const isItem = (answer.item !== undefined && resource?.role !== 'create') || base?.isItem === true;
  const from = isItem && base?.isItem !== true ? EMPTY : base?.body;
  const body = withDeclared(from, answer.body ?? {});
  const hasBody = status !== 204 && status !== 205 && body !== undefined;
  return {
    status,
    contentType: hasBody ? (base?.contentType ?? 'application/json') : undefined,
    body: hasBody ? body : undefined,
    isItem: isItem && hasBody,
    basis: [...new Set<Basis>(['policy', ...(base?.basis ?? [])])],
    faults: base?.faults ?? NO_FAULTS,
  };
}

/** A plan that could be carried out, or why not. */
function checked(id: string, plan: AnswerPlan): Result<AnswerPlan, Unplanned> {
  const missing = plan.body === undefined || plan.isItem ? undefined : missingField(plan.body);
  if (missing !== undefined) {
    const field = missing.join('.');
    return fail({
      reason: 'answer_field_unknown',
      detail: `the answer needs \`${field}\`, and nothing says what it would be`,
      hint: `declare \`${field}\` in \`routes.${id}.answer.body\`, or learn templates from recorded answers`,
    });
  }
  const wrong = plan.body && unfit(plan.body);
  if (wrong === undefined) return ok(plan);
  const field = wrong.join('.');
  return fail({
    reason: 'answer_departs',
    detail: `what is declared or learned of \`${field}\` is not what the document describes there`,
    hint: `correct \`${field}\` in \`routes.${id}.answer.body\`, the templates or the document`,
  });
}

function notDescribed(id: string): Unplanned {
  return {
    reason: 'answer_not_described',
    detail: `no OpenAPI document or template describes what \`${id}\` answers`,
    hint: `name an \`openapi\` document for the upstream, learn templates from recorded answers, or declare \`routes.${id}.answer\``,
  };
}

/** Of the route that reads the item, for whatever acts on it. */
function goneOf(id: string, resource: Resource, { file, templates, resources }: Known): Gone | undefined {
  const read = itemRouteOf(id, resource, file.routes, resources);
  if (read === undefined) return undefined;
  const declared = file.routes[read]?.gone;
  if (declared !== undefined) {
    return { status: declared.status, plan: withDeclared(undefined, declared.body) ?? EMPTY };
  }
  const learned = templates?.routes[read]?.gone;
  return learned && { status: learned.status, plan: membersPlan(learned.body, undefined, false) };
}

const EMPTY: Plan = { kind: 'object', members: [] };
const NO_FAULTS = (): readonly string[] => [];

/** What the document alone makes of it; `undefined`: none describes it. */
function describedPlan(
  id: string,
  resource: Resource | undefined,
  { file, catalogue, resources }: Known,
): Result<AnswerPlan, Unplanned> | undefined {
  const operation = catalogue.operations.get(id);
  if (operation === undefined) return undefined;
  const readRoute = resource && itemRouteOf(id, resource, file.routes, resources);
  const read = readRoute === undefined ? undefined : catalogue.operations.get(readRoute);
  return schemaPlan({ ...operation, itemSchema: read && answerSchema(read) }, resource);
}
