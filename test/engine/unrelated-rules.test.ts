import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { NO_AGENT_RULES, type AgentRules } from '../../src/engine/guards/index.ts';
import type { Policy } from '../../src/engine/policy.ts';
import { aStory } from './arbitraries.ts';
import { play } from './playbook.ts';
import { agent, money, policy, route, routeSet, ruleId } from './policies.ts';

const ELSEWHERE = route('elsewhere', 'money');

/** Rules of every kind, as strict as can be, about a route that no story calls. */
function strict(owner: string): AgentRules {
  const about = { routes: routeSet(ELSEWHERE.id), onTrip: 'freeze' } as const;
  const rule = (kind: string) => ruleId(`${owner}.${kind}[99]`);
  return {
    ...NO_AGENT_RULES,
    collar: [{ ...about, rule: rule('collar'), max: money('1 USD') }],
    once: [{ rule: rule('once'), route: ELSEWHERE.id, withinMs: undefined }],
    runaway: [{ ...about, rule: rule('runaway'), same: 'route', count: 2, withinMs: 86_400_000 }],
    rates: [{ ...about, rule: rule('rates'), max: 1, perMs: 86_400_000 }],
    budgets: [
      { ...about, rule: rule('budgets'), max: money('1 USD'), per: { kind: 'rolling', ms: 1000 }, each: 'agent' },
    ],
    inflight: [{ ...about, rule: rule('inflight'), max: 1 }],
  };
}

/** The same policy with a newcomer, one more route, and strict rules for everyone about that route alone. */
function widened(narrow: Policy): Policy {
  const agents = [...narrow.agents.values()].map(({ id, stage, allow, rules }) => {
    const more = strict(id);
    const both: AgentRules = {
      ...NO_AGENT_RULES,
      collar: [...rules.collar, ...more.collar],
      once: [...rules.once, ...more.once],
      runaway: [...rules.runaway, ...more.runaway],
      rates: [...rules.rates, ...more.rates],
      budgets: [...rules.budgets, ...more.budgets],
      inflight: [...rules.inflight, ...more.inflight],
    };
    const entry = { rule: ruleId(`${id}.allow[99]`), route: ELSEWHERE.id, when: undefined };
    return agent(id, both, { stage, allow: [...allow, entry] });
  });
  const { budgets, inflight } = strict('shared');
  const shared = {
    budgets: [...narrow.shared.budgets, ...budgets],
    inflight: [...narrow.shared.inflight, ...inflight],
  };
  return policy([...agents, agent('zed', strict('zed'))], shared, [...narrow.routes.values(), ELSEWHERE]);
}

test('unrelated_rules_do_not_matter: other agents, other routes and rules about them change no finding', () => {
  fc.assert(
    fc.property(aStory(), (story) => {
      const narrow = new Engine(story.policy);
      const wide = new Engine(widened(story.policy));
      play(story, {
        decide(call) {
          const decision = narrow.decide(call);
          expect(wide.decide(call)).toEqual(decision);
          return decision;
        },
        apply(event) {
          narrow.apply(event);
          wide.apply(event);
        },
      });
    }),
  );
});
