import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';

const CLI = path.join(import.meta.dirname, '../../bin/interlock.js');
/** Root may enter every directory; whoever runs a door for real is not root. */
const NOBODY = 65_534;

it('works for a user who is not root, and lets nobody else into what it makes', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'interlock-user-'));
  const nobody = { uid: NOBODY, gid: NOBODY };
  // Where only root may read this checkout, the modes below still tell.
  const isPossible = process.getuid?.() === 0 && spawnSync('test', ['-r', CLI], nobody).status === 0;
  if (isPossible) chownSync(home, NOBODY, NOBODY);
  const as = isPossible ? nobody : {};
  const run = (...args: string[]): string =>
    execFileSync(process.execPath, [CLI, ...args], {
      cwd: home,
      env: { ...process.env, HOME: home, TMPDIR: home },
      encoding: 'utf8',
      ...as,
    });

  const out = run('sandbox', 'double-refund', '--out', 'night');
  expect(out).toContain('double-refund');

  const data = path.join(home, 'night', 'double-refund', 'journal');
  expect(run('audit', 'verify', '--data', data)).toContain('is whole');
  const directories = readdirSync(data, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(directories.length).toBeGreaterThan(0);
  for (const { name } of directories) expect(statSync(path.join(data, name)).mode & 0o777).toBe(0o700);
});
