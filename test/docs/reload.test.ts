import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { interlock, serve, type Served } from '../cli/served.ts';

/*
 * `docs/reload.md` is run: its yaml block is the policy of a real door, `<!-- edit: A → B -->` edits the file, and each line
 * `$ npx interlock …` of a console block is typed at it. Digests and milliseconds aside, what comes is what stands there.
 * `UPDATE_DOCS=1` writes what really came.
 */
const PAGE = path.join(import.meta.dirname, '../../docs/reload.md');
const text = readFileSync(PAGE, 'utf8');

const open: { served?: Served; dir?: string } = {};
afterEach(async () => {
  await open.served?.end('SIGKILL');
  if (open.dir !== undefined) rmSync(open.dir, { recursive: true });
});

/** Without what is another one each time. */
function lasting(shown: string): string {
  return shown
    .replaceAll(/\b[0-9a-f]{12}\b/g, 'DIGEST')
    .replaceAll(/in \d+ ms/g, 'in N ms')
    .replaceAll(/\d+\.\d ms/g, 'N ms');
}

test('what the page on reloading shows is what happens', async () => {
  const dir = (open.dir = mkdtempSync(path.join(tmpdir(), 'interlock-docs-')));
  const where = { policy: path.join(dir, 'interlock.yaml'), data: path.join(dir, 'data') };
  let policy = /^```yaml\n(version: 1\n[\s\S]*?)^```$/m.exec(text)?.[1] ?? '';
  writeFileSync(where.policy, policy);
  open.served = await serve(where);
  let right = '';
  let at = 0;
  for (const match of text.matchAll(/^<!-- edit: (.*?) → ?(.*?) ?-->$|^```console\n([\s\S]*?)^```$/gm)) {
    const [whole, from, to = '', typed] = match;
    if (typed === undefined) {
      expect(policy).toContain(from);
      policy = policy.replace(from ?? '', to);
      writeFileSync(where.policy, policy);
      continue;
    }
    let came = '';
    for (const [, line = ''] of typed.matchAll(/^\$ npx interlock (.*)$/gm)) {
      const { stdout, stderr } = await interlock(...line.split(' '), '--data', where.data);
      came += `$ npx interlock ${line}\n${stdout}${stderr}`;
    }
    right += text.slice(at, match.index) + (lasting(came) === lasting(typed) ? whole : `\`\`\`console\n${came}\`\`\``);
    at = match.index + whole.length;
  }
  right += text.slice(at);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, right);
  else expect(right).toBe(text);
});
