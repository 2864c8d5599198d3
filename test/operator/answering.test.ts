import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJournal } from '../../src/journal/index.ts';
import { noChromium, WITHOUT } from '../dashboard/browser.ts';
import { refund, type Way } from '../../demo/agent.ts';
import type { Charge } from '../../demo/business.ts';
import { Night, PHONE } from './night.ts';

/** What people do at the page beside stopping things, at a real door, with the business's ledger as the witness. */
describe.skipIf(noChromium)(`people answer ${WITHOUT}`, () => {
  let night: Night;
  let refunds: Way;
  let ann: Page;

  beforeAll(async () => {
    night = await Night.begin();
    refunds = await night.way('refunds-bot');
    ann = await night.signIn(await night.person('ann', 'approver'));
  }, 60_000);
  afterAll(() => night.end());

  const records = () => [...readJournal(night.where.data, { tail: 'live' })];
  const dollars = (cents: number): string => `${(cents / 100).toFixed(2)} USD`;
  const rowOf = (page: Page, { id }: Charge) => page.locator('.hold-row').filter({ hasText: id });

  async function hold(): Promise<Charge> {
    const charge = night.business.charge(12_000);
    expect((await refund(refunds, charge, charge.amount)).status).toBe(202);
    return charge;
  }

  async function look(page: Page, charge: Charge): Promise<void> {
    await page.goto(`${night.served.control}/holds`);
    await rowOf(page, charge).click();
    await page.getByLabel('Reason, for the journal').waitFor();
  }

  test('a held refund is approved, and the ledger pays exactly once what was shown', async () => {
    const charge = await hold();
    await look(ann, charge);
    const sentence = await ann.locator('h1').textContent();
    expect(sentence).toBe(`Create a refund of ${dollars(charge.amount)} for charge ${charge.id}.`);
    expect(await ann.locator('section:has(#request) > .fields').textContent()).toContain(`amount${charge.amount}`);
    expect(await ann.locator('.changes').textContent()).toContain('done; never again');
    await ann.getByText('A yes is enough').waitFor();

    await ann.getByRole('button', { name: 'Approve' }).click();
    await ann.getByText('Say why first').waitFor();
    expect(records().filter(({ kind }) => kind === 'review')).toEqual([]);
    await ann.getByLabel('Reason, for the journal').fill('the photographs show it');
    await ann.getByRole('button', { name: 'Approve' }).click();
    await ann.getByText('You have approved it').waitFor();
    expect(night.business.refunds(charge.id)).toEqual([]);

    expect((await refund(refunds, charge, charge.amount)).status).toBe(200);
    expect((await refund(refunds, charge, charge.amount)).status).toBe(409);
    const paid = night.business.refunds(charge.id);
    expect(paid).toHaveLength(1);
    expect(paid[0]?.moneyOut).toEqual({ micros: BigInt(charge.amount) * 10_000n, currency: 'USD' });
    await ann.getByText('It was sent').waitFor({ timeout: 5_000 });
    await ann.getByRole('link', { name: 'what came of it' }).click();
    await ann.getByText('it took effect').first().waitFor();
    expect(await ann.locator('.timeline').textContent()).toContain('the photographs show it');
  }, 30_000);

  test('a rejected refund is never paid, and its agent is told why', async () => {
    const charge = await hold();
    await look(ann, charge);
    await ann.getByLabel('Reason, for the journal').fill('the parcel arrived');
    await ann.getByRole('button', { name: 'Reject' }).click();
    await ann.getByText('You have rejected it').waitFor();
    expect((await refund(refunds, charge, charge.amount)).status).toBe(403);
    expect(night.business.refunds(charge.id)).toEqual([]);
    expect(records().findLast(({ kind }) => kind === 'review')).toMatchObject({
      approved: false,
      by: 'ann',
      reason: 'the parcel arrived',
    });
  }, 30_000);

  test('of two who look at once, the second sees what the first did, and a viewer is offered no answer', async () => {
    const charge = await hold();
    const ben = await night.signIn(await night.person('ben', 'approver'), PHONE, 'dark');
    await look(ann, charge);
    await look(ben, charge);
    const call = new URL(ann.url()).pathname;
    const rita = await night.signIn(await night.person('rita', 'viewer'));
    await rita.goto(night.served.control + call);
    await rita.getByText('let you look at this, not answer it').waitFor();
    expect(await rita.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    await Promise.all(
      [ann, ben].map((page, index) => page.getByLabel('Reason, for the journal').fill(`looked at, ${index}`)),
    );
    // Whoever is second may find no button any more: the page has told them already.
    const press = (page: Page, name: string): Promise<void> =>
      page
        .getByRole('button', { name })
        .click({ timeout: 3_000 })
        .catch(() => undefined);
    await Promise.all([press(ann, 'Approve'), press(ben, 'Reject')]);
    const words = () => records().flatMap((each) => (each.kind === 'review' && call.endsWith(each.call) ? [each] : []));
    await expect.poll(() => words().length).toBe(1);
    const first = words()[0]?.by;
    const [winner, other] = first === 'ann' ? [ann, ben] : [ben, ann];
    await winner.getByText(/You have (approved|rejected) it/).waitFor();
    await other.getByText(new RegExp(`${first} has (approved|rejected) it`)).waitFor();
    await rita.getByText(new RegExp(`${first} has (approved|rejected) it`)).waitFor();
    expect(words()).toHaveLength(1);
  }, 45_000);

  test('why a call was denied is read at the page, down to the line of the rule', async () => {
    const charge = night.business.charge(2_000);
    expect((await refund(refunds, charge, 1_500)).status).toBe(200);
    expect((await refund(refunds, charge, 1_500, 'again')).status).toBe(409);
    await ann.goto(`${night.served.control}/why?about=${charge.id}`);
    await ann.locator('.ledger').getByText('refused').first().waitFor();
    await ann.locator('.ledger li').filter({ hasText: 'refused' }).getByRole('link').first().click();
    await ann.getByText('was refused').first().waitFor();
    expect(await ann.locator('h1').textContent()).toContain('this had been done already');
    await ann.locator('.guards li.deny a').click();
    await ann.locator('.policy-line.asked').waitFor();
    expect(await ann.locator('.policy-line.asked').textContent()).toContain('once: [{ route: create_refund');
  }, 30_000);
});
