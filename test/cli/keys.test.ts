import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSigningKey } from '../../src/journal/index.ts';
import { runHere } from './run-here.ts';

let dir = '';
beforeEach(() => void (dir = mkdtempSync(path.join(tmpdir(), 'interlock-keys-'))));
afterEach(() => rmSync(dir, { recursive: true }));

const made = (out: string, ...more: string[]): ReturnType<typeof runHere> =>
  runHere('keys', 'make', '--name', 'gate.example.com/refunds', '--out', out, ...more);
const says = (text: RegExp): string => expect.stringMatching(text) as string;

test('a key is its owner’s alone, and what it is verified with is shown, then and later', async () => {
  const file = path.join(dir, 'gate.key');
  const { stdout, stderr, code } = await made(file);
  expect(code).toBe(0);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(stdout).toMatch(/^gate\.example\.com\/refunds\+[0-9a-f]{8}\+\S+\n$/);
  expect(stderr).toMatch(/promotion\.keys/);
  const secret = readFileSync(file, 'utf8');
  expect(readSigningKey(secret)).toMatchObject({ ok: true, value: { verifierKey: stdout.trim() } });
  expect(`${stdout}${stderr}`).not.toContain(secret.trim().split('+').at(-1));

  expect(await runHere('keys', 'show', file)).toMatchObject({ code: 0, stdout });
  process.env['GATE_KEY_OF_TEST'] = secret;
  expect(await runHere('keys', 'show', '--key-env', 'GATE_KEY_OF_TEST')).toMatchObject({ code: 0, stdout });
  expect(await runHere('keys', 'show', file, '--key-env', 'GATE_KEY_OF_TEST')).toMatchObject({
    code: 1,
    stderr: says(/not both/),
  });
  expect(await runHere('keys', 'show', '--key-env', 'NO_KEY_OF_TEST')).toMatchObject({
    code: 1,
    stderr: says(/NO_KEY_OF_TEST: it is not set/),
  });
  expect(await runHere('keys', 'show')).toMatchObject({ code: 1, stderr: says(/name its file/) });

  chmodSync(file, 0o640);
  const open = await runHere('keys', 'show', file);
  expect(open).toMatchObject({ code: 1, stderr: says(/others may read it; chmod 600/) });
  chmodSync(file, 0o600);
  writeFileSync(file, secret.replace('gate.example.com', 'gate.example.org'));
  const changed = await runHere('keys', 'show', file);
  expect(changed).toMatchObject({ code: 1, stderr: says(/it was changed; make one with `interlock keys make`/) });
  expect(changed.stderr).not.toContain(secret.trim().split('+').at(-1));
});

test('a key is not written over another, nor into the data directory', async () => {
  const file = path.join(dir, 'gate.key');
  writeFileSync(file, 'mine');
  expect(await made(file)).toMatchObject({ code: 1, stderr: says(/is there already/) });
  expect(readFileSync(file, 'utf8')).toBe('mine');
  const data = path.join(dir, 'data');
  mkdirSync(data);
  expect(await made(path.join(data, 'gate.key'), '--data', data)).toMatchObject({
    code: 1,
    stderr: says(/is in the data directory/),
  });
  expect(await runHere('keys', 'make', '--name', 'two words', '--out', path.join(dir, 'other.key'))).toMatchObject({
    code: 1,
    stderr: says(/write a name like an address/),
  });
});

test('a key in a working tree is warned of, unless git ignores it', async () => {
  execFileSync('git', ['init', '-q', dir]);
  const inside = path.join(dir, 'deploy');
  mkdirSync(inside);
  expect(await made(path.join(inside, 'gate.key'))).toMatchObject({ code: 0, stderr: says(/git does not ignore it/) });
  writeFileSync(path.join(dir, '.gitignore'), '*.key\n');
  const ignored = await made(path.join(inside, 'other.key'));
  expect(ignored.code).toBe(0);
  expect(ignored.stderr).not.toMatch(/git/);
});
