import type { Browser, Page } from 'playwright-core';
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
import { openDesk } from './desk-door.ts';
import { hostileAnswer } from './hostile-answers.ts';
import type { SpokenDoor } from './spoken-door.ts';

/** Every view in which people decide, read and review, and what shows that its answer has come. */
const VIEWS: readonly [path: string, shown: string][] = [
  ['/holds', '.hold-row'],
  ['/holds/call_3f1c0a', '.answer'],
  ['/holds/call_stuck', '.foresight.stands'],
  ['/holds/call_done', '.settled'],
  ['/review', '.decision'],
  ['/calls/call_77', '.timeline'],
  ['/why', '.ask-why'],
  ['/why?about=charge:ch_1041', '.ledger'],
  ['/why?about=night', '.choices'],
  ['/why?about=nope', '.ask-why'],
  ['/evidence', '.card'],
  ['/policy?rule=refunds-bot.approval[0]', '.policy-line.asked'],
  ['/people', '.users'],
];

describe.skipIf(noChromium)(`what people decide by ${WITHOUT}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  describe('everybody can use it', () => {
    let desk: { readonly door: SpokenDoor; readonly url: string };
    beforeAll(async () => {
      desk = await openDesk();
    });
    afterAll(() => desk.door.close());

    test.each(LOOKS)(
      'on %s, axe finds nothing and nothing sticks out',
      async (_, size, scheme) => {
        const { page, complaints } = await openWindow(browser, { size, scheme });
        await page.goto(desk.url);
        await page.waitForSelector('h1');
        for (const [path, shown] of VIEWS) {
          await visit(page, path);
          await page.waitForSelector(shown);
          expect(await violations(page), path).toEqual([]);
          expect(await page.evaluate(OVERFLOWING), path).toEqual([]);
          if (size === PHONE) expect(await page.evaluate(SMALL_TARGETS), path).toEqual([]);
        }
        expect(complaints).toEqual([]);
        await page.context().close();
      },
      60_000,
    );
  });

  test('attack: nothing that an agent, a business or a person wrote runs, fetches, or turns a line around', async () => {
    const { door, url } = await openDesk(hostileAnswer);
    const { page, complaints } = await openWindow(browser);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('dialog', (dialog) => complaints.push(`a dialog: ${dialog.message()}`));
    await page.addInitScript(
      `addEventListener('securitypolicyviolation', (event) => console.error('CSP: ' + event.violatedDirective))`,
    );
    await page.goto(url);
    await page.waitForSelector('h1');
    for (const [path, shown] of VIEWS) {
      await visit(page, path);
      await page.waitForSelector(shown);
      await openFolds(page);
      if (path !== '/why') expect(await page.textContent('main'), path).toContain('<script>');
      expect(await page.evaluate(MADE_BY_THEM), path).toEqual([]);
      expect(await page.evaluate(HIDING), path).toEqual([]);
      expect(await page.evaluate(OVERFLOWING), path).toEqual([]);
    }
    expect(complaints).toEqual([]);
    expect(asked.filter((each) => !each.startsWith(url))).toEqual([]);
    await page.context().close();
    await door.close();
  }, 60_000);
});

async function openFolds(page: Page): Promise<void> {
  await page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = true`);
}

/** Elements that no view of ours makes, and handlers in attributes. */
const MADE_BY_THEM = `[...document.querySelectorAll('main script, main img, main iframe, main style, main object, main *')]
  .filter((each) => /^(script|img|iframe|style|object|embed)$/.test(each.localName) || [...each.attributes].some(({ name }) => name.startsWith('on')))
  .map((each) => each.outerHTML.slice(0, 120))`;

/** Text nodes with characters that hide or that turn a line around. */
const HIDING = String.raw`(() => {
  const walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  const found = [];
  while (walk.nextNode()) if (/[\u202A-\u202E\u2066-\u2069\u200B\uFEFF\u0000\u0007\u001B]/u.test(walk.currentNode.data)) found.push(walk.currentNode.data.slice(0, 80));
  return found;
})()`;
