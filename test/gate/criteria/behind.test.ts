import { expect, onTestFinished, test } from 'vitest';
import type { Criterion } from '../../../src/gate/criterion.ts';
import { judge } from '../../../src/gate/verdict.ts';
import { openWarehouse } from '../../../src/warehouse/index.ts';
import { fortnight } from '../../evidence/shadow/fortnight.ts';
import { dataWith, evidenceOf, policyOf, WITH_IDENTITY } from '../evidence/journals.ts';
import { NOW, termsOf } from './shown.ts';

const queries = (of: Criterion | undefined): readonly string[] =>
  (of?.behind ?? []).flatMap((each) => (each.kind === 'query' ? [each.sql] : []));

test('every query behind a criterion runs, and one behind a count gives as many rows as were counted', async () => {
  const policy = policyOf(WITH_IDENTITY);
  const dir = await dataWith(policy, fortnight());
  const evidence = await evidenceOf(policy, dir);
  const { criteria, verdict } = judge(termsOf(), evidence, NOW);
  const warehouse = await openWarehouse(dir);
  onTestFinished(() => warehouse.close());
  const found = (title: string, route: string | null): Criterion | undefined =>
    criteria.find((each) => each.title === title && each.class === route);
  const rowsBehind = async (title: string, route: string | null = null): Promise<number> => {
    const [sql = ''] = queries(found(title, route));
    return (await warehouse.rows(sql)).length;
  };

  for (const of of criteria) for (const sql of queries(of)) await warehouse.rows(sql);
  expect(evidence.classes.length).toBeGreaterThan(0);
  for (const { route, meant, weekdays, weekend } of evidence.classes) {
    expect(await rowsBehind('intended writes', route)).toBe(meant);
    expect(await rowsBehind('writes on weekdays', route)).toBe(weekdays);
    expect(await rowsBehind('writes at weekends', route)).toBe(weekend);
  }
  expect(evidence.sessions.writing).toBeGreaterThan(100);
  expect(await rowsBehind('sessions that meant to write')).toBe(evidence.sessions.writing);
  expect(await rowsBehind('days')).toBe(evidence.days.calendar.length);
  expect(evidence.faults.calls).toBeGreaterThan(0);
  expect(await rowsBehind('calls that met a fault')).toBe(evidence.faults.calls);
  expect(await rowsBehind('calls that their upstream failed')).toBe(evidence.upstream.failed);

  // A fortnight that nobody reviewed shows no harm, and no lack of it either.
  expect(verdict).not.toBe('PASS');
  const harm = found('harm per session', 'create_refund');
  expect(harm?.outcome).toBe('inconclusive');
  expect(harm?.lacking).toContain('would show less than 0.5%');
});
