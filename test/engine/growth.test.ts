import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/std/canonical-json.ts';
import type { Call } from '../../src/engine/call.ts';
import { Engine } from '../../src/engine/engine.ts';
import { ATTEMPTS_NOTED_MAX } from '../../src/engine/guards/runaway.ts';
import type { GrantId } from '../../src/engine/ids.ts';
import { agent, call, money, policy, ruleId } from './policies.ts';

const HOUR_MS = 3_600_000;
const BUDGET = {
  rule: ruleId('ada.budgets[0]'),
  routes: 'all' as const,
  max: money('5 USD'),
  per: { kind: 'rolling' as const, ms: HOUR_MS },
  each: 'grant' as const,
  onTrip: 'deny' as const,
};

const stateOf = (engine: Engine, rule: string): Json => {
  const { monitors } = engine.save() as { monitors: Record<string, Json> };
  return monitors[rule] as Json;
};

function take(engine: Engine, one: Call): string {
  const { verdict } = engine.decide(one);
  engine.apply({ kind: 'decided', call: one, verdict, trips: [] });
  return verdict;
}

describe('what guards remember is bounded, whatever agents do', () => {
  test('budgets of grants that are over are forgotten, and of money nobody saw the end of never', () => {
    const engine = new Engine(policy([agent('ada', { budgets: [BUDGET] })]));
    const refund = (index: number, grant: string, at: number): Call =>
      call(`call_${index}`, { agent: 'ada', at, route: 'refund', amount: money('5 USD'), grant: grant as GrantId });
    expect(take(engine, refund(0, 'open', 0))).toBe('allow');
    for (let index = 1; index <= 2_000; index += 1) {
      const at = index * HOUR_MS;
      expect(take(engine, refund(index, `grant_${index}`, at))).toBe('allow');
      engine.apply({ kind: 'ended', call: `call_${index}` as Call['id'], at, effectiveness: 'effective' });
    }
    expect(Object.keys(stateOf(engine, 'ada.budgets[0]') as object).length).toBeLessThan(200);
    expect(take(engine, refund(3_000, 'open', 2_001 * HOUR_MS))).toBe('deny');
    expect(take(engine, refund(3_001, 'grant_2000', 2_000 * HOUR_MS + 1))).toBe('deny');
  });

  test('calls that never repeat are forgotten before they fill the memory', () => {
    const rule = { rule: ruleId('ada.triggers[0]'), routes: 'all' as const, same: 'call' as const };
    const runaway = [{ ...rule, count: 3, withinMs: 24 * HOUR_MS, onTrip: 'deny' as const }];
    const engine = new Engine(policy([agent('ada', { runaway })]));
    for (let index = 0; index < 2.5 * ATTEMPTS_NOTED_MAX; index += 1) {
      const one = call(`call_${index}`, { agent: 'ada', at: index, route: 'get', fingerprint: `f${index}` });
      engine.apply({ kind: 'decided', call: one, verdict: 'deny', trips: [] });
    }
    expect((stateOf(engine, 'ada.triggers[0]') as Json[]).length).toBeLessThanOrEqual(2 * ATTEMPTS_NOTED_MAX);
    const again = (index: number): Call =>
      call(`again_${index}`, { agent: 'ada', at: 300_000, route: 'get', fingerprint: 'loop' });
    expect([0, 1, 2].map((index) => take(engine, again(index)))).toEqual(['allow', 'allow', 'deny']);
  });
});
