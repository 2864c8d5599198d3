import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadPolicy } from '../src/policy/index.ts';
import { interlock } from './cli/served.ts';
import { FOLDER, readPage } from './docs/page.ts';
import { runPage, withAnswers } from './docs/run-page.ts';

const root = path.join(import.meta.dirname, '..');
const file = path.join(root, 'README.md');
const readme = readFileSync(file, 'utf8');

/** The scenarios whose rows it shows take seconds, and share the machine with every other test. */
const SANDBOX_MS = 120_000;

function blocks(language: string): string[] {
  return [...readme.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, found, text]) =>
    found === language ? [text as string] : [],
  );
}

/** The one block without a language that has this in it. */
function pasted(words: string): string {
  const [block, ...others] = blocks('').filter((text) => text.includes(words));
  expect(others).toEqual([]);
  if (block === undefined) throw new Error(`the README shows nothing with: ${words}`);
  return block;
}

/** One section, from its heading to the next. */
function section(heading: string): string {
  const [, text] = new RegExp(`^## ${heading}\n([^]*?)^## `, 'm').exec(readme) ?? [];
  if (text === undefined) throw new Error(`the README has no section: ${heading}`);
  return text;
}

function figuresIn(text: string): string[] {
  return text.match(/\d+\.\d/g) ?? [];
}

/** A key that verifies; the README cuts its own short. */
const KEY = 'gate.example+f5aa02ce+AbhhiDa55d4fkOW09Ay+VTuuLYxmusevWmad6h4nuD7V';

/** What says more of the same policy stands in it in place of its `promotion: none`. */
function whole(text: string): string {
  if (text.startsWith('version: ')) return text;
  const [first = ''] = blocks('yaml');
  const held = first.replace(/^promotion: none.*\n/m, text.replace(/keys: \[.*?\]/, `keys: [${KEY}]`));
  expect(held).toContain(KEY);
  return held;
}

test('the policy that the README shows is sound, as it stands and with its promotions', () => {
  const policies = blocks('yaml').map(whole);
  expect(policies.length).toBeGreaterThan(0);
  for (const text of policies) {
    const loaded = loadPolicy(text, 'README.md');
    expect(loaded.ok ? [] : loaded.failure).toEqual([]);
  }
});

test('`interlock check` says of that policy what the README shows', async () => {
  const policy = path.join(mkdtempSync(path.join(tmpdir(), 'interlock-readme-')), 'interlock.yaml');
  writeFileSync(policy, blocks('yaml')[0] ?? '');
  const { stdout } = await interlock('check', policy);
  expect(stdout.slice(stdout.indexOf(' is sound'))).toBe(pasted(' is sound').replace(/^interlock\.yaml/, ''));
});

test('what its agent asks is answered as it shows; `UPDATE_DOCS=1` writes what really came', async () => {
  const page = readPage(file);
  expect(page.steps.filter(({ kind }) => kind === 'answer').length).toBeGreaterThan(0);
  const right = await withAnswers(page, await runPage(page));
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, right);
  else expect(readme).toBe(right);
});

test(
  'the sandbox prints the rows that it shows',
  async () => {
    const shown = pasted('│ scenario').split('\n');
    const names = shown.flatMap((line) => /^│ ([a-z]+(?:-[a-z]+)+) /.exec(line)?.[1] ?? []);
    expect(names.length).toBeGreaterThan(2);
    const out = mkdtempSync(path.join(tmpdir(), 'interlock-readme-'));
    const { stdout } = await interlock('sandbox', ...names, '--out', out);
    expect(stdout.slice(stdout.indexOf('┌'), stdout.indexOf('Report: '))).toBe(shown.join('\n'));
  },
  SANDBOX_MS,
);

test('without its `once:`, the probe finds in that policy what it shows; `UPDATE_DOCS=1` writes what it found', async () => {
  const policy = path.join(mkdtempSync(path.join(tmpdir(), 'interlock-readme-')), 'interlock.yaml');
  const [whole = ''] = blocks('yaml');
  const leaky = whole.replace(/^ +once: .*\n/m, '');
  expect(leaky).not.toBe(whole);
  writeFileSync(policy, leaky);
  const shown = pasted('HOLE 1 of 1');
  const [typed = ''] = shown.split('\n');
  const { stdout } = await interlock(
    'probe',
    '--policy',
    policy,
    '--seed',
    /--seed (\d+)/.exec(typed)?.[1] ?? '',
    '--runs',
    '400',
  );
  const told = stdout.slice(stdout.indexOf('HOLE'), stdout.indexOf('\n\nFound in run'));
  const found = `${typed}\n${told.replaceAll(path.dirname(policy).slice(1) + path.sep, '')}\n`;
  if (process.env['UPDATE_DOCS'] === '1')
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(shown, () => found),
    );
  else expect(found).toBe(shown);
});

test('every command that the README names exists', async () => {
  const named = new Set([...readme.matchAll(/(?:npx |`)interlock ([a-z]+)/g)].map((match) => match[1] as string));
  expect(named.size).toBeGreaterThan(5);
  const { stdout } = await interlock('--help');
  for (const command of named) expect(stdout).toContain(`interlock ${command}`);
});

test('every page about a guard is linked to', () => {
  const pages = readdirSync(FOLDER).filter((name) => name.endsWith('.md'));
  expect(pages.filter((name) => !readme.includes(`](docs/guards/${name})`))).toEqual([]);
});

test('its figures of efficacy are those of the study', () => {
  const study = readFileSync(path.join(root, 'docs/efficacy.md'), 'utf8');
  const [headline = ''] = /^\*\*Headline\*\*[^]*?^### /m.exec(study) ?? [];
  const measured = new Set(figuresIn(headline));
  const told = figuresIn(section('How much harm it stops'));
  expect(told.length).toBeGreaterThan(3);
  expect(told.filter((figure) => !measured.has(figure))).toEqual([]);
});

describe.each(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'])('%s', (name) => {
  const text = readFileSync(path.join(root, name), 'utf8');
  const there = (found: string): boolean => existsSync(path.join(root, found));

  test('every file that it links to exists', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1] as string);
    expect(links.filter((link) => !there(link))).toEqual([]);
  });

  test('every path that it names exists', () => {
    const paths = [...text.matchAll(/`((?:src|test|docs|efficacy|scenarios|mocks|bench|\.ci)\/[\w./-]*)`/g)];
    expect(
      paths.map((match) => match[1] as string).filter((found) => !/[A-Z]+\./.test(found) && !there(found)),
    ).toEqual([]);
  });
});
