import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { readJournal, redecide } from '../src/journal/index.ts';
import { loadRecorded } from '../src/policy/index.ts';

const MAIN = path.join(import.meta.dirname, '../rollout/main.ts');

test('one agent goes from sandbox to production on evidence, and back once it harms', async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'interlock-rollout-'));
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN], {
    cwd: home,
    encoding: 'utf8',
    maxBuffer: 1e8,
  });

  const verdicts = [...stdout.matchAll(/^(PASS|FAIL|INCONCLUSIVE): .*?(limited \(step \d\)|production)/gm)];
  expect(verdicts.map(([, verdict, to]) => `${verdict} ${to}`)).toEqual([
    'INCONCLUSIVE limited (step 1)',
    'PASS limited (step 1)',
    'PASS limited (step 2)',
    'PASS production',
    'INCONCLUSIVE limited (step 1)',
  ]);
  expect(stdout).toContain('refunds-bot was demoted from production to limited');
  expect(stdout).toContain('refunds-bot was demoted from limited to shadow');
  // Counted in the business's own books.
  expect(stdout).toMatch(/Ten more tickets: .*; 0 reached the business\./);

  const out = path.join(home, 'reports/rollout');
  for (const gate of ['too-early', 'limited-1', 'limited-2', 'production', 'after-the-fall']) {
    expect(existsSync(path.join(out, 'gate', gate, 'gate.html'))).toBe(true);
  }
  const records = [...readJournal(path.join(out, 'data'))];
  const causes = records.flatMap((record) => (record.kind === 'standing' ? [record.cause.what] : []));
  expect(causes).toEqual(['promoted', 'promoted', 'promoted', 'demoted', 'demoted']);
  const stages = new Set(records.flatMap((record) => (record.kind === 'call' ? [record.stage] : [])));
  expect(stages).toEqual(new Set(['shadow', 'limited', 'production']));
  const again = redecide(records, (record) => {
    const loaded = loadRecorded(record);
    if (!loaded.ok) throw new Error('the recorded policy does not load');
    return loaded.value.policy;
  });
  expect(again.differences).toEqual([]);
}, 300_000);
