import { describe, expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import type { AgentRules } from '../../src/engine/guards/index.ts';
import { agent, call, money, policy, routeId, ruleId } from './policies.ts';

describe('erroring_guard_denies', () => {
  /** A rule or a call that breaks whoever reads `key`. */
  function broken<Thing extends object>(thing: Thing, key: keyof Thing): Thing {
    return Object.defineProperty({ ...thing }, key, {
      get() {
        throw new Error(`${String(key)} is broken`);
      },
    });
  }
  const common = { rule: ruleId('bot.broken'), routes: 'all', onTrip: 'deny' } as const;
  const usd = money('5 USD');
  const perDay = { kind: 'day', timeZone: 'UTC' } as const;
  const cases: Record<string, Partial<AgentRules>> = {
    collar: { collar: [broken({ ...common, itemsMax: 1 }, 'itemsMax')] },
    runaway: { runaway: [broken({ ...common, same: 'call', count: 2, withinMs: 1 }, 'same')] },
    rate: { rates: [broken({ ...common, max: 1, perMs: 1 }, 'perMs')] },
    budget: { budgets: [broken({ ...common, max: usd, per: perDay, each: 'agent' }, 'max')] },
    inflight: { inflight: [broken({ ...common, max: 1 }, 'max')] },
  };

  test.each(Object.entries(cases))('a %s guard that throws denies, and says that it broke', (_, rules) => {
    const decision = new Engine(policy([agent('bot', rules)])).decide(call('c1'));
    expect(decision.verdict).toBe('deny');
    expect(decision.decisive).toMatchObject({
      guard: 'engine',
      rule: 'bot.broken',
      reason: 'guard_error',
      retryable: 'never',
      observed: expect.stringContaining('is broken'),
    });
  });

  test.each([
    ['scope', 'granted'],
    ['stage', 'effect'],
    ['once', 'subject'],
  ] as const)('a %s guard that cannot read the call denies it, and hides no other finding', (_, fact) => {
    const rules = { once: [{ rule: ruleId('bot.once[0]'), route: routeId('refund'), withinMs: undefined }] };
    const engine = new Engine(policy([agent('bot', rules, { stage: 'shadow' })]));
    const { verdict, findings } = engine.decide(broken(call('c1'), fact));
    expect(verdict).toBe('deny');
    expect(findings.filter(({ reason }) => reason === 'guard_error')).toHaveLength(1);
    expect(findings).toHaveLength(engine.decide(call('c2')).findings.length);
  });
});
