import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sandboxHtml, sandboxJson, sandboxJunit, writeSandboxReport } from '../../src/report/index.ts';
import { night } from './night.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'interlock-report-'));
});
afterEach(() => rm(dir, { recursive: true }));

test('three files are written into a directory that need not exist, and replace older ones', async () => {
  const target = join(dir, 'reports', 'night');
  await writeSandboxReport({ ...night(), scenarios: [] }, target);
  const files = await writeSandboxReport(night(), target);
  expect(files).toEqual({
    html: join(target, 'index.html'),
    json: join(target, 'results.json'),
    junit: join(target, 'junit.xml'),
  });
  expect(await readFile(files.html, 'utf8')).toBe(sandboxHtml(night()));
  expect(await readFile(files.json, 'utf8')).toBe(sandboxJson(night()));
  expect(await readFile(files.junit, 'utf8')).toBe(sandboxJunit(night()));
});

test('a directory that cannot be made is named in the error', async () => {
  const file = join(dir, 'file');
  await writeFile(file, '');
  await expect(writeSandboxReport(night(), join(file, 'night'))).rejects.toThrow(
    `Failed to write the sandbox report to "${file}/night"`,
  );
});
