import { assert } from '../std/assert.ts';
import { NO_SHARED_RULES, type SharedRules } from '../engine/guards/index.ts';
import type { AgentId, RouteId, RuleId } from '../engine/ids.ts';
import type { Agent, Allowance, Condition, RouteSet } from '../engine/policy.ts';
import { integerField } from './amount.ts';
import { compileCondition, parseCondition } from './cel/condition.ts';
import { baseOf } from './promotion/base.ts';
import { compileBreakers } from './rules/breaker.ts';
import { limitOf } from './rules/budget.ts';
import { compileContracts } from './rules/contract.ts';
import { compileRules } from './rules/index.ts';
import { routeSet, ruleId } from './rules/kind.ts';
import type { PolicyFile } from './schema.ts';
import type { AgentFile } from './schema/agent.ts';
import { allowances, sharedBudgets } from './semantics/view.ts';
import { parameters, parseTemplate } from './template.ts';

export function compileAgent(id: string, agent: AgentFile, file: PolicyFile): Agent {
  const base = baseOf(file.promotion, agent.stage);
  return {
    id: id as AgentId,
    stage: agent.stage,
    ...(base !== undefined && { base }),
    allow: compileAllow(id, agent, file),
    rules: compileRules(id, agent, file),
    ...(agent.resume !== undefined && { resumePeople: agent.resume.people }),
  };
}

/** What holds over all agents: the top-level budgets, and how much each upstream can bear. */
export function compileSharedRules(file: PolicyFile): SharedRules {
  const budgets = sharedBudgets(file).map(({ rule, path }) => ({
    rule: ruleId(path),
    routes: routeSet(rule, file),
    ...limitOf(rule),
    each: 'agent' as const, // for rules over all agents: one pot
    onTrip: rule.onTrip,
  }));
  const inflight = Object.entries(file.upstreams).flatMap(([id, { inflight: max }]) => {
    if (max === undefined) return [];
    const its = Object.entries(file.routes).filter(([, { upstream }]) => upstream === id);
    const routes: RouteSet = new Set(its.map(([route]) => route as RouteId));
    return [{ rule: `upstreams.${id}.inflight` as RuleId, routes, max }];
  });
  return { ...NO_SHARED_RULES, budgets, inflight, breakers: compileBreakers(file), contracts: compileContracts(file) };
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
