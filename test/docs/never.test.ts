import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { loadOracles } from '../../src/cli/probe/oracles.ts';
import { loadPolicy } from '../../src/policy/index.ts';

const PAGE = path.join(import.meta.dirname, '../../docs/never.md');
const text = readFileSync(PAGE, 'utf8');
const block = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(text)?.[1] ?? '';
const policy = block('yaml');

const home = process.cwd();
const dir = mkdtempSync(path.join(tmpdir(), 'interlock-docs-'));
beforeAll(() => {
  process.chdir(dir);
});
afterAll(() => {
  process.chdir(home);
  rmSync(dir, { recursive: true });
});

test('every rule of the table means what stands beside it', () => {
  const rows = [...text.matchAll(/^\| `(\{ .* \})` \| (.*) \|$/gm)];
  expect(rows.length).toBeGreaterThan(8);
  for (const [, rule, meaning] of rows) {
    const loaded = loadPolicy(`${policy}  - ${rule}\n`, 'interlock.yaml');
    expect(loaded.ok ? loaded.value.never.at(-1)?.text : loaded.failure).toBe(meaning);
  }
});

/** `UPDATE_DOCS=1` writes what really came. */
test('`interlock check` prints what the page shows', async () => {
  writeFileSync('interlock.yaml', policy);
  const shown = block('console');
  const [line = ''] = shown.split('\n');
  let came = `${line}\n`;
  const print = vi.spyOn(console, 'log').mockImplementation((more: string) => void (came += `${more}\n`));
  try {
    await main(line.split(' ').slice(3));
  } finally {
    print.mockRestore();
  }
  if (process.env['UPDATE_DOCS'] !== undefined)
    writeFileSync(
      PAGE,
      text.replace(shown, () => came),
    );
  else expect(came).toBe(shown);
});

test('the oracle of the page sees what it says', async () => {
  const index = path.join(import.meta.dirname, '../../src/index.ts');
  writeFileSync('oracle.ts', block('ts').replace('agent-interlock', index));
  const [oracle] = await loadOracles(['oracle.ts']);
  const watch = oracle!.watch();
  const seen = ['refund', 'customer_deleted', 'refund'].map((kind, at) =>
    watch.see({
      at,
      upstream: 'payments',
      by: { id: `call_${at}`, agent: 'refunds-bot' } as never,
      entry: { at, kind, subject: `charge:${at}`, moneyOut: null, write: true },
    }),
  );
  expect(seen.map((harm) => harm?.text)).toEqual([
    undefined,
    undefined,
    'a refund after the customer was deleted: refund charge:2',
  ]);
});
