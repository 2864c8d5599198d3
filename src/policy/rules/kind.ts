import { assert } from '../../std/assert.ts';
import type { RouteId, RuleId } from '../../engine/ids.ts';
import type { RouteSet } from '../../engine/policy.ts';
import { formatPath, type Path } from '../problem.ts';
import type { Report } from '../report.ts';
import type { PolicyFile } from '../schema.ts';
import type { RouteFile } from '../schema/route.ts';
import { isSelective, selects } from '../selector.ts';
import type { Placed } from '../semantics/view.ts';
import type { Selector } from './selector.ts';

/**
 * One kind of rule that an agent can have: what must hold of it beyond its form, and what it means to the engine.
 * A kind is one file in this folder: its form (zod), its check and its meaning side by side.
 */
export interface RuleKind<Form extends Selector, Rule> {
  /** Says what cannot be meant. That it concerns some route was checked before. Absent: the form says it all. */
  readonly check?: (rule: Form, place: RulePlace, report: Report) => void;
  /** Only of a rule that was checked. */
  readonly compile: (rule: Form, place: RulePlace) => Rule;
}

/** Where a rule stands, and what it concerns. */
export interface RulePlace {
  readonly policy: PolicyFile;
  /** The agent it is a rule of. */
  readonly agent: string;
  readonly path: Path;
  /** `refunds-bot.rates[0]` */
  readonly rule: RuleId;
  readonly routes: RouteSet;
  /** The routes it concerns among those that its agent may call. */
  readonly concerned: readonly (readonly [string, RouteFile])[];
}

export function placeOf(
  { rule, path }: Placed,
  agent: string,
  policy: PolicyFile,
  allowed: ReadonlyMap<string, RouteFile>,
): RulePlace {
  const concerned = [...allowed].filter(([id, route]) => selects(rule, id, route.effect));
  return { policy, agent, path, rule: ruleId(path), routes: routeSet(rule, policy), concerned };
}

/** `agents.refunds-bot.rates[0]` is `refunds-bot.rates[0]`. */
export function ruleId(path: Path): RuleId {
  return formatPath(path[0] === 'agents' ? path.slice(1) : path) as RuleId;
}

export function routeSet(rule: Selector, policy: PolicyFile): RouteSet {
  if (!isSelective(rule)) return 'all';
  const chosen = Object.entries(policy.routes).filter(([id, route]) => selects(rule, id, route.effect));
  return new Set(chosen.map(([id]) => id as RouteId));
}

/** A rule's one route, which its form demands. */
export function onlyRoute({ route }: { readonly route: string }): RouteId {
  assert(route !== '', 'the form demands a route');
  return route as RouteId;
}
