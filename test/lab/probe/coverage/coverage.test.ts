import { describe, expect, test } from 'vitest';
import { groundOf } from '../../../../src/lab/adversaries/ground.ts';
import { Arena } from '../../../../src/lab/probe/arena.ts';
import { Coverage } from '../../../../src/lab/probe/coverage/coverage.ts';
import { coverageReport, type CoveredGroup } from '../../../../src/lab/probe/coverage/report.ts';
import { getCharge, refund, refundsField, STARTS_AT } from '../refunds-field.ts';

/** What these runs reach under these rules. */
function covered(rules: string, ...runs: ((arena: Arena, charges: readonly string[]) => void)[]) {
  const field = refundsField(rules);
  const fresh: string[] = [];
  const coverage = new Coverage(groundOf(field), (item) => fresh.push(coverage.tally.catalogue.entries[item]!.text));
  for (const run of runs) {
    coverage.begin();
    const arena = new Arena(field, STARTS_AT, [], coverage);
    arena.grant('bot', 'night');
    run(arena, arena.ids('charge'));
    arena.settle();
  }
  const report = coverageReport(coverage.tally);
  const group = (name: CoveredGroup['group']): CoveredGroup => report.groups.find((one) => one.group === name)!;
  return {
    report,
    fresh,
    reached: (name: CoveredGroup['group']) => group(name).reached.map(({ what }) => what),
    unreached: (name: CoveredGroup['group']) =>
      Object.fromEntries(group(name).unreached.map(({ what, why }) => [what, why])),
  };
}

const NIGHT = 'bot/night';
const HOUR_MS = 3_600_000;

describe('coverage', () => {
  test('of nothing is everything unreached, each with a reason', () => {
    const { report } = covered('    rates: [{ route: create_refund, max: 2, per: 1h }]');
    expect(report.reached).toBe(0);
    const unreached = report.groups.flatMap((group) => group.unreached);
    expect(unreached).toHaveLength(report.of);
    for (const { why } of unreached) expect(why.length).toBeGreaterThan(10);
  });

  test('knows which rules have passed a call, stopped one, or never spoke', () => {
    const rules =
      '    rates: [{ route: create_refund, max: 2, per: 1h }]\n    once: [{ route: create_refund, per: subject }]';
    const { reached, unreached } = covered(rules, (arena, [one = '']) => {
      for (let time = 0; time < 5; time += 1) arena.call(NIGHT, refund(one, 100));
    });
    expect(reached('rules')).toEqual(
      expect.arrayContaining([
        'bot.rates[0] let a call pass',
        'bot.once[0] let a call pass',
        'bot.once[0] stopped a call',
      ]),
    );
    expect(unreached('rules')).toEqual({
      'bot.allow[0] let a call pass': 'no call that it judges was let through by it',
      'bot.rates[0] stopped a call':
        'its limit was never reached: of 5 calls that it would have passed, 4 were stopped by another rule, mostly `bot.once[0]`',
    });
    expect(reached('reasons')).toContain('once: already_done');
    expect(unreached('reasons')['rate: rate_exceeded']).toBe('no rate was full');
    expect(unreached('routes')).toHaveProperty(['get_charge was called']);
  });

  test('counts what a policy has no route for, faults, restarts and endings', () => {
    const { reached, fresh } = covered('    collar: [{ max: 50 USD }]', (arena, [one = '', other = '']) => {
      arena.call(NIGHT, { upstream: 'payments', method: 'GET', target: '/v1/balance' });
      arena.call(NIGHT, refund(one, 100), { fault: { kind: 'reset', when: 'after' } });
      arena.restart();
      arena.call(NIGHT, refund(other, 100), { lastsMs: 1_000 });
      arena.restart();
      arena.call(NIGHT, getCharge('ch_none'));
    });
    expect(reached('operations')).toEqual(['GET /v1/balance, which has no route, was tried']);
    expect(reached('faults')).toEqual(['the connection broke before the answer (reset after)']);
    expect(reached('restarts')).toHaveLength(2);
    expect(reached('endings')).toEqual(
      expect.arrayContaining(['a call surely took none', 'nobody saw how a call ended']),
    );
    expect(new Set(fresh).size).toBe(fresh.length);
  });

  test('ticks off the edges of a rolling window by the millisecond, within one run', () => {
    const rules = '    rates: [{ route: create_refund, max: 9, per: 1h }]';
    const twice =
      (ms: number) =>
      (arena: Arena, [one = '', other = '']: readonly string[]) => {
        arena.call(NIGHT, refund(one, 100));
        arena.wait(ms);
        arena.call(NIGHT, refund(other, 100));
      };
    const edges = (...waits: number[]): number => covered(rules, ...waits.map(twice)).reached('window edges').length;
    expect(edges(HOUR_MS - 1_001)).toBe(0);
    expect(edges(HOUR_MS - 1_000)).toBe(1);
    expect(edges(HOUR_MS - 1)).toBe(2);
    expect(edges(HOUR_MS)).toBe(2);
    expect(edges(HOUR_MS + 1_000)).toBe(1);
    expect(edges(HOUR_MS + 1_001)).toBe(0);
    expect(edges(HOUR_MS - 1, HOUR_MS)).toBe(4);
    // Two runs know nothing of each other.
    expect(edges(0, HOUR_MS / 2)).toBe(0);
  });

  test('ticks off midnights and days of another length in the zone of a budget', () => {
    const rules = '    budgets: [{ max: 50 USD, per: day, timezone: America/New_York }]';
    const at =
      (when: string) =>
      (arena: Arena, [one = '']: readonly string[]) => {
        arena.wait(Date.parse(when) - STARTS_AT);
        arena.call(NIGHT, refund(one, 100));
      };
    expect(covered(rules, at('2026-01-16T04:59:59.999Z')).reached('window edges')).toEqual([
      'America/New_York: a call in the last second before midnight',
      'America/New_York: a call in the last millisecond before midnight',
    ]);
    expect(covered(rules, at('2026-01-16T05:00:00.500Z')).reached('window edges')).toEqual([
      'America/New_York: a call in the first second of a day',
    ]);
    expect(covered(rules, at('2026-03-08T16:00Z'), at('2026-11-01T16:00Z')).reached('window edges')).toEqual([
      'America/New_York: a call on a day that clocks make shorter',
      'America/New_York: a call on a day that clocks make longer',
    ]);
  });
});
