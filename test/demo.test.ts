import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const ROOT = path.join(import.meta.dirname, '..');

test('the demonstration opens a control room, names who may enter it, and ends by itself', async () => {
  const out = path.join(mkdtempSync(path.join(tmpdir(), 'interlock-demo-')), 'demo');
  const args = ['demo/main.ts', '--out', out, '--minutes', '0.1', '--after', '2', '--port', '0', '--control-port', '0'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  expect(stdout).toMatch(/The control room: http:\/\/127\.0\.0\.1:\d+/);
  expect(stdout.match(/interlock_user_\S+/g)).toHaveLength(5);
  const [, paid] = /(\d+) refunds were really paid/.exec(stdout) ?? [];
  expect(Number(paid)).toBeGreaterThan(0);
});
