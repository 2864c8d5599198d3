import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const LAUNCHER = path.join(import.meta.dirname, '../../bin/interlock.js');

/** Starts the launcher under a Node that says it is another version. */
async function launchAs(version: string): Promise<{ code: number; stderr: string }> {
  const pretend = `data:text/javascript,Object.defineProperty(process.versions,"node",{value:"${version}"})`;
  const run = promisify(execFile)(process.execPath, ['--import', pretend, LAUNCHER, '--version']);
  return run.then(
    ({ stderr }) => ({ code: 0, stderr }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
  );
}

test.each(['20.20.2', '24.0.0', '24.18.0'])('Node %s is told in one line what to run instead', async (version) => {
  const { code, stderr } = await launchAs(version);
  expect(code).toBe(1);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain(`npx -p node@24 node ${LAUNCHER} --version`);
});

test.each(['24.18.1', '24.21.0', '25.0.0', '26.3.0'])('Node %s is new enough', async (version) => {
  expect(await launchAs(version)).toMatchObject({ code: 0 });
});
