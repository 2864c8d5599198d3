import { describe, expect, test } from 'vitest';
import type { RouteId } from '../../src/engine/ids.ts';
import { harmCourse, POINTS_MAX } from '../../src/gate/harm-course.ts';
import type { JudgedSession } from '../../src/gate/evidence/evidence.ts';
import { clopperPearson } from '../../src/gate/statistics/clopper-pearson.ts';
import { sequenceBound } from '../../src/gate/statistics/confidence-sequence.ts';
import type { EvidenceTerms } from '../../src/policy/promotion.ts';

const TERMS: EvidenceTerms = {
  days: 0,
  sessions: 0,
  writes: 0,
  strata: { weekdays: 0, weekend: 0, amounts: 0, faults: 0 },
  harmBelow: 5_000,
  agreementAbove: null,
  confidence: 0.95,
  reviewedAtLeast: null,
  look: 'continuous',
  errorsAtMost: null,
  steady: false,
  classes: new Map([['create_refund' as RouteId, { harmBelow: 20_000 }]]),
};

/** So many judged sessions, of which those numbered did harm. */
const judged = (count: number, harmful: readonly number[] = []): readonly JudgedSession[] =>
  Array.from({ length: count }, (_, index) => ({
    session: `s-${index + 1}`,
    at: index,
    writes: 1,
    judged: 1,
    harmful: harmful.includes(index + 1) ? 1 : 0,
    call: null,
  }));

const route = 'create_refund' as RouteId;

describe('the course of a bound on harm', () => {
  test('ends at the bound that its criterion uses, and its line is the class’s own', () => {
    const { points, limit } = harmCourse({ route, judged: judged(700, [30, 31, 500]) }, TERMS);
    expect(points.at(-1)).toMatchObject({ sessions: 700, harmful: 3, bound: sequenceBound(3, 700, 0.95).high });
    expect(limit).toBe(0.02);
  });

  test('of many sessions as many as a screen shows, each with harm at its place', () => {
    const { points } = harmCourse({ route, judged: judged(5_000, [7, 1_234, 4_999]) }, TERMS);
    expect(points.length).toBeLessThanOrEqual(POINTS_MAX + 4);
    for (const at of [1, 7, 1_234, 4_999, 5_000]) expect(points.map(({ sessions }) => sessions)).toContain(at);
  });

  test('a planned look is taken once: nothing before it, and whatever comes behind it changes nothing', () => {
    const terms: EvidenceTerms = { ...TERMS, look: { sessions: 100 } };
    expect(harmCourse({ route, judged: judged(99) }, terms).points).toEqual([]);
    const { points, look } = harmCourse({ route, judged: judged(150, [140]) }, terms);
    expect(look).toBe(100);
    expect(points).toEqual([{ sessions: 100, harmful: 0, at: 99, bound: clopperPearson(0, 100, 0.95).high }]);
  });

  test('nobody judged a session: there is no point, and no bound', () => {
    expect(harmCourse({ route, judged: [] }, TERMS).points).toEqual([]);
  });
});
