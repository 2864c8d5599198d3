import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { interlock } from '../cli/served.ts';
import { refund, runAway, type Way } from './agent.ts';
import { CHROMIUM, Night, picture } from './night.ts';

/** What an operator does in a night, at the page that `serve` shows, with the business's ledger as the witness. */
describe.skipIf(!existsSync(CHROMIUM))(`a night (skipped where ${CHROMIUM} is not installed)`, () => {
  let night: Night;
  let refunds: Way;

  beforeAll(async () => {
    night = await Night.begin();
    refunds = await night.way('refunds-bot');
  }, 60_000);
  afterAll(() => night.end());

  test('an agent runs away; the operator sees it, kills it by keyboard, and nothing more is refunded', async () => {
    const ann = await night.signIn(await night.person('ann', 'operator'));
    const over = new AbortController();
    const running = runAway(refunds, night.business, 8, over.signal);
    const agent = ann.getByRole('listitem').filter({ hasText: 'refunds-bot' });
    await expect.poll(() => night.business.refunds().length, { timeout: 15_000 }).toBeGreaterThan(60);
    await expect
      .poll(async () => Number(await agent.locator('.agent-rate').textContent()), { timeout: 5_000 })
      .toBeGreaterThan(5);
    await picture(ann, 'control-room-runaway');

    await ann.keyboard.press('k');
    const dialog = ann.getByRole('dialog');
    await dialog.waitFor();
    await dialog.getByText('refunds-bot').first().click();
    const killedAt = Date.now();
    await ann.keyboard.press('Enter');
    await agent
      .getByText(/killed/i)
      .first()
      .waitFor({ timeout: 1_000 });
    const paid = night.business.refunds().length;
    await new Promise((resolve) => setTimeout(resolve, 500));
    over.abort();
    const answered = await running;
    expect(night.business.refunds()).toHaveLength(paid);
    const lastOk = answered.filter(({ status }) => status === 200).at(-1)?.at ?? 0;
    expect(lastOk - killedAt).toBeLessThan(1_000);
    expect(answered.at(-1)?.status).toBe(403);
    await picture(ann, 'control-room-killed');
  }, 60_000);
});
