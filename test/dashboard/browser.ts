import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Where there is none, its tests are skipped and say so. */
export const noChromium = !existsSync(CHROMIUM);
export const WITHOUT = `(skipped where ${CHROMIUM} is not installed)`;

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: ARGS });

export const DESK = { width: 1280, height: 900 } as const;
export const PHONE = { width: 360, height: 780 } as const;

const EVERY_LOOK = [
  ['a desk, light', DESK, 'light'],
  ['a phone, dark', PHONE, 'dark'],
  ['a desk, dark', DESK, 'dark'],
  ['a phone, light', PHONE, 'light'],
] as const;
/** Both widths and both themes in two; `INTERLOCK_EVERY_LOOK=1` looks at all four. */
export const LOOKS = process.env['INTERLOCK_EVERY_LOOK'] === undefined ? EVERY_LOOK.slice(0, 2) : EVERY_LOOK;

interface Look {
  readonly size?: { readonly width: number; readonly height: number };
  readonly scheme?: 'light' | 'dark';
}

export interface Opened {
  readonly page: Page;
  /** Whatever the console said, and what was thrown. */
  readonly complaints: string[];
}

/** A window of its own, as one person has it. */
export async function openWindow(browser: Browser, { size = DESK, scheme = 'light' }: Look = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: size, colorScheme: scheme, hasTouch: size.width < 700 });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
}

/** Goes to another view as a link does, without loading the page again. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.evaluate(
    `history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate'))`,
  );
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds wrong with what is shown, in lines for people: rule, element, why. */
export async function violations(page: Page): Promise<readonly string[]> {
  if (await page.evaluate<boolean>('globalThis.axe === undefined')) await page.evaluate(`${AXE}; 0`);
  return page.evaluate<readonly string[]>(
    `axe.run(document, { runOnly: ${JSON.stringify(TAGS)}, resultTypes: ['violations'] }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => [id, html.slice(0, 160), failureSummary].join(' | '))))`,
  );
}

/** Elements that reach beyond the window's right edge, where nothing cuts them off. */
export const OVERFLOWING = `(() => {
  const width = document.documentElement.clientWidth;
  return [...document.querySelectorAll('body *')]
    .filter((each) => each.closest('.rows, .unseen, svg, .u-wrap, pre') === null && each.getBoundingClientRect().right > width + 1)
    .map((each) => each.outerHTML.slice(0, 120));
})()`;

/** Things to press on a phone that a thumb would miss. */
export const SMALL_TARGETS = `[...document.querySelectorAll('button, select, input:not([type=radio], [type=checkbox]), nav a')]
  .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 43.5)
  .map((each) => each.outerHTML.slice(0, 120))`;
