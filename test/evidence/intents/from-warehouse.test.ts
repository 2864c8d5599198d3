import { expect, onTestFinished, test } from 'vitest';
import { intentsOf } from '../../../src/evidence/intents/from-journal.ts';
import { assessmentsIn, intentsIn } from '../../../src/evidence/intents/from-warehouse.ts';
import { openWarehouse, type Warehouse } from '../../../src/warehouse/index.ts';
import { readJournal } from '../../../src/journal/index.ts';
import { directory, written } from '../../journal/directory.ts';
import { night } from './night.ts';

async function opened(dir: string): Promise<Warehouse> {
  const warehouse = await openWarehouse(dir);
  onTestFinished(() => warehouse.close());
  return warehouse;
}

test.each([1, 2, 3])('the warehouse tells the same of a night as the journal does (seed %i)', async (seed) => {
  const dir = directory();
  await written(dir, night(seed));
  const warehouse = await opened(dir);
  for (const agent of [null, 'bot', '__proto__', 'nobody']) {
    expect(await intentsIn(warehouse, agent)).toEqual(intentsOf(readJournal(dir), agent));
    const told = [...readJournal(dir)].filter(
      (one) => one.kind === 'assessment' && (agent === null || one.agent === agent),
    );
    expect(told).toMatchObject(await assessmentsIn(warehouse, agent));
  }
});
