import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../scenarios/stage.ts';
import { interlock } from './served.ts';

const SHIPPED = path.join(import.meta.dirname, '../../scenarios');

/** A scenario file that is the shipped `over-scoped`, changed. */
function scenarioFile(name: string, changes: string): string {
  const dir = temporaryDirectory();
  const shipped = JSON.stringify(path.join(SHIPPED, 'over-scoped.ts'));
  writeFileSync(
    path.join(dir, `${name}.ts`),
    `import shipped from ${shipped};\nexport default { ...shipped, name: '${name}', ${changes} };\n`,
  );
  return dir;
}

it('a scenario that held: exit 0, one JSON object on stdout, progress on stderr, a report', async () => {
  const out = temporaryDirectory();
  const { code, stdout, stderr } = await interlock('sandbox', 'over-scoped', '--json', '--out', out);
  expect(code).toBe(0);
  const { scenarios, report } = JSON.parse(stdout) as { scenarios: Record<string, unknown>[]; report: string };
  expect(scenarios).toHaveLength(1);
  expect(scenarios[0]).toMatchObject({
    name: 'over-scoped',
    held: true,
    unguarded: { money: '0.00 USD', writes: 5 },
    guarded: { money: '0.00 USD', writes: 0, harm: { entries: 0 } },
    stoppedBy: ['scope (support-bot.allow)', 'scope (support-bot.allow[0])'],
  });
  expect(stderr).toMatch(/over-scoped +held/);
  expect(readFileSync(report, 'utf8')).toContain('over-scoped');
});

it('a scenario that did not hold: exit 1, and the table says which promise broke', async () => {
  const directory = scenarioFile('no-harm', 'harm: () => []');
  const { code, stdout } = await interlock('sandbox', '--scenarios', directory, '--out', temporaryDirectory());
  expect(code).toBe(1);
  expect(stdout).toMatch(/no-harm +NOT HELD/);
  expect(stdout).toMatch(/no-harm: oracle .*proves nothing/);
});

it('an unknown name is an error that suggests the nearest', async () => {
  const { code, stdout, stderr } = await interlock('sandbox', 'duble-refund', '--scenarios', SHIPPED);
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain('did you mean `double-refund`?');
});

it('a file that is no scenario is named, with what to write', async () => {
  const directory = temporaryDirectory();
  writeFileSync(path.join(directory, 'other.ts'), 'export default 7;\n');
  const { code, stderr } = await interlock('sandbox', '--scenarios', directory);
  expect(code).toBe(1);
  expect(stderr).toMatch(/other\.ts`: it has no scenario as its default export/);
});

it('a scenario that is not called as its file is refused', async () => {
  const directory = scenarioFile('mine', "name: 'yours'");
  const { code, stderr } = await interlock('sandbox', '--scenarios', directory);
  expect(code).toBe(1);
  expect(stderr).toContain('Name it `mine`');
});

it('a directory that is not there, or empty, is an error', async () => {
  const empty = temporaryDirectory();
  mkdirSync(path.join(empty, 'sub'));
  for (const directory of [path.join(empty, 'none'), empty]) {
    const { code, stderr } = await interlock('sandbox', '--scenarios', directory);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Failed to (read|find)/);
  }
});
