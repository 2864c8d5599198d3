import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shadowHtml } from '../../../src/report/shadow-html.ts';
import { contrasts, HEADINGS, OVERFLOWING, UNLABELLED } from '../browser-probes.ts';
import { fullEvidence, hostile } from './samples.ts';

const CHROMIUM = '/usr/bin/chromium';
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
const AREAS = [
  '.chart .read',
  '.chart .money',
  '.chart .write',
  '.chart .destructive',
  '.chart .denied',
  '.chart .held',
  '.fill .used',
  '.spark rect',
  '.bar .good',
  '.bar .wrong',
  '.bar .unknown',
];

interface Contrast {
  readonly text: string;
  readonly ratio: number;
  readonly needed: number;
}

/** A page that is open, with what its browser said and asked for meanwhile. */
interface Opened {
  readonly page: Page;
  readonly complaints: readonly string[];
  readonly asked: readonly string[];
}

describe.skipIf(!existsSync(CHROMIUM))(
  `the shadow report in a browser (skipped where ${CHROMIUM} is not installed)`,
  () => {
    const opened = new Map<string, Opened>();
    let browser: Browser;
    let dir = '';
    const address = (name: string): string => pathToFileURL(path.join(dir, `${name}.html`)).href;
    const shown = (name: string): Opened => opened.get(name) as Opened;

    beforeAll(async () => {
      dir = await mkdtemp(path.join(os.tmpdir(), 'interlock-page-'));
      const full = await fullEvidence();
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
      for (const [name, evidence] of [
        ['fortnight', full],
        ['hostile', hostile(full)],
      ] as const) {
        await writeFile(path.join(dir, `${name}.html`), shadowHtml(evidence, 'journal', '0.1.0'));
        opened.set(name, await open(name));
      }
    });
    afterAll(async () => {
      await browser.close();
      await rm(dir, { recursive: true, force: true });
    });

    async function open(name: string): Promise<Opened> {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
      const seen: { complaints: string[]; asked: string[] } = { complaints: [], asked: [] };
      page.on('console', (message) => seen.complaints.push(message.text()));
      page.on('pageerror', (error) => seen.complaints.push(error.message));
      page.on('dialog', (dialog) => seen.complaints.push(`dialog: ${dialog.message()}`));
      page.on('request', (request) => seen.asked.push(request.url()));
      await page.goto(address(name));
      await page.evaluate('document.querySelectorAll("details").forEach((each) => (each.open = true))');
      return { page, ...seen };
    }

    test.each(['fortnight', 'hostile'])(
      '%s opens from a disk, asks for nothing, and the console stays empty',
      (name) => {
        expect(shown(name).complaints).toEqual([]);
        expect(shown(name).asked.filter((url) => !url.startsWith('data:'))).toEqual([address(name)]);
      },
    );

    test.each(['light', 'dark'] as const)(
      'every text, bar and line in %s has the contrast that WCAG AA asks for',
      async (colorScheme) => {
        const { page } = shown('fortnight');
        await page.emulateMedia({ colorScheme });
        const found = await page.evaluate<readonly Contrast[]>(contrasts(['.chart line.limit'], AREAS));
        expect(found.length).toBeGreaterThan(20);
        expect(found.filter(({ ratio, needed }) => ratio < needed)).toEqual([]);
      },
    );

    test.each([320, 390, 1280])('nothing sticks out of a window %i px wide', async (width) => {
      for (const [name, { page }] of opened) {
        await page.setViewportSize({ width, height: 900 });
        expect(await page.evaluate(OVERFLOWING), name).toEqual([]);
      }
    });

    test('headings go down one level at a time, ids are unique, and every region and drawing has a name', async () => {
      const { page } = shown('fortnight');
      const levels = await page.evaluate<readonly number[]>(HEADINGS);
      expect(levels.filter((level) => level === 1)).toHaveLength(1);
      expect(levels.every((level, index) => index === 0 || level - (levels[index - 1] ?? 0) <= 1)).toBe(true);
      expect(await page.evaluate(UNLABELLED)).toEqual([]);
    });

    test('a link opens the call or the number that it leads to, and its line runs through no name', async () => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await page.goto(address('fortnight'));
      const height = await page.evaluate<number>('document.documentElement.scrollHeight');
      expect(height).toBeLessThan(30_000);
      for (const link of ['#anomalies a[href^="#c"]', 'a.n']) {
        await page.locator(link).first().click();
        const target = (await page.locator(link).first().getAttribute('href')) ?? '';
        await page.locator(target).waitFor({ state: 'visible', timeout: 2_000 });
        expect(
          await page.evaluate('document.querySelector(":target").getBoundingClientRect().top'),
        ).toBeGreaterThanOrEqual(0);
      }
      expect(await page.evaluate('getComputedStyle(document.querySelector("a:has(code)")).textUnderlineOffset')).toBe(
        '5px',
      );
      await page.close();
    });

    test('in a narrow window the rows of a matrix are named in whole words', async () => {
      const { page } = shown('fortnight');
      await page.setViewportSize({ width: 390, height: 900 });
      await page.emulateMedia({ media: 'screen', colorScheme: 'light' });
      const lines = await page.evaluate<readonly number[]>(
        `[...document.querySelectorAll('.matrix tbody th')].map((each) => {
          const range = document.createRange();
          range.selectNodeContents(each);
          return new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom / 12))).size;
        })`,
      );
      expect(lines.length).toBeGreaterThan(6);
      expect(lines.filter((count) => count > 1)).toEqual([]);
    });

    test('on paper it is light, tables are tables, and it is no book', async () => {
      const { page } = shown('fortnight');
      await page.setViewportSize({ width: 720, height: 900 });
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
      expect(await page.evaluate('getComputedStyle(document.querySelector(".cards td")).display')).toBe('table-cell');
      const pdf = await page.pdf({ format: 'A4', printBackground: true });
      const pages = pdf.toString('latin1').match(/\/Type \/Page\b(?!s)/g) ?? [];
      expect(pages.length).toBeGreaterThan(5);
      expect(pages.length).toBeLessThan(80);
    });
  },
);
