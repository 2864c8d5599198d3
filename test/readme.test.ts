import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadPolicy } from '../src/policy/index.ts';
import { interlock } from './cli/served.ts';

const root = path.join(import.meta.dirname, '..');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');

function blocks(language: string): string[] {
  return [...readme.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, found, text]) =>
    found === language ? [text as string] : [],
  );
}

test('the policy that the README shows is sound', () => {
  const policies = blocks('yaml');
  expect(policies.length).toBeGreaterThan(0);
  for (const text of policies) {
    const loaded = loadPolicy(text, 'README.md');
    expect(loaded.ok ? [] : loaded.failure).toEqual([]);
  }
});

test('every command that the README names exists', async () => {
  const named = new Set([...readme.matchAll(/(?:npx |`)interlock ([a-z]+)/g)].map((match) => match[1] as string));
  expect(named.size).toBeGreaterThan(5);
  const { stdout } = await interlock('--help');
  for (const command of named) expect(stdout).toContain(`interlock ${command}`);
});

test('every file that the README links to exists', () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1] as string);
  expect(links.length).toBeGreaterThan(3);
  for (const link of links) expect(() => readFileSync(path.join(root, link))).not.toThrow(/ENOENT/);
});
