import { describe, expect, test } from 'vitest';
import type { AmountFact } from '../../src/engine/call.ts';
import { Engine } from '../../src/engine/engine.ts';
import { agent, call, money, policy, routeSet, ruleId } from './policies.ts';

const above = { rule: ruleId('a'), routes: routeSet('refund', 'erase'), above: money('100 USD'), expiresMs: 60_000 };
const always = { rule: ruleId('b'), routes: routeSet('erase'), expiresMs: 1_000 };

describe('approval', () => {
  test.each<{
    readonly what: string;
    readonly amount: AmountFact;
    readonly verdict: string;
    readonly observed?: string;
  }>([
    { what: 'below the threshold', amount: money('99.99 USD'), verdict: 'pass' },
    { what: 'at the threshold', amount: money('100 USD'), verdict: 'pass' },
    { what: 'a hundredth above', amount: money('100.01 USD'), verdict: 'hold', observed: '100.01 USD' },
    { what: 'a smaller number of another currency', amount: money('1 EUR'), verdict: 'hold', observed: '1.00 EUR' },
    { what: 'no amount', amount: { fault: 'missing' }, verdict: 'hold', observed: 'an amount that cannot be read' },
    { what: 'no currency', amount: { fault: 'currency' }, verdict: 'hold', observed: 'an amount that cannot be read' },
  ])('$what: $verdict', ({ amount, verdict, observed }) => {
    const { findings } = new Engine(policy([agent('bot', { approval: [above] })])).decide(
      call('c1', { amount, at: 5 }),
    );
    const found = findings.find(({ guard }) => guard === 'approval');
    expect(found?.verdict).toBe(verdict);
    expect(found?.observed).toBe(observed);
    expect(found?.expiresAt).toBe(verdict === 'hold' ? 60_005 : undefined);
  });

  test('without a threshold every call of its routes is held, and of no other', () => {
    const engine = new Engine(policy([agent('bot', { approval: [always] })]));
    const erase = call('c1', { route: 'erase', effect: 'destructive', amount: null });
    expect(engine.decide(erase)).toMatchObject({ verdict: 'hold', decisive: { rule: 'b', expiresAt: 1_000 } });
    expect(engine.decide(call('c2', { route: 'payout' })).verdict).toBe('allow');
  });

  test('a threshold holds nothing on a route that moves no money', () => {
    const engine = new Engine(policy([agent('bot', { approval: [above] })]));
    expect(engine.decide(call('c1', { route: 'erase', effect: 'destructive', amount: null })).verdict).toBe('allow');
  });

  test('what anything else denies is denied, and no human is asked', () => {
    const engine = new Engine(policy([agent('bot', { approval: [above] }, { allow: [] })]));
    expect(engine.decide(call('c1', { amount: money('500 USD') }))).toMatchObject({ verdict: 'deny' });
  });
});
