import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const DISK = path.join(import.meta.dirname, '../../src/journal/disk.ts');
/** Nothing that makes a few directories takes so long; one that never ends must not hold up the others. */
const ENOUGH_MS = 20_000;

/** Which directories are synced when a path is made below `cwd`, in a process of its own. */
async function synced(cwd: string, made: string): Promise<readonly string[]> {
  const script = `
    const fs = require('node:fs');
    const { openSync } = fs;
    const opened = [];
    fs.openSync = (file, ...more) => (opened.push(file), openSync(file, ...more));
    require('node:module').syncBuiltinESMExports();
    void import(${JSON.stringify(DISK)}).then(({ disk }) => {
      opened.length = 0;
      disk.makeDirectory(process.argv[1]);
      console.log(JSON.stringify(opened));
    });`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script, made], { cwd, timeout: ENOUGH_MS });
  return JSON.parse(stdout) as string[];
}

test.each(['d', 'd/segments', './d/segments', '.interlock/a/b', 'absolute'])(
  'a new directory %s is durable: each that holds a new name is synced, and no other',
  async (named) => {
    const cwd = mkdtempSync(path.join(tmpdir(), 'interlock-disk-'));
    const made = named === 'absolute' ? path.join(cwd, 'x/y') : named;
    const whole = path.resolve(cwd, made);
    const depth = path.relative(cwd, whole).split(path.sep).length;
    const holders = Array.from({ length: depth }, (_, up) => path.resolve(whole, '../'.repeat(depth - up)));
    expect(await synced(cwd, made)).toEqual(holders);
    expect(existsSync(whole)).toBe(true);
    expect(await synced(cwd, made)).toEqual([]);
  },
);

test('a place where nothing can be made is an error, at once', async () => {
  const cwd = mkdtempSync(path.join(tmpdir(), 'interlock-disk-'));
  writeFileSync(path.join(cwd, 'file'), '');
  await expect(synced(cwd, '/proc/interlock/segments')).rejects.toThrow(/ENOENT/);
  await expect(synced(cwd, 'file')).rejects.toThrow(/EEXIST/);
  await expect(synced(cwd, 'file/segments')).rejects.toThrow(/EEXIST|ENOTDIR/);
});
