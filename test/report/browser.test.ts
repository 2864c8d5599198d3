import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type Browser, type Page, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sandboxHtml } from '../../src/report/index.ts';
import { contrasts, FOCUS_OUTLINE, HEADINGS, OVERFLOWING, UNLABELLED } from './browser-probes.ts';
import { hostileNight } from './hostile.ts';
import { badNight } from './night.ts';

const CHROMIUM = '/usr/bin/chromium';
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

describe.skipIf(!existsSync(CHROMIUM))(`the page in a browser (skipped where ${CHROMIUM} is not installed)`, () => {
  const requests: string[] = [];
  let browser: Browser;
  let server: Server;
  let origin: string;

  beforeAll(async () => {
    server = createServer(({ url = '' }, response) => {
      requests.push(url);
      response.setHeader('content-type', 'text/html');
      response.end(sandboxHtml(url === '/hostile' ? hostileNight() : badNight()));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    origin = `http://127.0.0.1:${address.port}`;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  });

  afterAll(async () => {
    await browser.close();
    await new Promise((closed) => server.close(closed));
  });

  async function open(path: string, colorScheme: 'light' | 'dark', width: number): Promise<Opened> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const seen: { complaints: string[]; asked: string[] } = { complaints: [], asked: [] };
    page.on('console', (message) => seen.complaints.push(message.text()));
    page.on('pageerror', (error) => seen.complaints.push(error.message));
    page.on('dialog', (dialog) => seen.complaints.push(`dialog: ${dialog.message()}`));
    page.on('request', (request) => seen.asked.push(request.url()));
    await page.goto(origin + path);
    return { page, ...seen };
  }

  test.each(['/night', '/hostile'])('%s asks for nothing but itself, and the console stays empty', async (path) => {
    requests.length = 0;
    const { page, complaints, asked } = await open(path, 'light', 1280);
    await page.waitForLoadState('networkidle');
    await page.evaluate('document.querySelectorAll("details").forEach((each) => (each.open = true))');
    await page.close();
    expect(complaints).toEqual([]);
    expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([origin + path]);
    expect(requests).toEqual([path]);
  });

  test('hostile text makes no element: the page has the same ones as if it were tame', async () => {
    const count =
      'JSON.stringify([...document.querySelectorAll("body *")].map((each) => each.localName).filter((name) => name !== "a"))';
    const { page } = await open('/hostile', 'light', 1280);
    const hostile = await page.evaluate(count);
    await page.setContent(sandboxHtml(hostileNight('tame')));
    expect(hostile).toBe(await page.evaluate(count));
    await page.close();
  });

  test.each(['light', 'dark'] as const)('every text in %s has the contrast that WCAG AA asks for', async (scheme) => {
    const { page } = await open('/night', scheme, 1280);
    await page.evaluate('document.querySelectorAll("details").forEach((each) => (each.open = true))');
    const found = await page.evaluate<readonly Contrast[]>(contrasts(LINES));
    await page.close();
    expect(found.length).toBeGreaterThan(12);
    expect(found.filter(({ ratio, needed }) => ratio < needed)).toEqual([]);
  });

  test.each([320, 390, 1280])('nothing sticks out of a window %i px wide', async (width) => {
    for (const path of ['/night', '/hostile']) {
      const { page } = await open(path, 'light', width);
      await page.evaluate('document.querySelectorAll("details").forEach((each) => (each.open = true))');
      expect(await page.evaluate(OVERFLOWING), path).toEqual([]);
      await page.close();
    }
  });

  test('headings go down one level at a time, ids are unique, and every region and drawing has a name', async () => {
    const { page } = await open('/night', 'light', 1280);
    const levels = await page.evaluate<readonly number[]>(HEADINGS);
    expect(levels[0]).toBe(1);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.every((level, index) => index === 0 || level - (levels[index - 1] ?? 0) <= 1)).toBe(true);
    expect(await page.evaluate(UNLABELLED)).toEqual([]);
    await page.close();
  });

  test('whatever the keyboard reaches shows that it has the focus', async () => {
    const { page } = await open('/night', 'dark', 1280);
    const reached = await page.locator('a, summary').count();
    for (let each = 0; each < reached; each += 1) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(FOCUS_OUTLINE)).toMatch(/^(A|SUMMARY) solid [3-9]px$/);
    }
    await page.close();
  });

  test('on paper it is light, whatever the screen was', async () => {
    const { page } = await open('/night', 'dark', 1280);
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    await page.close();
  });
});

/** Lines that carry meaning. */
const LINES = ['.total .line', '.total .edge', '.chart line.limit'];

interface Opened {
  readonly page: Page;
  readonly complaints: readonly string[];
  readonly asked: readonly string[];
}

interface Contrast {
  readonly text: string;
  readonly ratio: number;
  readonly needed: number;
}
