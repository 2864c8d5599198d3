import { describe, expect, test } from 'vitest';
import { byFullness, byNeed, needs, runsOut, works } from '../../src/dashboard/attention.ts';
import { headline } from '../../src/dashboard/overview/headline.ts';
import { actor, ago, counted, dayTime, ofLimit, perWindow, rate, reasonOf, span } from '../../src/dashboard/words.ts';
import { agent, budget, busyNight, callRate, freeze, look, traffic } from './looks.ts';

describe('how the page says spans, times, rates and limits', () => {
  test.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1_000, '1 s'],
    [89_999, '89 s'],
    [90_000, '1 min'],
    [5_399_000, '89 min'],
    [5_400_000, '1 h 30 min'],
    [7_200_000, '2 h'],
    [172_800_000, '2 d'],
    [190_800_000, '2 d 5 h'],
  ])('%i ms: %s', (ms, words) => expect(span(ms)).toBe(words));

  test.each([
    [86_400_000, 'per day'],
    [172_800_000, 'per 2 days'],
    [3_600_000, 'per hour'],
    [900_000, 'per 15 min'],
    [60_000, 'per minute'],
    [1_000, 'per second'],
    [1_500, 'per 1 s'],
    [0, 'in all'],
  ])('a window of %i ms: %s', (ms, words) => expect(perWindow(ms)).toBe(words));

  test.each([
    ['350.00 USD', '500.00 USD', '350.00 of 500.00 USD'],
    ['350.00 USD', '500.00 EUR', '350.00 USD of 500.00 EUR'],
    ['61', '100', '61 of 100'],
    ['1234567.89 USD', '25000000.00 USD', '1,234,567.89 of 25,000,000.00 USD'],
    ['999', '3000', '999 of 3,000'],
  ])('%s of %s', (used, limit, words) => expect(ofLimit(used, limit)).toBe(words));

  test('what is compared at a glance has one decimal where it matters', () => {
    expect([0, 0.04, 1.44, 9.94, 9.95, 2_013.4].map(rate)).toEqual(['0', '0.0', '1.4', '9.9', '10', '2,013']);
  });

  test('who did it is said as a person would', () => {
    expect(actor('human:ann')).toBe('ann');
    expect(actor('guard:refunds-bot.budgets[0]')).toBe('its rule refunds-bot.budgets[0]');
    expect(actor('agent')).toBe('itself');
    expect(reasonOf({ by: 'guard:refunds-bot.budgets[0]', reason: 'budget_exceeded' })).toBe('budget exceeded');
    expect(reasonOf({ by: 'human:ann', reason: 'see ticket_12' })).toBe('see ticket_12');
  });

  test('a moment has its day where that is not today’s', () => {
    const now = Date.parse('2026-11-28T00:10:00Z');
    expect(dayTime(Date.parse('2026-11-28T00:05:59Z'), now)).toBe('00:05');
    expect(dayTime(Date.parse('2026-11-27T23:59:59Z'), now)).toBe('2026-11-27 23:59');
    expect(ago(now - 240_000, now)).toBe('4 min ago');
    // The door's clock and the page's are never quite the same.
    expect(ago(now + 300, now)).toBe('just now');
    expect(counted(1, 'call waits', 'calls wait')).toBe('1 call waits');
  });
});

describe('what needs a human comes first', () => {
  test('one whose second person is asked for, then frozen, then waiting, then soon used up, then at work, then by name', () => {
    const names = byNeed([
      agent('idle'),
      agent('busy', { traffic: traffic({ perSecond: 40 }) }),
      agent('soon', { gauges: [budget('soon', 490, { emptyInMs: 60_000 })] }),
      agent('waits', { waiting: 1 }),
      agent('frozen', { frozen: freeze() }),
      agent('half', { frozen: freeze({ people: 2, assent: { by: 'ann', until: '2026-11-28T04:12:00Z' } }) }),
      agent('also-idle'),
    ]).map((each) => each.agent);
    expect(names).toEqual(['half', 'frozen', 'waits', 'soon', 'busy', 'also-idle', 'idle']);
  });

  test('a frozen agent that goes on asking is not at work', () => {
    const calling = traffic({ perSecond: 14 });
    expect([agent('a', { traffic: calling }), agent('b', { traffic: calling, frozen: freeze() })].map(works)).toEqual([
      true,
      false,
    ]);
  });

  test('the order does not follow the pace: what moves under a finger is not pressed', () => {
    const at = (a: number, b: number) =>
      byNeed([agent('a', { traffic: traffic({ perSecond: a }) }), agent('b', { traffic: traffic({ perSecond: b }) })]);
    expect(at(1, 900).map((each) => each.agent)).toEqual(at(900, 1).map((each) => each.agent));
  });

  test('a limit asks for a human once it is used up, or will be within a quarter of an hour', () => {
    expect(runsOut(budget('a', 500))).toBe(true);
    expect(runsOut(budget('a', 100, { emptyInMs: 14 * 60_000 }))).toBe(true);
    expect(runsOut(budget('a', 499, { emptyInMs: 16 * 60_000 }))).toBe(false);
    expect(runsOut(budget('a', 499))).toBe(false);
    const [first] = byFullness([budget('a', 450), callRate('a', 20, { emptyInMs: 60_000 })]);
    expect(first?.guard).toBe('rate');
  });

  test('what is counted in the tab: frozen agents, waiting calls, a full disk, pages that reached nobody', () => {
    expect(needs(busyNight())).toBe(3);
    const worst = { journal: { seq: 1, disk: 'full' as const, diskSince: null }, pages: { waiting: 9, abandoned: 2 } };
    expect(needs(look(busyNight().agents, worst))).toBe(5);
  });
});

describe('the sentence that is read first', () => {
  test.each([
    ['Nothing needs you: no agent calls at the moment', [agent('a')]],
    ['Nothing needs you: 1 agent of 2 at work', [agent('a', { traffic: traffic({ perSecond: 1 }) }), agent('b')]],
    ['a is frozen', [agent('a', { frozen: freeze() }), agent('b')]],
    [
      'a and b are frozen, and 1 call waits for a person',
      [agent('a', { frozen: freeze() }), agent('b', { frozen: freeze() }), agent('c', { waiting: 1 })],
    ],
    [
      'a is frozen, and b uses up 500.00 USD in 60 s at this pace',
      [
        agent('a', { frozen: freeze(), gauges: [budget('a', 500)] }),
        agent('b', { waiting: 1, gauges: [budget('b', 400, { emptyInMs: 60_000 })] }),
      ],
    ],
    ['Every agent is frozen', [agent('a', { frozen: freeze() }), agent('b', { frozen: freeze() })]],
    ['2 calls wait for a person', [agent('a', { waiting: 2 })]],
    [
      'a uses up 500.00 USD in 4 min at this pace',
      [agent('a', { gauges: [budget('a', 400, { emptyInMs: 240_000 })] })],
    ],
    ['a has used up 500.00 USD', [agent('a', { gauges: [budget('a', 500)] })]],
  ] as const)('%s', (words, agents) => expect(headline(look(agents)).text).toBe(words));
});
