import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { mutated } from './mutant.ts';
import { MUTANTS } from './mutants.ts';

// That each is caught is the business of `npm run mutants`: a test run inside a test run takes minutes.
const ROOT = path.join(import.meta.dirname, '../..');

it.each(MUTANTS)('"$name" still has its place in the product', (mutant) => {
  const text = readFileSync(path.join(ROOT, mutant.file), 'utf8');
  expect(mutated(text, mutant)).not.toBe(text);
  expect(existsSync(path.join(ROOT, mutant.caughtBy))).toBe(true);
});

it('every mutant has a name of its own', () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
});

it('docs/reliability.md says how many there are', () => {
  const text = readFileSync(path.join(ROOT, 'docs/reliability.md'), 'utf8');
  const said = /`npm run mutants` \| (\d+) in .*? \| \*\*(\d+)\*\* caught/.exec(text)?.slice(1);
  expect(said).toEqual([String(MUTANTS.length), String(MUTANTS.length)]);
});

it('every promise is broken by some mutant', () => {
  const broken = new Set(MUTANTS.flatMap(({ breaks }) => breaks));
  expect(Array.from({ length: 12 }, (_, index) => `I${index + 1}`).filter((promise) => !broken.has(promise))).toEqual(
    [],
  );
});
