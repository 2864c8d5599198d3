import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calendar } from '../../../src/std/calendar.ts';
import { parseMoney } from '../../../src/std/money.ts';
import type { AgentId, CallId, RouteId } from '../../../src/engine/ids.ts';
import type { Deed, Doer } from '../../../src/lab/oracles/oracle.ts';
import { Nearness } from '../../../src/lab/probe/nearness.ts';
import { SlidingSum } from '../../../src/lab/probe/nearness/sliding-sum.ts';
import { ARRIVAL } from '../../../src/lab/sandbox/scenario.ts';
import { refundsField } from './refunds-field.ts';

const DAY_MS = 86_400_000;
const NOON = Date.parse('2026-01-15T17:00:00Z');
let calls = 0;

/** A refund that the business made. @param read what the policy took it for */
function refunded(
  left: string,
  at = NOON,
  { read = left, doneAt = at }: { read?: string; doneAt?: number } = {},
): Deed {
  calls += 1;
  const by: Doer = {
    id: `call_${calls}` as CallId,
    at,
    agent: 'bot' as AgentId,
    grant: 'g' as never,
    task: 't',
    session: 's',
    route: 'create_refund' as RouteId,
    effect: 'money',
    subject: 'charge:1',
    amount: parseMoney(read)!,
  };
  const entry = { at: doneAt, kind: 'refund', subject: 'charge:1', moneyOut: parseMoney(left)!, write: true };
  return { at: doneAt, upstream: 'payments', entry, by };
}

function arrived(at: number): Deed {
  const { by, upstream } = refunded('1 USD', at);
  return { at, upstream, by, entry: { at, kind: ARRIVAL, subject: '', moneyOut: null, write: false } };
}

const BUDGET = '    budgets: [{ max: 50 USD, per: day, timezone: America/New_York }]';
const nearness = (rules = BUDGET): Nearness => new Nearness(refundsField(rules).loaded, () => 'splitter');
const money = (one: Nearness) => one.approaches().find(({ what }) => what === 'USD a day');

describe('nearness', () => {
  test('tells how far of a bound it came, and by whom; each run begins anew', () => {
    const near = nearness();
    for (const amounts of [['20 USD', '19.50 USD'], ['10 USD']]) {
      const watch = near.oracle.watch();
      for (const amount of amounts) expect(watch.see(refunded(amount))).toBeUndefined();
    }
    expect(money(near)).toEqual({
      whose: 'bot',
      what: 'USD a day',
      bound: '50.00',
      came: '39.50',
      share: 0.79,
      by: 'splitter',
    });
    expect(near.nearest()?.came).toBe('39.50');
  });

  test('begins anew at the budget’s midnight', () => {
    const watch = nearness().oracle.watch();
    const midnight = calendar('America/New_York')(NOON).end;
    expect(watch.see(refunded('50 USD', midnight - 1))).toBeUndefined();
    expect(watch.see(refunded('50 USD', midnight))).toBeUndefined();
  });

  test('calls it a bug of Interlock’s where more left than the bound, as the policy itself reads the calls', () => {
    const watch = nearness().oracle.watch();
    watch.see(refunded('50 USD'));
    const harm = watch.see(refunded('0.01 USD', NOON + 1));
    expect(harm).toMatchObject({ promise: true, deeds: [{}] });
    expect(harm?.text).toBe('bot came to 50.01, where at most 50.00 USD a day can happen: a bug in Interlock');
  });

  test('and no bug where the policy reads something else off them than the business does', () => {
    const near = nearness();
    const watch = near.oracle.watch();
    for (const left of ['40 USD', '30 USD']) expect(watch.see(refunded(left, NOON, { read: '1 USD' }))).toBeUndefined();
    expect(watch.see(refunded('30 EUR', NOON, { read: '1 USD' }))).toBeUndefined();
    expect(money(near)).toMatchObject({ came: '70.00', understated: expect.stringContaining('correct `amount`') });
    expect(near.approaches().find(({ what }) => what === 'EUR a day')).toMatchObject({
      bound: '0.00',
      came: '30.00',
      share: null,
      understated: expect.stringContaining('moved more'),
    });
  });

  test('leaves out what a business does after nobody waits any more, and what others do', () => {
    const near = nearness();
    const watch = near.oracle.watch();
    watch.see(refunded('99 USD', NOON, { doneAt: NOON + 60_000 }));
    watch.see({ ...refunded('99 USD'), by: null });
    expect(money(near)).toMatchObject({ came: '0.00', by: null });
  });

  test('counts calls an hour by effect', () => {
    const near = nearness('    rates: [{ route: create_refund, max: 3, per: 1h }]');
    const watch = near.oracle.watch();
    for (const at of [0, 1_800_000, 3_599_999, 3_600_000]) expect(watch.see(arrived(NOON + at))).toBeUndefined();
    expect(near.approaches()).toContainEqual(
      expect.objectContaining({ what: 'money calls an hour', bound: '3', came: '3', share: 1 }),
    );
    expect(watch.see(arrived(NOON + 3_600_001))?.promise).toBe(true);
  });
});

test('a sliding sum is the sum of what lies in (at − span, at] and behind every midnight', () => {
  const zones = fc.subarray(['UTC', 'America/New_York', 'Asia/Kathmandu']);
  const happenings = fc.array(
    fc.tuple(fc.constantFrom(0, 1, 999, DAY_MS - 1, DAY_MS, 7_200_000), fc.bigInt({ min: 0n, max: 9n })),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(zones, fc.constantFrom(1_000, DAY_MS, Infinity), happenings, (names, ms, waits) => {
      const calendars = names.map((name) => calendar(name));
      const sum = new SlidingSum({ ms, calendars });
      const all: { at: number; amount: bigint }[] = [];
      let at = NOON;
      for (const [wait, amount] of waits) {
        at += wait;
        all.push({ at, amount });
        const expected = all
          .filter((one) => one.at > at - ms && calendars.every((day) => one.at >= day(at).start))
          .reduce((total, one) => total + one.amount, 0n);
        expect(sum.add(at, amount)).toBe(expected);
      }
    }),
  );
});
