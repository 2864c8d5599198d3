import { expect, test } from 'vitest';
import { candidatesIn } from '../../../src/cli/commands/review/desk.ts';
import { SAMPLE } from '../../../src/evidence/review/sample.ts';
import { fortnight } from '../../evidence/shadow/fortnight.ts';
import { BOT, dataWith, evidenceOf, inForce, policyOf, WITH_IDENTITY } from './journals.ts';

test('`interlock review --from --stage` draws what the gate wants reviewed', async () => {
  const now = policyOf(WITH_IDENTITY);
  const entries = fortnight();
  const half = Math.floor(entries.length / 2);
  const at = (entries[half]?.at ?? 0) - 1;
  const before = policyOf(WITH_IDENTITY.replace('gpt-5', 'gpt-4'));
  const dir = await dataWith(before, [...entries.slice(0, half), inForce(at + 1, now), ...entries.slice(half)]);
  const { basis, review } = await evidenceOf(now, dir);
  const from = new Date(basis.since ?? 0).toISOString();
  const rest = { by: undefined, second: false, 'show-opinions': false, json: false, timezone: undefined } as const;
  const given = { ...rest, ...SAMPLE, data: dir, policy: '', agent: BOT, stage: 'shadow' };
  const drawn = async (since: string | undefined): Promise<number> =>
    (await candidatesIn({ ...given, from: since })).all.filter(({ chosen }) => chosen).length;
  expect(await drawn(from)).toBe(review.chosen);
  expect(await drawn(undefined)).not.toBe(review.chosen);
  expect((await candidatesIn({ ...given, from: undefined, stage: 'limited' })).all).toEqual([]);
});
