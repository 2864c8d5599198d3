import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TimelineEvent } from '../../../src/lab/sandbox/result.ts';
import { axisOf, nightTime, originOf, percentOf } from '../../../src/report/page/axis.ts';
import { clustersOf } from '../../../src/report/page/clusters.ts';
import { KINDS } from '../../../src/report/page/marks.ts';
import { MOMENTS_MAX, momentsOf } from '../../../src/report/page/moments.ts';
import { stormy } from '../night-loops.ts';
import { STARTED_AT, run } from '../runs.ts';

const timelines = fc
  .array(
    fc.record<TimelineEvent>({
      at: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 9_000 })).map((ms) => STARTED_AT + ms),
      lane: fc.constantFrom('agent', 'door', 'business', 'operator'),
      kind: fc.constantFrom(...KINDS),
      text: fc.constantFrom('a', 'b', 'c', 'd'),
      count: fc.integer({ min: 1, max: 500 }),
    }),
    { maxLength: 60 },
  )
  .map((events) => events.toSorted((a, b) => a.at - b.at));

const runOf = (timeline: readonly TimelineEvent[]): ReturnType<typeof run> => ({
  ...run({ sent: 0, reached: 0, tookMs: 0, lines: [], deeds: [] }),
  timeline,
});

describe('moments', () => {
  test('are few, in time order, and count all that are alike', () => {
    fc.assert(
      fc.property(timelines, (timeline) => {
        const moments = momentsOf(timeline);
        expect(moments.length).toBeLessThanOrEqual(MOMENTS_MAX);
        expect(moments.map(({ at }) => at)).toEqual(moments.map(({ at }) => at).toSorted((a, b) => a - b));
        for (const { lane, kind, text, count, at } of moments) {
          const same = timeline.filter((event) => event.lane === lane && event.kind === kind && event.text === text);
          expect(count).toBe(same.reduce((sum, event) => sum + event.count, 0));
          expect(at).toBe(same[0]?.at);
        }
      }),
    );
  });

  test('that differ in ids, amounts or times alone are one, told by the first', () => {
    const payouts = ['payout 25.00 USD: payout:po_3Ny', 'payout 30.00 USD: payout:po_4Xw'].map((text, index) => {
      return [100 * index, 'business', 'harm', text, 2] as const;
    });
    const { timeline } = run({ sent: 0, reached: 0, tookMs: 0, lines: payouts, deeds: [] });
    expect(momentsOf(timeline)).toEqual([
      {
        at: STARTED_AT,
        lastAt: STARTED_AT + 100,
        lane: 'business',
        kind: 'harm',
        text: 'payout 25.00 USD: payout:po_3Ny',
        count: 4,
        varied: true,
      },
    ]);
  });

  test('the first harm and the first freeze are never left out', () => {
    fc.assert(
      fc.property(timelines, (timeline) => {
        const moments = momentsOf(timeline);
        for (const kind of ['harm', 'freeze'] as const) {
          const first = timeline.find((event) => event.kind === kind);
          if (first !== undefined) expect(moments.find((moment) => moment.kind === kind)?.at).toBe(first.at);
        }
      }),
    );
  });
});

describe('clusters', () => {
  test('lose no event and move none to another lane or kind', () => {
    fc.assert(
      fc.property(timelines, (timeline) => {
        const run = runOf(timeline);
        const clusters = clustersOf(timeline, originOf(run), axisOf([run]));
        const sums = (events: readonly Pick<TimelineEvent, 'lane' | 'kind' | 'count'>[]): Record<string, number> =>
          events.reduce<Record<string, number>>((all, { lane, kind, count }) => {
            return { ...all, [`${lane} ${kind}`]: (all[`${lane} ${kind}`] ?? 0) + count };
          }, {});
        expect(sums(clusters)).toEqual(sums(timeline));
      }),
    );
  });

  test('harm is drawn last, on top of everything', () => {
    const { unguarded } = stormy();
    const clusters = clustersOf(unguarded.timeline, originOf(unguarded), axisOf([unguarded]));
    expect(clusters.at(-1)?.kind).toBe('harm');
    expect(clusters.slice(clusters.findIndex(({ kind }) => kind === 'harm')).every(({ kind }) => kind === 'harm')).toBe(
      true,
    );
  });
});

describe('the axis', () => {
  test.each([
    [0, '03:00:00.000'],
    [31_002, '03:00:31.002'],
    [3_600_000, '04:00:00.000'],
    [22 * 3_600_000, '25:00:00.000'],
  ])('%i ms after the first event is shown as %s', (afterMs, time) => expect(nightTime(afterMs)).toBe(time));

  test('starts with the first event of each run, so that both runs begin together', () => {
    const late = run({ sent: 1, reached: 1, tookMs: 9, lines: [[700, 'agent', 'call', 'late']], deeds: [] });
    expect(originOf(late)).toBe(STARTED_AT + 700);
    expect(originOf(runOf([]))).toBe(STARTED_AT);
  });

  test('has at most five ticks, inside it, the first labelled, for a span of any length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 * 86_400_000 }), (spanMs) => {
        const events = [0, spanMs].map((afterMs) => [afterMs, 'agent', 'call', 'x'] as const);
        const axis = axisOf([run({ sent: 0, reached: 0, tookMs: 0, lines: events, deeds: [] })]);
        expect(axis.ticks.length).toBeLessThanOrEqual(5);
        expect(axis.ticks[0]?.label).toBe('03:00:00');
        expect(axis.ticks.every(({ afterMs }) => afterMs <= axis.spanMs)).toBe(true);
        expect(percentOf(spanMs, axis)).toBe(spanMs === 0 ? '0%' : '100%');
      }),
    );
  });
});
