import type { Stage } from '../../engine/call.ts';
import type { AgentFile } from '../schema/agent.ts';
import type { RouteFile } from '../schema/route.ts';
import type { PolicyFile } from '../schema.ts';
import { selects } from '../selector.ts';
import { AS_STRICT, asStrictBudget, refusesNothing, same } from './as-strict.ts';
import { overlap } from './reach.ts';

/** A policy, and what an agent can really call under it. */
export interface Side {
  readonly policy: PolicyFile;
  readonly stage: Stage;
  readonly routes: ReadonlyMap<string, RouteFile>;
  /** The documents that it goes by, by path. */
  readonly documents: Readonly<Record<string, string>>;
}

/**
 * What an agent could do after that it could not before, a line each; none: whatever it can get through after, it could get
 * through before. Compares what is written, rule by rule, and takes for wider whatever is not plainly the same or stricter:
 * bounds alone would not show that a condition or an approval is gone.
 *
 * Rests on this: every rule beside `allow` only ever refuses or holds, so that more of them let less through.
 */
export function widened(agent: string, was: Side, is: Side): readonly string[] {
  const [old, its] = [was.policy.agents[agent], is.policy.agents[agent]];
  if (its === undefined || is.routes.size === 0) return [];
  if (old === undefined) return [`${agent} is new, and would work for real`];
  return [
    ...allowances(old, its, was, is),
    ...[...is.routes].flatMap(([id, route]) => routeWidened(id, route, was)),
    ...takenOver(was, is),
    ...KINDS.filter((kind) => kind !== 'segment' || was.stage === 'limited').flatMap((kind) =>
      rulesWidened(kind, old, its, is),
    ),
    ...(was.stage === 'limited' && is.stage === 'production' ? ['no segment holds it back any more'] : []),
    ...zeroes(old, its, is),
    ...inflightWidened(old, its, is),
    ...baselineWidened(agent, old, was, is),
    ...((its.resume?.people ?? 1) < (old.resume?.people ?? 1) ? ['resume: one person is enough'] : []),
    ...shared(was, is),
    ...upstreams(was, is),
  ];
}

const KINDS = [
  'collar',
  'rates',
  'budgets',
  'once',
  'fresh',
  'backoff',
  'volume',
  'triggers',
  'approval',
  'provenance',
  'segment',
  'payment',
] as const satisfies readonly (keyof AgentFile)[];
type Kind = (typeof KINDS)[number];

/** Every way in must have been one before: the same condition, or none at all. */
function allowances(old: AgentFile, its: AgentFile, was: Side, is: Side): readonly string[] {
  const entries = ({ allow }: AgentFile): { route: string; when?: string | undefined }[] =>
    allow.map((one) => (typeof one === 'string' ? { route: one } : one));
  const before = entries(old).filter(({ route }) => was.routes.has(route));
  return entries(its).flatMap(({ route, when }) => {
    const effect = is.routes.get(route)?.effect;
    if (effect === undefined) return [];
    const same = before.filter((one) => one.route === route);
    if (same.length === 0) return [`may call ${route} (${effect})`];
    if (same.some((one) => one.when === undefined || one.when === when)) return [];
    return [`may call ${route} ${when === undefined ? 'whatever it says' : `when ${when}`}`];
  });
}

/** What a rule reads off a request, and what the request may be. How a captured write is answered is not among it. */
const OF_ROUTE = ['match', 'upstream', 'effect', 'subject', 'amount', 'items', 'body'] as const;

function routeWidened(id: string, route: RouteFile, { policy }: Side): readonly string[] {
  const old = Object.hasOwn(policy.routes, id) ? policy.routes[id] : undefined;
  // It was no route at all: said of the allowance already.
  if (old === undefined) return [];
  const changed = OF_ROUTE.filter((key) => !same(old[key], route[key])).map((key) => `routes.${id}.${key} is another`);
  if (old.precondition !== undefined && !same(old.precondition, route.precondition)) {
    changed.push(`routes.${id}.precondition is ${route.precondition === undefined ? 'gone' : 'another'}`);
  }
  if (old.shape === undefined && route.shape === 'off') changed.push(`routes.${id}.shape is off`);
  return changed;
}

/** Where a route is gone, its requests may be taken for another one. */
function takenOver(was: Side, is: Side): readonly string[] {
  const gone = Object.entries(was.policy.routes).filter(([id, { match, upstream }]) => {
    const its = Object.hasOwn(is.policy.routes, id) ? is.policy.routes[id] : undefined;
    return its?.match !== match || its.upstream !== upstream;
  });
  return gone.flatMap(([id, route]) =>
    [...is.routes].flatMap(([other, its]) =>
      other !== id && overlap(route, its) ? [`${route.match} is taken for ${other} now that ${id} is gone`] : [],
    ),
  );
}

function rulesWidened(kind: Kind, old: AgentFile, its: AgentFile, is: Side): readonly string[] {
  const asStrict = (Object.hasOwn(AS_STRICT, kind) ? AS_STRICT[kind as 'rates'] : same) as (
    its: object,
    other: object,
  ) => boolean;
  const after: readonly object[] = its[kind];
  return old[kind].flatMap((rule: object, index) => {
    if (!concernsAny(rule, is, OF[kind]) || after.some((one) => asStrict(one, rule))) return [];
    return [`${kind}[${index}] ${toldOf(rule)} has nothing as strict in its place`];
  });
}

/** Amounts of zero or below are refused where no collar says otherwise: a new one may say so. */
function zeroes(old: AgentFile, its: AgentFile, { routes }: Side): readonly string[] {
  return [...routes].flatMap(([id, { amount, effect }]) => {
    if (amount === undefined) return [];
    const on = ({ collar }: AgentFile): AgentFile['collar'] => collar.filter((rule) => selects(rule, id, effect));
    const [before, after] = [on(old), on(its)];
    const wasRefused = before.length === 0 || before.some(refusesNothing);
    const isRefused = after.length === 0 || after.some(refusesNothing);
    return wasRefused && !isRefused ? [`collar lets ${id} move zero or less`] : [];
  });
}

function inflightWidened(old: AgentFile, its: AgentFile, is: Side): readonly string[] {
  const rules = ({ inflight = [] }: AgentFile): readonly { max: number }[] =>
    typeof inflight === 'number' ? [{ max: inflight }] : inflight;
  return rules(old).flatMap((rule) => {
    if (!concernsAny(rule, is)) return [];
    const { max, ...where } = rule;
    const found = rules(its).some(({ max: most, ...there }) => most <= max && same(there, where));
    return found ? [] : [`inflight ${toldOf(rule)} has nothing as strict in its place`];
  });
}

function baselineWidened(agent: string, old: AgentFile, was: Side, is: Side): readonly string[] {
  const rests = JSON.stringify([old.volume, old.triggers]).includes('baseline');
  const isSame = same(was.policy.baselines[agent], is.policy.baselines[agent]);
  return rests && !isSame ? ['its baseline is another, and rules multiply it'] : [];
}

function shared(was: Side, is: Side): readonly string[] {
  return was.policy.budgets.flatMap((rule, index) =>
    !concernsAny(rule, is, movesMoney) || is.policy.budgets.some((one) => asStrictBudget(one, rule))
      ? []
      : [`budgets[${index}] ${toldOf(rule)}, over all agents, has nothing as strict in its place`],
  );
}

function upstreams(was: Side, is: Side): readonly string[] {
  const names = new Set([...is.routes.values()].map(({ upstream }) => upstream));
  return [...names].flatMap((name) => {
    const [old, its] = [was.policy.upstreams[name], is.policy.upstreams[name]];
    if (old === undefined || its === undefined) return [];
    const lines: string[] = [];
    if (old.inflight !== undefined && (its.inflight ?? Infinity) > old.inflight) lines.push('inflight is more');
    if (old.breaker !== undefined && !same(old.breaker, its.breaker)) lines.push('breaker is another');
    if (old.contract !== undefined && !same(old.contract, its.contract)) lines.push('contract is another');
    if (old.openapi !== undefined && old.shape !== 'off') {
      if (its.openapi === undefined || its.shape === 'off') lines.push('shape is not enforced');
      else if (was.documents[old.openapi] !== is.documents[its.openapi]) lines.push('openapi is another document');
    }
    return lines.map((line) => `upstreams.${name}.${line}`);
  });
}

type Concerns = (route: RouteFile) => boolean;
const movesMoney: Concerns = ({ amount }) => amount !== undefined;

/** The routes of which a kind of rule can refuse anything at all; absent: any. */
const OF: { readonly [K in Kind]?: Concerns } = {
  budgets: movesMoney,
  collar: ({ amount, items }) => amount !== undefined || items !== undefined,
  fresh: ({ effect }) => effect !== 'read',
};

function concernsAny(rule: object, { routes }: Side, can: Concerns = () => true): boolean {
  return [...routes].some(([id, route]) => can(route) && selects(rule, id, route.effect));
}

/** A rule in a line: `{ max: 100, per: 1h }`. */
function toldOf(rule: object): string {
  const members = Object.entries(rule).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`],
  );
  return `{ ${members.join(', ')} }`;
}
