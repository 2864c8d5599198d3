import { NO_AGENT_RULES, type AgentRules } from '../../engine/guards/index.ts';
import type { RuleId } from '../../engine/ids.ts';
import type { PolicyFile } from '../schema.ts';
import type { AgentFile } from '../schema/agent.ts';
import type { Report } from '../report.ts';
import { allowedRoutes, rulesOf, type Placed } from '../semantics/view.ts';
import { approval } from './approval.ts';
import { backoff } from './backoff.ts';
import { budget } from './budget.ts';
import { collar } from './collar.ts';
import { denials } from './denials.ts';
import { errorRate } from './error-rate.ts';
import { fresh } from './fresh.ts';
import { inflight } from './inflight.ts';
import { placeOf, type RuleKind } from './kind.ts';
import { latency } from './latency.ts';
import { once } from './once.ts';
import { payment } from './payment.ts';
import { provenance } from './provenance.ts';
import { rate } from './rate.ts';
import { runaway } from './runaway.ts';
import { segment } from './segment.ts';
import type { Selector } from './selector.ts';
import { triggersWith } from './trigger.ts';
import { volume } from './volume.ts';

type Visit = <Form extends Selector, Rule>(kind: RuleKind<Form, Rule>, rules: readonly Placed<Form>[]) => Rule[];

/** Every rule of an agent, kind by kind. `visit` is told each kind and the rules of it. */
function everyKind(id: string, agent: AgentFile, visit: Visit): AgentRules {
  const rules = rulesOf(id, agent);
  return {
    ...NO_AGENT_RULES,
    collar: visit(collar, rules.collar),
    once: visit(once, rules.once),
    runaway: visit(runaway, triggersWith('same', rules.triggers)),
    errorRate: visit(errorRate, triggersWith('errorRate', rules.triggers)),
    latency: visit(latency, triggersWith('latency', rules.triggers)),
    denials: visit(denials, triggersWith('denials', rules.triggers)),
    volume: visit(volume, rules.volume),
    rates: visit(rate, rules.rates),
    budgets: visit(budget, rules.budgets),
    inflight: visit(inflight, rules.inflight),
    fresh: visit(fresh, rules.fresh),
    backoff: visit(backoff, rules.backoff),
    approval: visit(approval, rules.approval),
    provenance: visit(provenance, rules.provenance),
    segment: visit(segment, rules.segment),
    payment: visit(payment, rules.payment),
  };
}

/** Rules that were checked, as the engine enforces them. */
export function compileRules(id: string, agent: AgentFile, policy: PolicyFile): AgentRules {
  const allowed = allowedRoutes(policy, agent);
  const rules = everyKind(id, agent, (kind, placed) =>
    placed.map((one) => kind.compile(one.rule, placeOf(one, id, policy, allowed))),
  );
  if (typeof agent.inflight !== 'number') return rules;
  const overall = { rule: `${id}.inflight` as RuleId, routes: 'all' as const, max: agent.inflight };
  return { ...rules, inflight: [overall, ...rules.inflight] };
}

/** What each kind has to say of its rules; `select` has said already what is wrong with the routes they name. */
export function checkKinds(
  id: string,
  agent: AgentFile,
  policy: PolicyFile,
  select: (one: Placed) => void,
  report: Report,
): void {
  const allowed = allowedRoutes(policy, agent);
  everyKind(id, agent, (kind, placed) => {
    for (const one of placed) {
      select(one);
      kind.check?.(one.rule, placeOf(one, id, policy, allowed), report);
    }
    return [];
  });
}
