import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJournal } from '../../src/journal/index.ts';
import { noChromium, WITHOUT } from '../dashboard/browser.ts';
import { refund } from '../../demo/agent.ts';
import { Night } from './night.ts';

/** A reviewer at the page that `serve` shows, with the journal as the witness. */
describe.skipIf(noChromium)(`a reviewer ${WITHOUT}`, () => {
  let night: Night;

  beforeAll(async () => {
    night = await Night.begin();
  }, 60_000);
  afterAll(() => night.end());

  const records = () => [...readJournal(night.where.data, { tail: 'live' })];

  test('ten shadow decisions are reviewed by keyboard, and ten assessments stand in the journal', async () => {
    const support = await night.way('support-bot');
    for (let index = 0; index < 10; index += 1) {
      const charge = night.business.charge(1_000);
      expect((await refund(support, charge, 1_000 + index)).status).toBeLessThan(300);
      expect(night.business.refunds(charge.id)).toEqual([]);
    }
    const rhea = await night.signIn(await night.person('rhea', 'reviewer'));
    await rhea.goto(`${night.served.control}/review?agent=support-bot`);
    const about = rhea.locator('#decision');
    await about.waitFor();
    const answer = async (keys: () => Promise<void>): Promise<void> => {
      const before = await about.textContent();
      await keys();
      await expect.poll(async () => ((await about.count()) === 0 ? '' : about.textContent())).not.toBe(before);
    };
    const press = (key: string) => () => rhea.keyboard.press(key);
    const withReason = (key: string, reason: string) => async () => {
      await rhea.keyboard.press(key);
      await rhea.keyboard.type(reason);
      await rhea.keyboard.press('Enter');
    };
    await answer(press('s'));
    // Taken back before it is sent, and judged otherwise.
    await answer(press('z'));
    await answer(withReason('w', 'twice the amount'));
    await answer(press('j'));
    await answer(press('k'));
    await answer(withReason('u', 'the ticket is not here'));
    for (let each = 0; each < 8; each += 1) await answer(press('s'));
    await rhea.getByText('Nothing waits for your review').waitFor();
    const assessed = () => records().flatMap((record) => (record.kind === 'assessment' ? [record] : []));
    await expect.poll(() => assessed().length, { timeout: 12_000 }).toBe(10);
    expect(new Set(assessed().map(({ call }) => call)).size).toBe(10);
    expect(new Set(assessed().map(({ by }) => by))).toEqual(new Set(['rhea']));
    const opinions = assessed().map(({ opinion, reason }) => `${opinion}: ${reason}`);
    expect(opinions).toContain('wrong: twice the amount');
    expect(opinions).toContain('unsure: the ticket is not here');
    expect(opinions.filter((each) => each.startsWith('sane'))).toHaveLength(8);
  }, 60_000);
});
