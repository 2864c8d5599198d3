import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { project, type Demands, type Project } from './project.ts';

const EXAMPLES = path.join(import.meta.dirname, '../../../docs/examples/ci');
const CLI = path.join(import.meta.dirname, '../../../bin/interlock.js');

interface Ran {
  readonly code: number;
  readonly out: string;
}

/**
 * A checkout as a pipeline has it: the policy, the journal at `data`, one scenario, and `interlock` on the path. What one
 * pipeline ran to its end another that types the very same is given again, but for the gate: nothing has changed between.
 */
async function checkout(demands: Demands): Promise<Project> {
  const its = await project(demands);
  const bin = path.join(its.dir, 'bin');
  mkdirSync(bin);
  const command = path.join(bin, 'interlock');
  writeFileSync(
    command,
    `#!/bin/sh
kept="${bin}/$(printf '%s\\n' "$@" | cksum | tr ' ' -)"
[ "$1" != gate ] && [ -e "$kept" ] && exec cat "$kept"
"${process.execPath}" "${CLI}" "$@" > "$kept.part"
code=$?
cat "$kept.part"
[ $code != 0 ] || mv "$kept.part" "$kept"
exit $code
`,
  );
  chmodSync(command, 0o755);
  mkdirSync(path.join(its.dir, 'scenarios'));
  // A shipped one, as its user would write it.
  const text = readFileSync(path.join(import.meta.dirname, '../../../scenarios/staging-writes.ts'), 'utf8');
  const own = text
    .replace('../mocks/shop.ts', 'agent-interlock/mocks/shop')
    .replace('../src/lab/sandbox/scenario.ts', 'agent-interlock');
  writeFileSync(path.join(its.dir, 'scenarios/staging-writes.ts'), own);
  return its;
}

async function shell(its: Project, script: string): Promise<Ran> {
  const env = {
    ...process.env,
    PATH: `${path.join(its.dir, 'bin')}:${process.env['PATH'] ?? ''}`,
    AGENT: 'refunds-bot',
    STAGE: 'limited',
    GITHUB_STEP_SUMMARY: path.join(its.dir, 'summary.md'),
  };
  try {
    const { stdout } = await promisify(execFile)('bash', ['-e', '-o', 'pipefail', '-c', script], { cwd: its.dir, env });
    return { code: 0, out: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: `${stdout}${stderr}` };
  }
}

/** Every step's script but the installation; a search of a thousand runs is one of forty here. */
const shortened = (script: string): string => script.replaceAll('--runs 1000', '--runs 40');

interface Actions {
  readonly jobs: { readonly gate: { readonly steps: readonly { readonly name?: string; readonly run?: string }[] } };
}
interface Gitlab {
  readonly 'interlock-gate': {
    readonly script: readonly string[];
    readonly allow_failure: { readonly exit_codes: number };
    readonly artifacts: { readonly reports: { readonly junit: readonly string[] } };
  };
}

const read = (name: string): unknown => parse(readFileSync(path.join(EXAMPLES, name), 'utf8'));

let made: Promise<Project> | undefined;
const both = (): Promise<Project> => (made ??= checkout({ sessions: 5_000, probe: '{ runs: 40 }' }));

describe('the CI examples, run', () => {
  test('GitHub Actions: INCONCLUSIVE is a warning and a summary, and no red', { timeout: 90_000 }, async () => {
    const its = await both();
    const steps = (read('github-actions.yml') as Actions).jobs.gate.steps.filter(
      ({ run, name }) => run !== undefined && name !== 'Install',
    );
    const said: string[] = [];
    for (const { name, run = '' } of steps) {
      const { code, out } = await shell(its, shortened(run));
      said.push(out);
      expect([name, code, code === 0 ? '' : out]).toEqual([name, 0, '']);
    }
    expect(steps.map(({ name }) => name)).toEqual(['Policy', 'Scenarios', 'Probe', 'Same engine', 'Gate']);
    expect(said.join('\n')).toContain('::warning title=Interlock gate::INCONCLUSIVE');
    expect(readFileSync(path.join(its.dir, 'summary.md'), 'utf8')).toContain('# INCONCLUSIVE: refunds-bot');
  });

  test(
    'GitLab: INCONCLUSIVE ends with the code that may fail, and its JUnit lies where it is fetched',
    { timeout: 90_000 },
    async () => {
      const its = await both();
      const job = (read('gitlab-ci.yml') as Gitlab)['interlock-gate'];
      const { code, out } = await shell(its, shortened(job.script.join('\n')));
      expect(out).toContain('INCONCLUSIVE: refunds-bot');
      expect(code).toBe(job.allow_failure.exit_codes);
      for (const file of job.artifacts.reports.junit) expect(existsSync(path.join(its.dir, file)), file).toBe(true);
      // A gate that cannot look is no INCONCLUSIVE: the same line, without its journal.
      const blind = await shell(its, `rm -r data\n${job.script.at(-1) ?? ''}`);
      expect(blind.code).toBe(3);
    },
  );
});
