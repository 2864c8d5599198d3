import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatProblem, loadPolicy } from '../../src/policy/index.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../fixtures/policies');
const faulty = readdirSync(FIXTURES).filter((name) => name.endsWith('.yaml'));

describe('every fault is named with its place and the way out', () => {
  test('the fixtures are there', () => {
    expect(faulty.length).toBeGreaterThan(100);
  });

  test.each(faulty)('%s', (file) => {
    const loaded = loadPolicy(readFileSync(path.join(FIXTURES, file), 'utf8'), file);
    const problems = loaded.ok ? [] : loaded.failure;
    const golden = readFileSync(path.join(FIXTURES, file.replace('.yaml', '.txt')), 'utf8');
    expect(problems.map((problem) => `${formatProblem(file, problem)}\n`).join('')).toBe(golden);
    expect(golden).not.toContain('sk_live');
  });

  test('what could be a key is repeated nowhere in a problem', () => {
    for (const file of ['credential-that-is-the-key.yaml', 'url-with-the-key.yaml', 'url-with-query.yaml']) {
      const loaded = loadPolicy(readFileSync(path.join(FIXTURES, file), 'utf8'), file);
      expect(loaded.ok).toBe(false);
      expect(JSON.stringify(loaded)).not.toContain('sk_live');
    }
  });
});
