import { describe, expect, test } from 'vitest';
import { tripsOf } from '../../src/engine/combine.ts';
import type { Call } from '../../src/engine/call.ts';
import type { Decision, Finding } from '../../src/engine/decision.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { Effectiveness } from '../../src/engine/event.ts';
import type { CallId } from '../../src/engine/ids.ts';
import type { Policy } from '../../src/engine/policy.ts';
import type { Json } from '../../src/std/canonical-json.ts';
import { agent, allow, call, money, policy, routeId, ruleId } from './policies.ts';

/** What properties have found, kept as the shortest story that shows it. */

function admit(engine: Engine, intended: Call): Decision {
  const decision = engine.decide(intended);
  engine.apply({ kind: 'decided', call: intended, verdict: decision.verdict, trips: tripsOf(decision) });
  return decision;
}

function end(engine: Engine, id: string, at: number, effectiveness: Effectiveness): void {
  engine.apply({ kind: 'ended', call: id as CallId, at, effectiveness });
}

function reload(engine: Engine, under: Policy): Engine {
  const fresh = new Engine(under);
  fresh.load(JSON.parse(JSON.stringify(engine.save())) as Json, [...engine.open()]);
  return fresh;
}

const of = (decision: Decision, guard: string): Finding | undefined =>
  decision.findings.find((finding) => finding.guard === guard);

describe('once', () => {
  const rule = { rule: ruleId('bot.once[0]'), route: routeId('refund'), withinMs: undefined };
  const rules = policy([agent('bot', { once: [rule] }), agent('free')]);

  test.each([
    ['the first to end', ['bot', 'free']],
    ['the last to end', ['free', 'bot']],
  ])('an effect counts although a call without this rule overlapped it and had none (%s)', (_, order) => {
    const engine = new Engine(rules);
    admit(engine, call('c_bot', { agent: 'bot' }));
    admit(engine, call('c_free', { agent: 'free' }));
    for (const [at, who] of order.entries()) end(engine, `c_${who}`, at, who === 'bot' ? 'effective' : 'ineffective');
    const again = of(engine.decide(call('c_again', { at: 9 })), 'once');
    expect(again).toMatchObject({ reason: 'already_done', earlier: 'c_bot' });
  });

  test('overlapping calls on one subject survive a restart, each by itself', () => {
    const engine = new Engine(rules);
    admit(engine, call('c1', { agent: 'free' }));
    admit(engine, call('c2', { agent: 'free' }));
    const restarted = reload(engine, rules);
    end(restarted, 'c1', 1, 'ineffective');
    expect(of(restarted.decide(call('c3', { at: 2 })), 'once')).toMatchObject({ earlier: 'c2' });
    end(restarted, 'c2', 3, 'ineffective');
    expect(restarted.decide(call('c4', { at: 4 })).verdict).toBe('allow');
  });
});

describe('once within a window', () => {
  test('what ended before a generation turned survives a restart while its window lasts', () => {
    const within = { rule: ruleId('bot.once[0]'), route: routeId('refund'), withinMs: 1000 };
    const rules = policy([agent('bot', { once: [within] })]);
    const engine = new Engine(rules);
    for (const [subject, at] of Object.entries({ a: 5500, b: 6400, c: 6500 })) {
      admit(engine, call(`c_${subject}`, { subject, at }));
      end(engine, `c_${subject}`, at, 'unknown');
    }
    const restarted = reload(engine, rules);
    const again = (at: number) => of(restarted.decide(call('again', { subject: 'b', at })), 'once')?.reason;
    expect([again(7399), again(7400)]).toEqual(['already_done', 'ok']);
  });
});

describe('runaway', () => {
  const sameTwice = { rule: ruleId('bot.runaway[0]'), routes: 'all', same: 'call', onTrip: 'freeze' } as const;

  test('a count of two trips at the second attempt', () => {
    const engine = new Engine(policy([agent('bot', { runaway: [{ ...sameTwice, count: 2, withinMs: 1000 }] })]));
    expect(admit(engine, call('c1', { fingerprint: 'f' })).verdict).toBe('allow');
    expect(of(admit(engine, call('c2', { fingerprint: 'f', at: 999 })), 'runaway')?.trip).toBe('freeze');
  });

  test('attempts before and after a generation turned are saved once, not twice', () => {
    const rules = policy([agent('bot', { runaway: [{ ...sameTwice, count: 5, withinMs: 1000 }] })]);
    const engine = new Engine(rules);
    for (const [index, at] of [5500, 6400, 6500].entries()) {
      admit(engine, call(`c${index}`, { fingerprint: 'f', at, route: 'get', amount: null, effect: 'read' }));
    }
    const next = call('next', { fingerprint: 'f', at: 6501, route: 'get', amount: null, effect: 'read' });
    expect(reload(engine, rules).decide(next)).toEqual(engine.decide(next));
  });

  test('a count of one is refused: every first call would trip it', () => {
    const rules = policy([agent('bot', { runaway: [{ ...sameTwice, count: 1, withinMs: 1000 }] })]);
    expect(() => new Engine(rules)).toThrow('nothing repeats');
  });
});

describe('rate', () => {
  test.each([0, -1, 1.5, Number.NaN])('a limit of %d is refused: it once let everything through', (max) => {
    const rates = [{ rule: ruleId('bot.rates[0]'), routes: 'all', max, perMs: 1000, onTrip: 'deny' } as const];
    expect(() => new Engine(policy([agent('bot', { rates })]))).toThrow('at least one');
  });
});

describe('budget', () => {
  const rolling = { kind: 'rolling', ms: 1000 } as const;
  const budgets = [
    { rule: ruleId('b'), routes: 'all', max: money('5 USD'), per: rolling, each: 'agent', onTrip: 'deny' } as const,
  ];
  const rules = policy([agent('bot', { budgets })]);

  test('an amount above the whole budget is not told to wait', () => {
    const found = of(new Engine(rules).decide(call('c1', { amount: money('6 USD') })), 'budget');
    expect(found).toMatchObject({ reason: 'budget_exceeded', retryable: 'never' });
    expect(found).not.toHaveProperty('retryAt');
  });

  test('retryAt names the next settlement that leaves, not one that has left', () => {
    const engine = new Engine(rules);
    admit(engine, call('c1', { at: 0, amount: money('1 USD') }));
    end(engine, 'c1', 0, 'effective');
    admit(engine, call('c2', { at: 500, amount: money('5 USD') }));
    admit(engine, call('c3', { at: 501, amount: money('4 USD') }));
    end(engine, 'c3', 502, 'effective');
    const found = of(engine.decide(call('c4', { at: 1200, amount: money('5 USD') })), 'budget');
    expect(found).toMatchObject({ reason: 'budget_exceeded', retryAt: 1502 });
  });
});

describe('collar', () => {
  test('a bulk call whose items cannot be counted is refused where they are limited', () => {
    const collar = [{ rule: ruleId('bot.collar[0]'), routes: 'all', itemsMax: 3 } as const];
    const engine = new Engine(policy([agent('bot', { collar })]));
    const uncounted = { route: 'import', effect: 'write', amount: null, items: null } as const;
    expect(of(engine.decide(call('c1', uncounted)), 'collar')?.reason).toBe('items_unreadable');
    expect(engine.decide(call('c2', { ...uncounted, items: 3 })).verdict).toBe('allow');
    expect(engine.decide(call('c3', { ...uncounted, route: 'erase' })).verdict).toBe('allow');
  });
});

describe('scope', () => {
  test('the condition that could not be evaluated is named, and one that the call says nothing of is such', () => {
    const entries = allow('bot', 'refund', 'refund', 'refund').map((entry, index) => ({
      ...entry,
      when: { source: `condition ${index}`, test: () => true },
    }));
    const engine = new Engine(policy([agent('bot', {}, { allow: entries })]));
    const conditions = { [ruleId('bot.allow[0]')]: false, [ruleId('bot.allow[2]')]: 'error' as const };
    expect(of(engine.decide(call('c1', { conditions })), 'scope')).toMatchObject({
      rule: 'bot.allow[1]',
      reason: 'condition_error',
      limit: 'condition 1',
    });
  });
});

describe('budget', () => {
  test('a day counts what is spent in it where the clock is at 1970 and the day began before', () => {
    const per = { kind: 'day', timeZone: 'Europe/Berlin' } as const;
    const rule = { rule: ruleId('bot.budgets[0]'), routes: 'all', max: money('10 USD'), per } as const;
    const engine = new Engine(policy([agent('bot', { budgets: [{ ...rule, each: 'agent', onTrip: 'deny' }] })]));
    admit(engine, call('c1', { at: 1_000, amount: money('8 USD') }));
    end(engine, 'c1', 2_000, 'effective');
    expect(engine.decide(call('c2', { at: 3_000, amount: money('8 USD') })).verdict).toBe('deny');
  });
});
