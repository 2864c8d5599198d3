import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ShadowEvidence } from '../../../src/evidence/shadow/evidence.ts';
import { shadowHtml } from '../../../src/report/shadow-html.ts';
import { shadowJson } from '../../../src/report/shadow-json.ts';
import { shadowMarkdown } from '../../../src/report/shadow-markdown.ts';
import { call, outcome } from '../../evidence/shadow/journal.ts';
import { fortnight, FORTNIGHT_START } from '../../evidence/shadow/fortnight.ts';
import type { AgentId } from '../../../src/engine/ids.ts';
import { outline } from '../outline.ts';
import { divergence } from './beside.ts';
import { evidenceOf, fullEvidence, hostile } from './samples.ts';

const PAGE_BYTES_MAX = 3_000_000;

const html = (evidence: ShadowEvidence): string => shadowHtml(evidence, 'journal', '0.1.0');
const markdown = (evidence: ShadowEvidence): string => shadowMarkdown(evidence, 'journal', '0.1.0');
const json = (evidence: ShadowEvidence): string => shadowJson(evidence, 'journal', '0.1.0');

describe('the report of a fortnight', () => {
  let full: ShadowEvidence;
  beforeAll(async () => {
    full = await fullEvidence();
  });

  test('the page says this, from its top to its appendix', async () => {
    const [told = ''] = outline(html(full)).split('\n## Calls\n');
    await expect(`${told}\n`).toMatchFileSnapshot('../../golden/report/shadow-outline.txt');
  });

  test('what a person opens first has its call in the page: anomalies, disagreements, examples of a replay', () => {
    const page = html(full);
    for (const section of ['anomalies', 'divergence', 'replay']) {
      const [own = ''] = page.split(`<section id="${section}"`)[1]?.split('</section>') ?? [];
      expect(own, section).toMatch(/<a href="#c\d+"><code>call_/);
      expect(own.match(/(?<!<a href="#c\d+">)<code>call_/g) ?? [], section).toEqual([]);
    }
  });

  test('the Markdown is this', async () => {
    await expect(markdown(full)).toMatchFileSnapshot('../../golden/report/shadow.md');
  });

  test('the same journal gives the same bytes, on another day too', async () => {
    const again = await fullEvidence();
    expect(html(again)).toBe(html(full));
    expect(markdown(again)).toBe(markdown(full));
    expect(json(again)).toBe(json(full));
  });

  test('every link of the page leads somewhere, and no id is there twice', () => {
    const page = html(full);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, target]) => target);
    expect(targets.length).toBeGreaterThan(400);
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
  });

  test('it holds no script, no address to fetch, and a policy that allows its own style alone', () => {
    const page = html(full);
    expect(page).not.toMatch(/<script|<img|<iframe|url\(|@import|\ssrc=|\son\w+=|style="/);
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(`style-src &#39;sha256-${hash}&#39;`);
    expect(page).toContain('default-src &#39;none&#39;');
    expect(Buffer.byteLength(page)).toBeLessThan(PAGE_BYTES_MAX);
  });

  test('the evaluation stands in a section of its own, and without labels there is not a word of it', async () => {
    const page = html(full);
    const [before = '', after = ''] = page.split('<section id="evaluation"');
    expect(before).not.toContain('wrong_amount');
    expect(after.split('<section')[0]).toContain('wrong_amount');
    const plain = { ...full, evaluation: null };
    expect(html(plain)).not.toMatch(/wrong_amount|labels\.ndjson|Evaluation/);
    expect(markdown(plain)).not.toMatch(/wrong_amount|labels\.ndjson|Evaluation/);
  });

  test('labels change no other number', async () => {
    const { evaluation: _, ...without } = full;
    expect(_).not.toBeNull();
    const page = (evidence: ShadowEvidence): string => json(evidence);
    const other = JSON.parse(page({ ...without, evaluation: null })) as Record<string, unknown>;
    const own = JSON.parse(page(full)) as Record<string, unknown>;
    expect({ ...own, evaluation: null, appendix: null }).toEqual({ ...other, appendix: null });
  });

  test('the JSON has each number of the page, amounts as text', () => {
    const parsed = JSON.parse(json(full)) as {
      version: number;
      overview: { calls: { count: number } };
      money: { meant: { sum: string }[] };
    };
    expect(parsed.version).toBe(1);
    expect(parsed.overview.calls.count).toBe(full.overview.calls.count);
    expect(parsed.money.meant[0]?.sum).toMatch(/^\d+\.\d\d USD$/);
  });

  test('hostile text is shown and never obeyed', () => {
    const page = html(hostile(full));
    expect(page).not.toMatch(/<script|<img|javascript:alert\(4\)"/);
    for (const unseen of ['\u0000', '\u001B', '\u202E', '\u200B']) expect(page).not.toContain(unseen);
    const tags = (of: string): readonly string[] =>
      [...of.matchAll(/<\/?([a-z]+)/g)].map(([, name = '']) => name).filter((name) => name !== 'a');
    expect(new Set(tags(page))).toEqual(new Set(tags(html(hostile(full, 'tame')))));
  });

  test('hostile text is no Markdown: no element, link, mention, row or heading of its own', () => {
    const text = markdown(hostile(full));
    const outside = text.replaceAll(/(?<![\\`])(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '').replaceAll(/\\./g, '');
    expect(outside).not.toMatch(/<|\]\(|@|[^&\n#]#|https?:\/\/|www\.|\*\*b/);
    const lines = (of: string): readonly string[] =>
      of
        .split('\n')
        .filter((line) => /^(#|\||-|```)/.test(line))
        .map((line) => /^(#+|\||-|```)/.exec(line)?.[0] ?? '');
    expect(lines(text)).toEqual(lines(markdown(hostile(full, 'tame'))));
  });
});

test('an agent that made no call has a report that says so, and nothing else', async () => {
  const evidence = await evidenceOf([call('call_1', FORTNIGHT_START, { agent: 'other' as never })]);
  expect(outline(html(evidence))).toContain('refunds-bot made no call');
  expect(markdown(evidence)).toContain('There is no call of this agent');
  expect(JSON.parse(json(evidence))).toMatchObject({ overview: { period: null, calls: { count: 0 } } });
});

test('one of anything is one: no sentence says that 1 request were', async () => {
  const given = divergence(['call_1', 'call_2', 'call_3', 'call_4'] as never);
  const beside = {
    ...given,
    coverage: { ...given.coverage, compared: 1, tooLarge: 1 },
    ...(given.noise !== null && { noise: { ...given.noise, cases: 1 } }),
  };
  const refused = { status: 400, detail: 'no', grant: null, agent: 'refunds-bot' as AgentId } as const;
  const refusal = {
    kind: 'refusal',
    at: FORTNIGHT_START + 1,
    reason: 'unreadable',
    method: 'GET',
    target: '/',
  } as const;
  const evidence = await evidenceOf([call('call_1', FORTNIGHT_START), { ...refusal, ...refused }], {
    divergence: beside,
  });
  const text = markdown(evidence);
  for (const said of [
    '1 call has no end',
    '1 request was refused before it became a call',
    '1 case compared',
    'In the 1 case of both its runs',
  ])
    expect(text).toContain(said);
  expect(outline(html(evidence))).toContain('1 case was too large to match');
});

test('one call is a report: one day, one session, and coverage of nothing else', async () => {
  const evidence = await evidenceOf([call('call_1', FORTNIGHT_START), outcome('call_1', FORTNIGHT_START + 40)]);
  const page = outline(html(evidence));
  expect(page).toContain('On 1 day it made 1 call in 1 session.');
  expect(page).toContain('refunds-bot meant to write nothing');
  expect(evidence.strata.dimensions.flatMap(({ strata }) => strata).every(({ enough }) => enough === 'none')).toBe(
    true,
  );
});

test('a clock that jumps by decades makes a long report no longer than a page', async () => {
  const entries = [
    call('call_1', 0),
    call('call_2', Date.UTC(2080, 0, 1)),
    ...fortnight(5, 1).map((entry) => ({ ...entry, at: Date.UTC(2080, 0, 2) })),
  ];
  const evidence = await evidenceOf(entries.toSorted((a, b) => a.at - b.at));
  expect(evidence.series.buckets.length).toBeLessThanOrEqual(1_000);
  expect(Buffer.byteLength(html(evidence))).toBeLessThan(PAGE_BYTES_MAX);
});
