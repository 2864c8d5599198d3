import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { whyText } from '../../src/report/why/text.ts';
import { readArchive } from '../../src/warehouse/why/read-archive.ts';
import { tellWhy } from '../../src/warehouse/why/why.ts';
import { plantNight, recordsOfNight } from '../warehouse/why/night.ts';

const PAGE = path.join(import.meta.dirname, '../../docs/why.md');
/** A block of the page: what is asked in the planted night, and what comes. */
const BLOCK = /<!-- asked: (.*) -->\n\n```console\n([\s\S]*?)```/g;
/** The page shows the answer and what matters most; the rest is for whoever types it. */
const SECTIONS = /\n-- (?:What the guards found|Every write of|Under which rules|What happened, in order) [\s\S]*/;

test('docs/why.md shows what really comes; `UPDATE_DOCS=1` writes it', async () => {
  const night = await plantNight();
  const archive = readArchive(recordsOfNight(night.dir));
  rmSync(path.dirname(night.dir), { recursive: true });
  const page = readFileSync(PAGE, 'utf8');
  let [written, at] = ['', 0];
  for (const match of page.matchAll(BLOCK)) {
    const [, asked = '', shown = ''] = match;
    const call = Object.entries(night.calls).find(([name]) => name === asked)?.[1];
    const told = await tellWhy(archive, call ?? asked);
    const text = whyText(told, { width: 118, place: '', now: Date.parse('2026-11-27T08:00:00Z') });
    const came = `$ interlock why ${call ?? asked}\n${(asked === 'payout' ? partOf(text) : text.replace(SECTIONS, '')).trimEnd()}\n`;
    const from = match.index + match[0].length - shown.length - '```'.length;
    written += page.slice(at, from) + came;
    at = from + shown.length;
  }
  written += page.slice(at);
  if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(PAGE, written);
  expect(written).toBe(page);
});

/** A story down to what the guards found. */
const partOf = (text: string): string =>
  text.slice(0, text.indexOf('\n-- Under which rules')).replaceAll(/(page_\d+_)[0-9a-f]{12}/g, '$1…');
