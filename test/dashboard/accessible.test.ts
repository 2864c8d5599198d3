import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  launch,
  LOOKS,
  noChromium,
  openWindow,
  OVERFLOWING,
  PHONE,
  SMALL_TARGETS,
  violations,
  visit,
  WITHOUT,
} from './browser.ts';
import { busyNight, line, look, signedIn } from './looks.ts';
import { SpokenDoor } from './spoken-door.ts';

const VIEWS = ['/', '/agents/refunds-bot', '/agents/nobody', '/calls', '/nowhere'];

/** What may stand in front of a view: how it comes up, and what shows that it is there. */
const IN_FRONT: readonly [name: string, key: string][] = [
  ['the question before a kill', 'k'],
  ['the keys', '?'],
];

describe.skipIf(noChromium)(`everybody can use it ${WITHOUT}`, () => {
  const door = new SpokenDoor(busyNight(), signedIn('ben', 'viewer', 'operator', 'approver'));
  let browser: Browser;
  let origin: string;

  beforeAll(async () => {
    origin = await door.open();
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    await door.close();
  });

  describe('everybody can use it', () => {
    test.each(LOOKS)('on %s, axe finds nothing and nothing sticks out', async (_, size, scheme) => {
      const { page } = await openWindow(browser, { size, scheme });
      await page.goto(origin);
      await page.waitForSelector('.agent');
      for (const view of VIEWS) {
        await visit(page, view);
        door.say('calls', {
          seen: 400,
          calls: (['allow', 'deny', 'hold', 'capture'] as const).map((verdict) =>
            line({
              verdict,
              amount: '45.00 USD',
              rule: 'refunds-bot.budgets[0]',
              reason: 'the day’s 500.00 USD are spent',
            }),
          ),
          outcomes: [],
        });
        await page.waitForTimeout(60);
        expect(await violations(page), view).toEqual([]);
        expect(await page.evaluate(OVERFLOWING), view).toEqual([]);
        if (size === PHONE) expect(await page.evaluate(SMALL_TARGETS), view).toEqual([]);
      }
      for (const [name, key] of IN_FRONT) {
        await page.keyboard.press(key);
        await page.waitForSelector('dialog[open]');
        expect(await violations(page), name).toEqual([]);
        if (size === PHONE) expect(await page.evaluate(SMALL_TARGETS), name).toEqual([]);
        await page.keyboard.press('Escape');
      }
      await page.context().close();
    });
  });

  test('axe finds nothing on the worst night either: disk full, pages that reached nobody, a door that went silent', async () => {
    const worst = look(busyNight().agents, {
      journal: { seq: 1, disk: 'full', diskSince: new Date(Date.now() - 60_000).toISOString() },
      pages: { waiting: 3, abandoned: 2 },
    });
    door.overview = worst;
    const { page } = await openWindow(browser, { scheme: 'dark' });
    await page.goto(origin);
    await page.waitForSelector('.trouble');
    expect(await page.textContent('h1')).toBe('The disk of the journal is full: writes are refused');
    expect(await violations(page)).toEqual([]);
    await page.waitForSelector('.stale-banner');
    expect(await violations(page)).toEqual([]);
    await page.context().close();
    door.overview = busyNight();
  });

  test('a keyboard gets from the top to the content in one step, and every stop shows itself', async () => {
    const { page } = await openWindow(browser);
    await page.goto(origin);
    await page.waitForSelector('.agent');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    for (let each = 0; each < 12; each += 1) {
      await page.keyboard.press('Tab');
      const outline =
        'getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).outlineWidth';
      expect(await page.evaluate(outline)).toBe('solid3px');
    }
    await page.context().close();
  });

  test('the theme is as chosen, and remembered', async () => {
    const { page, complaints } = await openWindow(browser, { scheme: 'light' });
    await page.goto(origin);
    await page.getByRole('button', { name: 'ben: menu' }).click();
    await page.getByRole('radio', { name: 'dark' }).check();
    const ground = 'getComputedStyle(document.body).backgroundColor';
    expect(await page.evaluate(ground)).toBe('rgb(20, 23, 27)');
    await page.reload();
    await page.waitForSelector('h1');
    expect(await page.evaluate(ground)).toBe('rgb(20, 23, 27)');
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
