import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch, noChromium, openWindow, WITHOUT } from './browser.ts';
import { openDesk } from './desk-door.ts';

describe.skipIf(noChromium)(`what a reviewer said is never lost ${WITHOUT}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  const ASSESS = /\/v1\/calls\/[^/]+\/assess$/;

  test('an answer that does not arrive is said to be missing, survives a reload, and arrives once the door is back', async () => {
    const { door, url } = await openDesk();
    const { page } = await openWindow(browser);
    let down = true;
    await page.route(ASSESS, (route) => (down ? route.abort() : route.continue()));
    await page.goto(`${url}/review`);
    await page.waitForSelector('.decision');
    await page.keyboard.press('s');
    await page.keyboard.press('s');
    await page.getByText(/could not be recorded yet/).waitFor();
    expect(door.acts).toEqual([]);

    await page.reload();
    await page.waitForSelector('.decision');
    expect(await page.textContent('#decision')).toContain('charge:ch_3');
    door.answer('POST /v1/calls/call_1/assess', { call: 'call_1', opinion: 'sane', by: 'rhea' });
    door.answer('POST /v1/calls/call_2/assess', { call: 'call_2', opinion: 'sane', by: 'rhea' });
    down = false;
    // One whose answer was lost on the way may come twice: a person's last word is what counts.
    const arrived = (): ReadonlySet<string> => new Set(door.acts.map(({ path, csrf }) => `${path} ${csrf}`));
    await expect.poll(() => arrived().size, { timeout: 10_000 }).toBe(2);
    expect(arrived()).toEqual(
      new Set(['/v1/calls/call_1/assess csrf-of-the-test', '/v1/calls/call_2/assess csrf-of-the-test']),
    );
    await expect.poll(() => page.getByText('on record').count()).toBe(2);
    await page.context().close();
    await door.close();
  });

  test('what the door will not take is said with its reason, and its decision waits again', async () => {
    const { door, url } = await openDesk();
    const { page } = await openWindow(browser);
    await page.goto(`${url}/review`);
    await page.waitForSelector('.decision');
    await page.keyboard.press('u');
    await page.keyboard.type('sw');
    await page.keyboard.press('Enter');
    await page.keyboard.press('j');
    await page.getByText(/not taken: Nothing was to be said/).waitFor({ timeout: 10_000 });
    expect(door.acts.map(({ body }) => body)).toEqual([{ agent: 'support-bot', opinion: 'unsure', reason: 'sw' }]);
    await page.keyboard.press('k');
    await page.keyboard.press('k');
    expect(await page.textContent('#decision')).toContain('charge:ch_1');
    await page.context().close();
    await door.close();
  });

  test('while one writes why, no key is a verdict, and k kills nobody and everywhere else still can', async () => {
    const { door, url } = await openDesk();
    const { page } = await openWindow(browser);
    await page.goto(`${url}/review`);
    await page.waitForSelector('.decision');
    await page.keyboard.press('w');
    await page.keyboard.type('ssukz');
    expect(await page.inputValue('.why input')).toBe('ssukz');
    await page.keyboard.press('Escape');
    await page.keyboard.press('k');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    await page.keyboard.press('Shift+K');
    await page.waitForSelector('dialog[open]');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Policy' }).click();
    await page.waitForSelector('.policy');
    await page.keyboard.press('k');
    await page.waitForSelector('dialog[open]');
    expect(door.acts).toEqual([]);
    await page.context().close();
    await door.close();
  });
});
