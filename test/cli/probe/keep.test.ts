import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { holes } from '../../../probe/catalogue.ts';
import { incidents } from '../../../probe/incidents.ts';
import { saveDiscovery } from '../../../src/cli/probe/keep.ts';
import { loadScenarios } from '../../../src/cli/sandbox/shelf.ts';
import { loadWorld } from '../../../src/cli/worlds.ts';
import { neverOracles } from '../../../src/lab/oracles/never.ts';
import type { Oracle } from '../../../src/lab/oracles/oracle.ts';
import type { Course } from '../../../src/lab/probe/course.ts';
import type { Told } from '../../../src/lab/probe/discovery.ts';
import { newField } from '../../../src/lab/probe/field.ts';
import { tell } from '../../../src/lab/probe/remedies.ts';
import { shrink } from '../../../src/lab/probe/shrink.ts';
import { filesBeside } from '../../../src/policy/files.ts';
import { readPolicy } from '../../../src/policy/index.ts';
import { temporaryDirectory } from '../../scenarios/stage.ts';
import { interlock } from '../served.ts';

const STUDY = path.join(import.meta.dirname, '../../../probe/holes');

/** A project with the policy of a hole, and what is found there, kept in its `scenarios`. */
async function project(hole: string): Promise<{ dir: string; policy: string; kept: string; told: Told }> {
  const dir = temporaryDirectory();
  const policy = path.join(dir, 'interlock.yaml');
  copyFileSync(path.join(STUDY, `${hole}.yaml`), policy);
  const loaded = await readPolicy(policy);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  const upstreams = [...loaded.value.upstreams.values()];
  const worlds = await Promise.all(
    upstreams.map(async ({ id, mock }) => [id, await loadWorld(mock ?? '', policy)] as const),
  );
  const field = newField(loaded.value, new Map(worlds), { seed: 1, startsAt: Date.UTC(2026, 5, 1), size: 6 });
  const wanted = holes.find(({ name }) => name === hole)?.oracle;
  const oracle = neverOracles(field.loaded.never).find(({ name }) => name === wanted) as Oracle;
  const original = incidents[hole]?.(field) as Course;
  const { course, harm } = shrink(field, oracle, original);
  const told = tell({ field, oracle, course, original, files: filesBeside(policy) });
  const discovery = { harm, course, original, seed: 7, path: '0/3:1', runs: 12, moves: [] };
  const kept = await saveDiscovery(discovery, told, field, { dir: path.join(dir, 'scenarios'), oracleFiles: [] });
  return { dir, policy, kept, told };
}

const sandbox = (dir: string): ReturnType<typeof interlock> =>
  interlock('sandbox', '--scenarios', path.join(dir, 'scenarios'), '--out', path.join(dir, 'out'));

test('what was kept does not hold, tells its story, and holds once the policy is mended by the patch', async () => {
  const { dir, policy, kept, told } = await project('once-missing');
  expect(path.basename(kept)).toMatch(/^found-once-create_refund-[0-9a-f]{6}\.ts$/);
  const before = await sandbox(dir);
  expect(before.code).toBe(1);
  expect(before.stdout).toMatch(/NOT HELD/);
  const said = before.stdout.replaceAll(/\s+/g, ' ');
  for (const line of [...told.story, told.gap]) expect(said).toContain(line);

  const file = path.join(dir, 'remedy.patch');
  const [remedy] = told.remedies;
  expect(before.stdout).toContain(remedy?.patch.trimEnd());
  expect(before.stdout).toContain('still happens behind the door');
  writeFileSync(file, remedy?.patch ?? '');
  execFileSync('patch', ['-p1', '-d', '/', '-i', file]);
  expect(readFileSync(policy, 'utf8')).toBe(remedy?.text);
  const after = await sandbox(dir);
  expect(after.stdout).toMatch(/ held /);
  expect(after.stdout).toContain('no longer happens');
  expect(after.stdout).not.toContain('--- a/');
  expect(after.code).toBe(0);
}, 30_000);

test.each([
  ['another limit of the same rule is the rule', 'than: 2', 0, / held /],
  ['another rule in its place is not', 'money', 1, /any more\. Put it back under `never:`/],
])('%s', async (_what, now, code, said) => {
  const { dir, policy } = await project('once-missing');
  const rule = '{ effect: create_refund, morePer: subject, than: 1 }';
  const text = readFileSync(policy, 'utf8');
  expect(text.split(rule)).toHaveLength(2);
  const other = now === 'money' ? '{ money: out, over: 5000 USD, per: day }' : rule.replace('than: 1', now);
  writeFileSync(policy, text.replace(rule, other));
  const { code: ended, stdout, stderr } = await sandbox(dir);
  expect(stdout + stderr).toMatch(said);
  expect(ended).toBe(code);
});

test('the file carries nothing of the policy, and the same discovery is kept once', async () => {
  const { dir, kept } = await project('day-of-another-zone');
  const text = readFileSync(kept, 'utf8');
  expect(path.basename(kept)).toMatch(/^found-money-create_transfer-/);
  expect(text).toContain("policy: '../interlock.yaml'");
  expect(text).not.toMatch(/budgets|allow:|upstreams/);
  const [scenario] = await loadScenarios(path.join(dir, 'scenarios'), []);
  expect(scenario).toMatchObject({ course: { steps: [{}, { kind: 'wait', ms: 3_600_000 }, {}] } });
  expect(readdirSync(path.join(dir, 'scenarios'))).toHaveLength(1);
});

test('a rule that was moved is still found; one that is gone, like its policy, is an error with the next step', async () => {
  const { dir, policy } = await project('once-missing');
  const scenarios = path.join(dir, 'scenarios');
  const text = readFileSync(policy, 'utf8');
  writeFileSync(policy, text.replace(/^never:\n/m, 'never:\n  - { effect: create_refund, over: 100 }\n'));
  const [moved] = await loadScenarios(scenarios, []);
  expect(moved).toMatchObject({ oracle: { name: 'never[1]', text: 'more than 1 create_refund per subject' } });
  writeFileSync(policy, text.replace(/^never:[^]*/m, ''));
  await expect(loadScenarios(scenarios, [])).rejects.toThrow(
    /has no rule `never\[0\]` \(more than 1 create_refund per subject\) any more/,
  );
  rmSync(policy);
  await expect(loadScenarios(scenarios, [])).rejects.toThrow(/its policy cannot be read/);
});
