import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { guards } from '../../src/engine/guards/index.ts';
import { MUTANTS } from './mutants.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const shipped = readdirSync(path.join(ROOT, 'scenarios')).filter((name) => name.endsWith('.ts'));

it('every guard holds off the harm of at least one shipped scenario, which does not hold without it', () => {
  const shown = new Set(MUTANTS.map(({ guard }) => guard));
  expect(guards.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
});

it('every shipped scenario is shown not to hold without its guard', () => {
  const shown = new Set(MUTANTS.map(({ mutant }) => `${mutant.name}.ts`));
  expect([...shown].toSorted()).toEqual(shipped.toSorted());
});

it('what a scenario is said to show is a guard', () => {
  const known = new Set(guards.map(({ name }) => name));
  expect(MUTANTS.filter(({ guard }) => !known.has(guard))).toEqual([]);
});

it.each(MUTANTS)('the page of $guard names the scenario $mutant.name', ({ guard, mutant }) => {
  const page = (name: string): string => readFileSync(path.join(ROOT, 'docs/guards', name), 'utf8');
  const [, name] = new RegExp(`\\| \\[${guard}\\]\\((.+?)\\)`).exec(page('index.md')) ?? [];
  expect(page(name ?? 'missing.md')).toContain(`(../../scenarios/${mutant.name}.ts)`);
});
