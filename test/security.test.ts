import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const ROOT = path.join(import.meta.dirname, '..');
const text = readFileSync(path.join(ROOT, 'SECURITY.md'), 'utf8');
const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target as string);

it('every promise of SECURITY.md names a test that exists', () => {
  const rows = text.split('\n').filter((line) => /^\| (I\d+ \||[A-Z][^|]{20,}\|)/.test(line));
  const named = rows.filter((row) => /\.test\.ts\)/.test(row));
  expect(named.length).toBeGreaterThanOrEqual(22);
  expect(rows.filter((row) => !named.includes(row))).toEqual([]);
});

it('the twelve promises are all there', () => {
  const ids = [...text.matchAll(/^\| (I\d+) \|/gm)].map(([, id]) => id);
  expect(ids).toEqual(Array.from({ length: 12 }, (_, index) => `I${index + 1}`));
});

it('every link of SECURITY.md leads somewhere', () => {
  expect(links.filter((target) => !/^https?:/.test(target) && !existsSync(path.join(ROOT, target)))).toEqual([]);
});
