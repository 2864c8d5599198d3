import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { adversaries } from '../../src/lab/adversaries/all.ts';

test('the table of adversaries is the list of adversaries', () => {
  const page = readFileSync(path.join(import.meta.dirname, '../../docs/probe.md'), 'utf8');
  const table = /\| `--only` \| what it does \|\n\|---\|---\|\n(?<rows>(?:\|.*\n)+)/.exec(page)?.groups?.['rows'] ?? '';
  expect(table.trimEnd().split('\n')).toEqual(adversaries.map(({ name, title }) => `| \`${name}\` | ${title} |`));
});
