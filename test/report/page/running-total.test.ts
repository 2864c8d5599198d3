import { describe, expect, test } from 'vitest';
import { grouped, harmOf, stoppedBy } from '../../../src/report/page/amounts.ts';
import { axisOf } from '../../../src/report/page/axis.ts';
import { measureOf, stepsOf, totalOf } from '../../../src/report/page/running-total.ts';
import { deletion } from '../night-loops.ts';
import { doubleRefund } from '../night-mistakes.ts';
import { run } from '../runs.ts';

const refunds = doubleRefund();
const empty = run({ sent: 0, reached: 0, tookMs: 0, lines: [], deeds: [] });

describe('the running total', () => {
  test('of both runs is on one scale, which holds the limit too', () => {
    const measure = measureOf(refunds);
    expect(measure).toMatchObject({ title: 'money out', top: 500_000_000n, limit: 500_000_000n });
  });

  test('steps at each change, and knows which part of it is harm', () => {
    const measure = measureOf(refunds);
    if (measure === null) throw new Error('money moved');
    const steps = stepsOf(refunds.unguarded, measure, axisOf([refunds.unguarded]));
    expect(steps.map(({ y, harm }) => [y, harm])).toEqual([
      [0.1, 0],
      [0.2, 0.1],
    ]);
    expect(measure.say(totalOf(refunds.unguarded, measure))).toBe('100.00\u00A0USD');
  });

  test('counts writes where no money moves', () => {
    expect(measureOf(deletion())).toMatchObject({ title: 'writes', top: 38n, limit: null });
  });

  test('is left out where nothing changed', () => {
    expect(measureOf({ ...refunds, unguarded: empty, guarded: empty, limit: '' })).toBeNull();
  });

  test('ignores a limit in another currency, and one that is no amount', () => {
    for (const limit of ['500.00 EUR', 'plenty']) {
      expect(measureOf({ ...refunds, limit })).toMatchObject({ limit: null, top: 100_000_000n });
    }
  });
});

describe('amounts', () => {
  test('guards are counted over all their rules', () => {
    const stop = { guard: 'scope', rule: 'bot.allow', reason: 'not_allowed', calls: 16 };
    expect(stoppedBy({ ...refunds, stoppedBy: [stop, { ...stop, rule: 'bot.allow[0]', calls: 1 }] })).toBe(
      'scope\u00A0×17',
    );
  });

  test.each([
    ['12345.67 USD', '12,345.67\u00A0USD'],
    ['1234567 JPY', '1,234,567\u00A0JPY'],
    ['0.123456 USD', '0.123456\u00A0USD'],
    ['999.00 USD', '999.00\u00A0USD'],
    ['-4800.00 USD', '-4,800.00\u00A0USD'],
  ])('%s reads as %s', (text, shown) => expect(grouped(text)).toBe(shown));

  test('harm is summed by currency, never across', () => {
    const harmed = run({
      sent: 1,
      reached: 1,
      tookMs: 1,
      lines: [],
      deeds: [[0, 'refund', 'charge:1', '10.00', true]],
    });
    const euros = harmed.ledger.map((entry) => ({ ...entry, moneyOut: { micros: 7_000_000n, currency: 'EUR' } }));
    expect(harmOf([harmed, { ...harmed, ledger: euros }])).toBe(
      '10.00\u00A0USD and 7.00\u00A0EUR in 2 harmful effects',
    );
    expect(harmOf([empty])).toBe('no harm');
  });
});
