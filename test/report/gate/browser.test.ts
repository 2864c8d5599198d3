import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GateVerdict } from '../../../src/gate/criterion.ts';
import { gateHtml } from '../../../src/report/gate/page.ts';
import { contrasts, HEADINGS, OVERFLOWING, UNLABELLED } from '../browser-probes.ts';
import { report } from './samples.ts';

const CHROMIUM = '/usr/bin/chromium';
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
const VERDICTS: readonly GateVerdict[] = ['PASS', 'FAIL', 'INCONCLUSIVE'];

interface Contrast {
  readonly text: string;
  readonly ratio: number;
  readonly needed: number;
}

describe.skipIf(!existsSync(CHROMIUM))(
  `the gate's page in a browser (skipped where ${CHROMIUM} is not installed)`,
  () => {
    const pages = new Map<GateVerdict, Page>();
    const asked: string[] = [];
    const complaints: string[] = [];
    let browser: Browser;
    let dir = '';
    const address = (name: string): string => pathToFileURL(path.join(dir, `${name}.html`)).href;
    const shown = (name: GateVerdict): Page => pages.get(name) as Page;

    beforeAll(async () => {
      dir = await mkdtemp(path.join(os.tmpdir(), 'interlock-gate-page-'));
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
      for (const verdict of VERDICTS) {
        await writeFile(path.join(dir, `${verdict}.html`), gateHtml(report(verdict)));
        const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
        page.on('console', (message) => complaints.push(message.text()));
        page.on('pageerror', (error) => complaints.push(error.message));
        page.on('request', (request) => asked.push(request.url()));
        await page.goto(address(verdict));
        await page.evaluate('document.querySelectorAll("details").forEach((each) => (each.open = true))');
        pages.set(verdict, page);
      }
    });
    afterAll(async () => {
      await browser.close();
      await rm(dir, { recursive: true, force: true });
    });

    test('it opens from a disk, asks for nothing, and the console stays empty', () => {
      expect(complaints).toEqual([]);
      expect(asked.filter((url) => !url.startsWith('data:'))).toEqual(VERDICTS.map(address));
    });

    test.each(['light', 'dark'] as const)(
      'every text, mark and line in %s has the contrast of WCAG AA',
      async (mode) => {
        for (const verdict of ['FAIL', 'INCONCLUSIVE'] as const) {
          const page = shown(verdict);
          await page.emulateMedia({ colorScheme: mode });
          const found = await page.evaluate<readonly Contrast[]>(
            contrasts(
              ['.chart line.limit', '.chart path.course', '.calendar .marked'],
              ['.chart path.harm', '.mark.fail'],
            ),
          );
          expect(found.length).toBeGreaterThan(10);
          expect(found.filter(({ ratio, needed }) => ratio < needed)).toEqual([]);
        }
      },
    );

    test.each([320, 390, 1280])('nothing sticks out of a window %i px wide', async (width) => {
      for (const [name, page] of pages) {
        await page.setViewportSize({ width, height: 900 });
        expect(await page.evaluate(OVERFLOWING), name).toEqual([]);
      }
    });

    test('headings go down one level at a time, ids are unique, links lead somewhere, and drawings have names', async () => {
      for (const page of pages.values()) {
        const levels = await page.evaluate<readonly number[]>(HEADINGS);
        expect(levels.filter((level) => level === 1)).toHaveLength(1);
        expect(levels.every((level, index) => index === 0 || level - (levels[index - 1] ?? 0) <= 1)).toBe(true);
        expect(await page.evaluate(UNLABELLED)).toEqual([]);
      }
    });

    test('on paper it is light, tables are tables, and it is no book', async () => {
      const page = shown('INCONCLUSIVE');
      await page.setViewportSize({ width: 720, height: 900 });
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
      expect(await page.evaluate('getComputedStyle(document.querySelector(".cards td")).display')).toBe('table-cell');
      const pdf = await page.pdf({ format: 'A4', printBackground: true });
      const sheets = pdf.toString('latin1').match(/\/Type \/Page\b(?!s)/g) ?? [];
      expect(sheets.length).toBeGreaterThan(1);
      expect(sheets.length).toBeLessThan(15);
    });
  },
);
