import type { Effect } from '../../engine/call.ts';
import { EFFECTS } from '../schema/route.ts';
import { OF_ONE_ROUTE } from '../schema/sugar.ts';
import { isSelective, selects } from '../selector.ts';
import { SELECTORS, type Groups } from './groups.ts';
import { itemsOf, listOf, membersOf, stringOf, textOf, withMembers, type Written } from './written.ts';

/** The bounds of a collar that are on money; `items` is not. */
const MONEY_BOUNDS = ['min', 'max', 'currencies'];

/** The routes of a policy by name, and which of them an agent may call. */
export interface Reach {
  readonly routes: ReadonlyMap<string, Written>;
  /** `all`: the rule is over all agents together. */
  readonly allowed: ReadonlySet<string> | 'all';
}

/** `group:` in a rule → the routes of it that its agent may call; none of them: no rule. */
export function ungrouped(kind: string, rule: Written, { allowed }: Reach, groups: Groups): readonly Written[] {
  const group = membersOf(rule).get('group');
  if (rule.kind !== 'mapping' || group === undefined) return [rule];
  groups.checkAlone(rule, group);
  const its = groups.routesOf(group) ?? [];
  const names = allowed === 'all' ? its : its.filter((name) => allowed.has(name));
  if (names.length === 0) return [];
  const routes = names.map((name) => textOf(name, group.origin));
  const alone = withMembers(
    rule,
    ['group', ...SELECTORS].map((key) => [key, undefined]),
  );
  return OF_ONE_ROUTE.has(kind)
    ? routes.map((route) => withMembers(alone, [['route', route]]))
    : [withMembers(alone, [['routes', listOf(routes, group.origin)]])];
}

/**
 * What is left of an inherited rule for an agent: `undefined` where it concerns none of what the agent may call. So a
 * default on money is no burden on an agent that only reads. A name that no route has stays, for it is a mistake.
 */
export function concerning(kind: string, rule: Written, reach: Reach): Written | undefined {
  if (rule.kind !== 'mapping') return rule;
  const isForeign = (name: Written): boolean => {
    const text = stringOf(name);
    return text !== undefined && reach.routes.has(text) && reach.allowed !== 'all' && !reach.allowed.has(text);
  };
  const [route, routes] = [rule.members.get('route'), rule.members.get('routes')];
  if (route !== undefined && isForeign(route)) return undefined;
  const left = itemsOf(routes).filter((name) => !isForeign(name));
  if (itemsOf(routes).length > 0 && left.length === 0) return undefined;
  const narrowed =
    left.length === itemsOf(routes).length ? rule : withMembers(rule, [['routes', narrow(routes, left)]]);
  return concernsSome(kind, narrowed, reach) ? narrowed : undefined;
}

function narrow(routes: Written | undefined, left: readonly Written[]): Written | undefined {
  return routes === undefined ? undefined : listOf(left, routes.origin);
}

/** Whether a rule of sound form has something to bear on. What is not sound is left to the schema and the checks. */
function concernsSome(kind: string, rule: Written, { routes, allowed }: Reach): boolean {
  const members = membersOf(rule);
  const selector = {
    route: stringOf(members.get('route')),
    routes: members.has('routes') ? itemsOf(members.get('routes')).flatMap((name) => stringOf(name) ?? []) : undefined,
    effect: effectOf(members.get('effect')),
  };
  if (!isSelective(selector) && SELECTORS.some((key) => members.has(key))) return true;
  const named = [selector.route, ...(selector.routes ?? [])];
  if (named.some((name) => name !== undefined && !routes.has(name))) return true;
  const matter = matterOf(kind, members);
  return [...routes].some(([name, route]) => {
    const effect = effectOf(membersOf(route).get('effect'));
    if ((allowed !== 'all' && !allowed.has(name)) || (matter !== undefined && !membersOf(route).has(matter)))
      return false;
    return effect === undefined || selects(selector, name, effect);
  });
}

/** What a route must say of its calls for a rule to bear on them: limits on money concern money. */
function matterOf(kind: string, members: ReadonlyMap<string, Written>): 'amount' | 'items' | undefined {
  if (kind === 'budgets' || (kind === 'approval' && members.has('above'))) return 'amount';
  if (kind !== 'collar') return undefined;
  if (MONEY_BOUNDS.some((key) => members.has(key))) return 'amount';
  return members.has('items') ? 'items' : undefined;
}

function effectOf(written: Written | undefined): Effect | undefined {
  const text = stringOf(written);
  return EFFECTS.find((effect) => effect === text);
}
