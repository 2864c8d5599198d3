import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { interlock } from '../cli/served.ts';
import { refund, runAway, type Way } from '../../demo/agent.ts';
import { CHROMIUM, Night, PHONE, picture } from './night.ts';

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
    const running = runAway(refunds, night.business, { loops: 8, breathMs: 20 }, over.signal);
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

  test('what it did last can be read, call by call, from the agent that stands still', async () => {
    const ben = await night.signIn(await night.person('ben', 'viewer'));
    await ben.getByRole('link', { name: 'refunds-bot' }).click();
    await ben.getByRole('heading', { level: 1, name: 'refunds-bot' }).waitFor();
    await ben
      .getByRole('link', { name: /charge:ch_/ })
      .first()
      .click();
    await ben
      .getByText(/stopped by hand from the control room|was not sent|frozen/i)
      .first()
      .waitFor();
    await picture(ben, 'control-room-why');
  }, 30_000);

  test('two people let it work again: one is not enough, and one twice is not two', async () => {
    const [cleo, dora] = [
      await night.signIn(await night.person('cleo', 'approver'), PHONE, 'dark'),
      await night.signIn(await night.person('dora', 'approver')),
    ];
    await picture(cleo, 'control-room-phone');
    await cleo.getByRole('button', { name: /Resume/ }).click();
    await cleo.getByLabel(/Why it may work again/).fill('the loop is out of its prompt');
    await cleo.getByRole('button', { name: 'Say yes, as the first of two' }).click();
    await cleo.getByText(/You have said yes/).waitFor();
    // Until the answer is there its question is open, and names the button otherwise.
    await expect.poll(() => cleo.getByRole('button', { name: /Resume/ }).count()).toBe(0);
    expect(await refund(refunds, night.business.charge(1_000), 1_000)).toMatchObject({ status: 403 });

    await dora.getByText(/cleo has said yes/).waitFor();
    await dora.getByRole('button', { name: /Resume/ }).click();
    await dora.getByLabel(/Why it may work again/).fill('I read the change too');
    await dora.getByRole('dialog').getByRole('button', { name: 'Resume refunds-bot' }).click();
    await dora.locator('.freeze-story').waitFor({ state: 'detached' });
    expect(await refund(refunds, night.business.charge(1_000), 1_000)).toMatchObject({ status: 200 });
  }, 60_000);

  test('a held refund is read, approved, and paid exactly once', async () => {
    const erin = await night.signIn(await night.person('erin', 'approver'));
    const charge = night.business.charge(15_000);
    expect(await refund(refunds, charge, 15_000)).toMatchObject({ status: 202 });
    expect(night.business.refunds(charge.id)).toHaveLength(0);

    await erin.getByRole('link', { name: 'call waits for a person' }).click();
    await erin.getByRole('link', { name: new RegExp(charge.id) }).click();
    await erin.getByRole('heading', { level: 1, name: /150\.00 USD/ }).waitFor();
    await erin.getByLabel('Reason, for the journal').fill('spoke to her: the parcel never came');
    await picture(erin, 'control-room-approval');
    await erin.getByRole('button', { name: 'Approve' }).click();
    await erin.getByText(/Approved, on record/).waitFor();

    expect(await refund(refunds, charge, 15_000)).toMatchObject({ status: 200 });
    expect(await refund(refunds, charge, 15_000)).not.toMatchObject({ status: 200 });
    expect(night.business.refunds(charge.id)).toHaveLength(1);
  }, 60_000);

  test('ten decisions of an agent in shadow are read by keyboard, and ten opinions are on record', async () => {
    const support = await night.way('support-bot');
    for (let each = 0; each < 12; each += 1) {
      expect(await refund(support, night.business.charge(1_000), 1_000 + 37 * each)).toMatchObject({ status: 200 });
    }
    const noor = await night.signIn(await night.person('noor', 'reviewer'));
    await noor.getByRole('link', { name: 'Review' }).click();
    await noor.getByLabel('Agent').selectOption('support-bot');
    await noor.getByText(/left/).first().waitFor();
    await picture(noor, 'control-room-review');
    for (let each = 1; each <= 10; each += 1) {
      const decision = await noor.locator('#decision').textContent();
      await noor.keyboard.press('s');
      await expect.poll(() => noor.locator('#decision').textContent(), { timeout: 5_000 }).not.toBe(decision);
    }
    await expect.poll(() => opinions(night), { timeout: 30_000 }).toBe(10);
  }, 90_000);

  test('all of it is on record, with its human and how the door knew them', async () => {
    const lines = journal(night);
    const acts = lines.filter(({ kind }) =>
      ['freeze', 'assent', 'resume', 'review', 'assessment'].includes(String(kind)),
    );
    expect(new Set(acts.map(({ by }) => String(by).replace('human:', '')))).toEqual(
      new Set(['ann', 'cleo', 'dora', 'erin', 'noor']),
    );
    for (const act of acts) expect(act).toMatchObject({ proof: 'token' });
    const { data } = night.where;
    expect(await interlock('audit', 'verify', '--data', data)).toMatchObject({ code: 0 });
    expect(await interlock('audit', 'redecide', '--data', data)).toMatchObject({ code: 0 });
  }, 60_000);
});

function journal({ where: { data } }: Night): readonly Readonly<Record<string, unknown>>[] {
  const folder = path.join(data, 'segments');
  return readdirSync(folder)
    .toSorted()
    .flatMap((name) => readFileSync(path.join(folder, name), 'utf8').split('\n'))
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : []));
}

const opinions = (night: Night): number => journal(night).filter(({ kind }) => kind === 'assessment').length;
