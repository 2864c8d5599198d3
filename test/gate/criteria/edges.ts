import { describe, expect, test } from 'vitest';
import type { Criterion, CriterionId } from '../../../src/gate/criterion.ts';
import type { GateEvidence } from '../../../src/gate/evidence/evidence.ts';
import type { PromotionTerms } from '../../../src/policy/promotion.ts';
import { classOf, criterion, REFUND, shownOf } from './shown.ts';

/** What is shown, and what is said of it: a row for each side of a line. */
export type Row = readonly [
  name: string,
  shown: Partial<GateEvidence>,
  said: Partial<Criterion>,
  terms?: PromotionTerms | undefined,
  title?: string,
];

export type Rows = Partial<Record<CriterionId, readonly Row[]>>;

export const base = shownOf();
export const ofClass = (over: Parameters<typeof classOf>[1]): Partial<GateEvidence> => ({
  classes: [classOf(REFUND, over)],
});
export const days = (over: Partial<GateEvidence['days']>): Partial<GateEvidence> => ({
  days: { ...base.days, ...over },
});

/** Acts the rows out, and holds each criterion to what holds of all of them. */
export function edges(of: Rows): void {
  describe.each(Object.entries(of) as [CriterionId, readonly Row[]][])('%s', (id, rows) => {
    test.each(rows.map((row) => [row[0], row] as const))('%s', (_, [, shown, said, terms, title]) => {
      const found = criterion(id, shownOf(shown), terms, title);
      expect(found).toMatchObject(said);
      expect('lacking' in found).toBe(found.outcome === 'fail' || found.outcome === 'inconclusive');
      if (found.outcome !== 'inconclusive') expect(found).not.toHaveProperty('daysLeft');
    });
  });
}
