import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { sandboxHtml } from '../../src/report/index.ts';
import { HOSTILE, hostileNight } from './hostile.ts';
import { runaway } from './night-loops.ts';
import { doubleRefund } from './night-mistakes.ts';
import { badNight, night, nightOf } from './night.ts';
import { outline } from './outline.ts';

describe('index.html', () => {
  test('a bad night, in the words a reader meets', async () => {
    await expect(outline(sandboxHtml(badNight()))).toMatchFileSnapshot('../golden/report/outline.txt');
  });

  test('the headline says how many held, and names the one that did not', () => {
    expect(outline(sandboxHtml(night()))).toContain('# 7 of 7 scenarios held');
    expect(outline(sandboxHtml(badNight()))).toContain('# 6 of 7 scenarios held\nDid not hold: The answer was lost');
  });

  test('a night without scenarios is no success', () => {
    const words = outline(sandboxHtml({ ...night(), scenarios: [] }));
    expect(words).toContain('# No scenario ran');
    expect(sandboxHtml({ ...night(), scenarios: [] })).not.toContain('<h1 class="held">');
  });

  test('a scenario in which nothing goes wrong without the door says so', () => {
    const refunds = doubleRefund();
    const harmless = 'Without the door nothing went wrong either';
    expect(sandboxHtml(nightOf(refunds))).not.toContain(harmless);
    expect(sandboxHtml(nightOf({ ...refunds, unguarded: refunds.guarded }))).toContain(harmless);
  });

  test('every event that the runner kept is listed, and what it left out is counted', () => {
    const page = sandboxHtml(nightOf(runaway()));
    expect(page.match(/<tr class="/g)).toHaveLength(7 + 8);
    expect(page).toContain('All 7 events, 380 more left out');
  });

  test('a first event stands at 03:00:00.000, whenever the run was', () => {
    expect(sandboxHtml(night())).toContain('<span class="when">03:00:00.000</span>');
  });

  test('the policy allows the style sheet that is there, by its hash, and no script', () => {
    const page = sandboxHtml(night());
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(policy).not.toMatch(/unsafe|script-src|http/);
  });

  test('there is no script, no inline style, no event handler, and nothing to fetch', () => {
    for (const page of [sandboxHtml(night()), sandboxHtml(hostileNight())]) {
      const tags = (page.match(/<[a-z][^>]*>/gi) ?? []).map((tag) => tag.replace(/"(?!data:)[^"]*"/g, '""'));
      const named = (pattern: RegExp): string[] => tags.filter((tag) => pattern.test(tag));
      expect(named(/^<(script|img|iframe|object|embed|form|input|base|video|audio|foreignObject)\b/i)).toEqual([]);
      expect(named(/^<link\b/).every((tag) => tag.includes('href="data:'))).toBe(true);
      expect(named(/\s(on\w+|style|src|srcset|action|formaction|ping|background)\s*=/i)).toEqual([]);
    }
  });

  test('hostile text never appears as it came', () => {
    const page = sandboxHtml(hostileNight());
    for (const part of ['<script', '<img', "onload='", '</title></svg>', ']]>', '&#60;', HOSTILE]) {
      expect(page.includes(part), part).toBe(false);
    }
    expect(page).not.toMatch(/(?![\t\n])\p{Cc}|[\p{Cs}\u200B\u202A-\u202E\u2066-\u2069\uFEFF\u{E0000}-\u{E0FFF}]/u);
    expect(page).toContain('[U+202E]');
  });

  test('the same result gives the same page', () => {
    expect(sandboxHtml(night())).toBe(sandboxHtml(night()));
  });
});
