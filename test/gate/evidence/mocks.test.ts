import { expect, test } from 'vitest';
import { gatherEvidence } from '../../../src/gate/evidence/gather.ts';
import { openJournal } from '../../../src/journal/index.ts';
import { directory } from '../../journal/directory.ts';
import { BOT, dataWith, evidenceOf, MONDAY, policyOf, refund, WITH_IDENTITY } from './journals.ts';

const POLICY = policyOf(WITH_IDENTITY);
const CALLS = refund('call_1', MONDAY);

async function ofMocks(): Promise<string> {
  const dir = directory();
  const onFailure = (error: Error): never => {
    throw error;
  };
  const { journal, close } = await openJournal({ dir, policy: POLICY, now: () => MONDAY, onFailure, mocked: true });
  for (const entry of CALLS) journal.append(entry);
  await close();
  return dir;
}

test('the same calls count where an upstream was real, and are refused where mocks answered', async () => {
  const real = await dataWith(POLICY, CALLS);
  expect((await evidenceOf(POLICY, real)).classes.map(({ meant }) => meant)).toContain(1);
  const asked = { policy: POLICY, agent: BOT, to: 'limited', step: null, now: MONDAY } as const;
  const mocks = await ofMocks();
  const refused = { ok: false, failure: expect.stringContaining(`\`${mocks}\` for evidence: its journal is of mocks`) };
  expect(await gatherEvidence({ ...asked, dir: mocks })).toEqual(refused);
  // Nor do they say what people did, or what is usual.
  expect(await gatherEvidence({ ...asked, dir: real, baselineDir: mocks })).toEqual(refused);
  expect(await gatherEvidence({ ...asked, dir: real, actuals: { place: mocks } })).toEqual(refused);
});
