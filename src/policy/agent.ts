import { assert } from '../std/assert.ts';
import type { AgentRules, SharedRules } from '../engine/guards/index.ts';
import type { AgentId, RouteId, RuleId } from '../engine/ids.ts';
import type { Agent, Allowance, Condition, RouteSet } from '../engine/policy.ts';
import { integerField } from './amount.ts';
import { compileCondition, parseCondition } from './cel/condition.ts';
import { durationMs, moneyOf } from './checked.ts';
import { formatPath, type Path } from './problem.ts';
import type { PolicyFile } from './schema.ts';
import type { AgentFile } from './schema/agent.ts';
import type { Selector, SharedBudgetFile } from './schema/rules.ts';
import { isSelective, selects } from './selector.ts';
import { allowances, codes, rulesOf, sharedBudgets } from './semantics/view.ts';
import { parameters, parseTemplate } from './template.ts';

export function compileAgent(id: string, agent: AgentFile, file: PolicyFile): Agent {
  return {
    id: id as AgentId,
    stage: agent.stage,
    allow: compileAllow(id, agent, file),
    rules: compileRules(id, agent, file),
  };
}

/** What holds over all agents: the top-level budgets, and how much each upstream can bear. */
export function compileSharedRules(file: PolicyFile): SharedRules {
  const budgets = sharedBudgets(file).map(({ rule, path }) => ({
    rule: ruleId(path),
    routes: routeSet(rule, file),
    ...limit(rule),
    each: 'agent' as const, // for rules over all agents: one pot
    onTrip: rule.onTrip,
  }));
  const inflight = Object.entries(file.upstreams).flatMap(([id, { inflight: max }]) => {
    if (max === undefined) return [];
    const its = Object.entries(file.routes).filter(([, { upstream }]) => upstream === id);
    const routes: RouteSet = new Set(its.map(([route]) => route as RouteId));
    return [{ rule: `upstreams.${id}.inflight` as RuleId, routes, max }];
  });
  return { budgets, inflight };
}

function compileAllow(id: string, agent: AgentFile, file: PolicyFile): readonly Allowance[] {
  return allowances(id, agent).map(({ route, when, path }) => ({
    rule: ruleId(path),
    route: route as RouteId,
    when: when === undefined ? undefined : conditionOf(when, route, file),
  }));
}

function conditionOf(source: string, name: string, file: PolicyFile): Condition {
  const route = file.routes[name];
  const template = parseTemplate(route?.match ?? '');
  assert(template.ok, `the route \`${name}\` was checked when the policy was read`);
  const subject = { params: parameters(template.value), integer: integerField(route?.amount) };
  const parsed = parseCondition(source, subject);
  assert(parsed.ok, `the condition \`${source}\` was checked when the policy was read`);
  return compileCondition(source, parsed.value, subject);
}

function compileRules(id: string, agent: AgentFile, file: PolicyFile): AgentRules {
  const { collar, once, triggers, rates, budgets, inflight } = rulesOf(id, agent);
  const whole = typeof agent.inflight === 'number' ? agent.inflight : undefined;
  const overall = { rule: `${id}.inflight` as RuleId, routes: 'all' as const, max: whole ?? 0 };
  return {
    collar: collar.map(({ rule, path }) => ({
      ...named(rule, path, file),
      min: rule.min === undefined ? undefined : moneyOf(rule.min),
      max: rule.max === undefined ? undefined : moneyOf(rule.max),
      currencies: rule.currencies === undefined ? undefined : codes(rule.currencies),
      itemsMax: rule.items,
    })),
    once: once.map(({ rule, path }) => ({
      rule: ruleId(path),
      route: rule.route as RouteId,
      withinMs: rule.within === undefined ? undefined : durationMs(rule.within),
    })),
    runaway: triggers.map(({ rule, path }) => ({
      ...named(rule, path, file),
      same: rule.same,
      count: rule.count,
      withinMs: durationMs(rule.within),
      onTrip: rule.onTrip,
    })),
    rates: rates.map(({ rule, path }) => ({
      ...named(rule, path, file),
      max: rule.max,
      perMs: durationMs(rule.per),
      onTrip: rule.onTrip,
    })),
    budgets: budgets.map(({ rule, path }) => ({
      ...named(rule, path, file),
      ...limit(rule),
      each: rule.each,
      onTrip: rule.onTrip,
    })),
    inflight: [
      ...(whole === undefined ? [] : [overall]),
      ...inflight.map(({ rule, path }) => ({ ...named(rule, path, file), max: rule.max })),
    ],
  };
}

function named(rule: Selector, path: Path, file: PolicyFile): { readonly rule: RuleId; readonly routes: RouteSet } {
  return { rule: ruleId(path), routes: routeSet(rule, file) };
}

/** `agents.refunds-bot.rates[0]` is `refunds-bot.rates[0]`. */
function ruleId(path: Path): RuleId {
  return formatPath(path[0] === 'agents' ? path.slice(1) : path) as RuleId;
}

function routeSet(rule: Selector, file: PolicyFile): RouteSet {
  if (!isSelective(rule)) return 'all';
  const chosen = Object.entries(file.routes).filter(([id, route]) => selects(rule, id, route.effect));
  return new Set(chosen.map(([id]) => id as RouteId));
}

function limit({ max, per, timezone }: SharedBudgetFile) {
  const window =
    per === 'day'
      ? { kind: 'day' as const, timeZone: timezone ?? 'UTC' }
      : { kind: 'rolling' as const, ms: durationMs(per) };
  return { max: moneyOf(max), per: window };
}
