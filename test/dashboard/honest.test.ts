import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest';
import { launch, noChromium, openWindow, WITHOUT } from './browser.ts';
import { agent, freeze, look, signedIn } from './looks.ts';
import { SpokenDoor } from './spoken-door.ts';

/** In the page: presses `k`, and says whether the focus is in the question before the browser could paint or take another key. */
const KILL_AND_LOOK = `(async () => {
  dispatchEvent(new KeyboardEvent('keydown', { key: 'k' }));
  for (let each = 0; each < 10; each += 1) await Promise.resolve();
  return document.activeElement !== document.body && document.activeElement.closest('dialog[open]') !== null;
})()`;

const quiet = () => look([agent('refunds-bot'), agent('catalog-bot')]);

describe.skipIf(noChromium)(`what the page says of itself is true ${WITHOUT}`, () => {
  let browser: Browser;
  let door: SpokenDoor;
  let origin: string;
  let page: Page;

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    door = new SpokenDoor(quiet(), signedIn('ben', 'viewer'));
    origin = await door.open();
    ({ page } = await openWindow(browser));
    await page.goto(origin);
    await page.waitForSelector('.agent');
  });
  afterEach(async () => {
    await page.context().close();
    await door.close();
  });

  const state = () => page.textContent('.live-state');

  test('a quiet door that beats is live; one that says nothing is not, whatever its connection says', async () => {
    for (let each = 0; each < 3; each += 1) {
      door.say('beat', { at: new Date().toISOString() });
      await page.waitForTimeout(400);
      expect(await state()).toBe('live');
    }
    await page.waitForSelector('.live-state.old');
    expect(await state()).toMatch(/^\d+ s old$/);
    await expect.poll(() => page.title()).toBe('(?) Overview · Interlock');
    expect(await page.textContent('.stale-banner')).toContain('The door has gone silent.');
    expect(await page.evaluate('getComputedStyle(document.querySelector("main")).filter')).toBe('grayscale(1)');
    door.say('beat', { at: new Date().toISOString() });
    await page.waitForSelector('.live-state.live');
    await expect.poll(() => page.title()).toBe('Overview · Interlock');
    expect(await page.evaluate('getComputedStyle(document.querySelector("main")).filter')).toBe('none');
  });

  test('a door that goes away is said to be gone at once, and found again without a hand', async () => {
    const { port } = new URL(origin);
    await door.close();
    await page.waitForSelector('.live-state.old');
    expect(await state()).toMatch(/^reconnecting, \d+ m?s old$/);
    door = new SpokenDoor(look([agent('refunds-bot', { frozen: freeze() })]), signedIn('ben', 'viewer'));
    await door.open(Number(port));
    await page.waitForSelector('.live-state.live');
    expect(await page.textContent('h1')).toBe('refunds-bot is frozen');
  });

  test('a session that has ended leads to the sign-in page, and back to where one was', async () => {
    await page.goto(`${origin}/calls?verdict=deny`);
    await door.heard();
    door.session = null;
    door.say('bye', { why: 'expired' });
    await page.waitForURL('**/sign-in*');
    expect(new URL(page.url()).searchParams.get('next')).toBe('/calls?verdict=deny');
  });

  test('the tab says how many things need a human', async () => {
    door.look(look([agent('refunds-bot', { frozen: freeze(), waiting: 2 }), agent('catalog-bot')]));
    await expect.poll(() => page.title()).toBe('(3) Overview · Interlock');
  });

  test('a kill that nobody answered is not said to have worked', async () => {
    await page.keyboard.press('k');
    await page.getByRole('radio', { name: /refunds-bot/ }).check();
    await page.keyboard.press('Enter');
    await page.waitForSelector('.toast.fail');
    expect(await page.textContent('.toast')).toContain('Not killed, as far as is known: ');
    expect(door.acts).toEqual([
      {
        path: '/v1/agents/refunds-bot/kill',
        body: { reason: 'stopped by hand from the control room, to be looked into' },
        csrf: 'csrf-of-the-test',
      },
    ]);
  });

  test('the key behind the one that opened a question is the question’s, however fast it comes', async () => {
    expect(await page.evaluate(KILL_AND_LOOK)).toBe(true);
  });

  test('what an agent is called, and what it says, makes no element', async () => {
    const name = '<img src=x onerror=alert(1)>';
    door.look(look([agent(name, { frozen: freeze({ reason: name, by: `human:${name}` }) })]));
    await expect.poll(() => page.textContent('h1')).toContain('onerror');
    expect(await page.locator('main img').count()).toBe(0);
  });
});
