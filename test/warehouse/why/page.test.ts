import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyPage, type PageTold } from '../../../src/report/why/page.ts';
import { whyText } from '../../../src/report/why/text.ts';
import { colourStyle } from '../../../src/report/why/terminal.ts';
import { readArchive } from '../../../src/warehouse/why/read-archive.ts';
import { tellWhy } from '../../../src/warehouse/why/why.ts';
import { HEADINGS, OVERFLOWING, UNLABELLED } from '../../report/browser-probes.ts';
import { hostile } from './hostile.ts';
import { plantNight, recordsOfNight, type Night } from './night.ts';

let night: Night;
let pages: Readonly<Record<string, PageTold>>;

beforeAll(async () => {
  night = await plantNight();
  const archive = readArchive(recordsOfNight(night.dir));
  const told = async (asked: string): Promise<PageTold> => (await tellWhy(archive, asked)) as PageTold;
  const [refund, payout, stopped, customer] = await Promise.all(
    [night.calls.refund, night.calls.payout, night.calls.broke, 'cus_9'].map(told),
  );
  pages = { refund: refund!, payout: payout!, stopped: stopped!, customer: customer! };
});
afterAll(() => rmSync(path.dirname(night.dir), { recursive: true }));

const page = (told: PageTold): string => whyPage(told, { writtenAt: Date.parse('2026-11-27T08:00:00Z') });

/** Characters that hide, or that a terminal obeys. */
const unseenIn = (text: string): readonly string[] =>
  text.match(/(?!\n)[\p{Cc}\p{Cs}]|[\u202E\u2066\u200B\uFEFF]/gu) ?? [];

test('the page asks the network for nothing, runs nothing, and links only within itself', () => {
  for (const told of Object.values(pages)) {
    const markup = page(told);
    expect(markup).not.toMatch(/<script|<link rel="(?!icon)|<img|<iframe|@import|url\(/i);
    expect(
      [...markup.matchAll(/(?:href|src|action)="([^"]*)"/g)]
        .map(([, to]) => to)
        .filter((to) => !/^#|^data:image\/svg/.test(to ?? '')),
    ).toEqual([]);
    expect(markup).toContain('default-src &#39;none&#39;');
  }
});

test('every link within the page leads somewhere', () => {
  for (const told of Object.values(pages)) {
    const markup = page(told);
    const ids = new Set([...markup.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const dead = [...markup.matchAll(/href="#([^"]*)"/g)].map(([, to]) => to).filter((to) => !ids.has(to));
    expect(dead).toEqual([]);
  }
});

test('what agents, upstreams and people wrote makes no markup and hides no character', () => {
  for (const told of Object.values(pages)) {
    const markup = page(hostile(told));
    expect(markup).not.toMatch(/<script|<img|onerror="|<\/style><\/title>/i);
    expect(unseenIn(markup)).toEqual([]);
    expect(markup).not.toMatch(/href="https?:/);
    expect(markup).toContain('[U+202E]');
  }
});

test('nor does it move the cursor of a terminal', () => {
  const options = { width: 100, place: '', now: 0 };
  for (const told of Object.values(pages)) {
    expect(unseenIn(whyText(hostile(told), options))).toEqual([]);
    // Where colours are on, the escapes are ours alone.
    const pieces = whyText(hostile(told), { ...options, style: colourStyle })
      .split('\u001B')
      .slice(1);
    expect(pieces.filter((piece) => !/^\[\d+m/.test(piece))).toEqual([]);
  }
});

test.each([60, 80, 200])(
  'no line is wider than a terminal of %i columns, but for commands to copy and lines of the policy',
  (width) => {
    for (const told of Object.values(pages)) {
      const lines = whyText(told, { width, place: '', now: 0 }).split('\n');
      expect(
        lines.filter(
          (line) => line.length > width && !/interlock |This was call_|^(==|--)|^ {2}\S+\.yaml:\d+ /.test(line),
        ),
      ).toEqual([]);
    }
  },
);

const CHROMIUM = '/usr/bin/chromium';
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

describe.skipIf(!existsSync(CHROMIUM))(`in a browser (skipped where ${CHROMIUM} is not installed)`, () => {
  let browser: Browser;
  let dir: string;

  beforeAll(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'interlock-why-page-'));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(dir, { recursive: true });
  });

  test.each(['refund', 'customer', 'hostile'])(
    '%s fits narrow and wide windows, has one order of headings, names everything, and says nothing to the console',
    async (name) => {
      const file = path.join(dir, `${name}.html`);
      writeFileSync(file, page(name === 'hostile' ? hostile(pages['customer']!) : pages[name]!));
      const complaints: string[] = [];
      for (const [width, colorScheme] of [
        [390, 'dark'],
        [1280, 'light'],
      ] as const) {
        const opened = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
        opened.on('console', (message) => complaints.push(message.text()));
        opened.on(
          'request',
          (request) =>
            request.url().startsWith('file:') || request.url().startsWith('data:') || complaints.push(request.url()),
        );
        await opened.goto(`file://${file}`);
        expect(await opened.evaluate(OVERFLOWING)).toEqual([]);
        expect(await opened.evaluate(UNLABELLED)).toEqual([]);
        const levels = await opened.evaluate<readonly number[]>(HEADINGS);
        expect(levels[0]).toBe(1);
        expect(levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1)).toBe(true);
        await opened.close();
      }
      expect(complaints).toEqual([]);
    },
  );
});
