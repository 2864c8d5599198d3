import { expect, test } from 'vitest';
import { promotionBaseline } from '../../../src/gate/evidence/promotion-baseline.ts';
import { fortnight } from '../../evidence/shadow/fortnight.ts';
import { dataWith, evidenceOf, policyOf, WITH_IDENTITY } from './journals.ts';

test('the same journal gives the same evidence, a JSON value, and every call of the agent is in it', async () => {
  const policy = policyOf(WITH_IDENTITY);
  const dir = await dataWith(policy, fortnight());
  const evidence = await evidenceOf(policy, dir);
  expect(await evidenceOf(policy, dir)).toEqual(evidence);
  expect(JSON.parse(JSON.stringify(evidence))).toEqual(evidence);
  const calls = evidence.days.calendar.reduce((sum, { calls: its }) => sum + its, 0);
  const { sessions, sent } = promotionBaseline(evidence);
  const counts = sessions.map(({ mix, times }) => times * Object.values(mix).reduce((sum, one) => sum + one, 0));
  expect(counts.reduce((sum, one) => sum + one, 0)).toBe(calls);
  expect(calls).toBeGreaterThan(900);
  expect(sent).toBe(evidence.upstream.sent);
  // A day on which nothing happened is no day of evidence.
  expect(evidence.days.calendar.map(({ day }) => day)).not.toContain('2026-03-11');
});
