import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { guestOptions } from '../../src/cli/sandbox/guest-options.ts';
import { inThisProcess, written } from '../cli/guests.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const PAGE = path.join(ROOT, 'docs/agents.md');
const text = readFileSync(PAGE, 'utf8');

const home = process.cwd();
beforeAll(() => {
  process.chdir(mkdtempSync(path.join(tmpdir(), 'interlock-docs-')));
  symlinkSync(path.join(ROOT, 'examples'), 'examples');
});
afterAll(() => {
  const dir = process.cwd();
  process.chdir(home);
  rmSync(dir, { recursive: true });
});

/** Without what differs from run to run: how long it took, which call it was, which widths follow. */
const comparable = (block: string): string =>
  block.replaceAll(/\d+\.\d s$/gm, 'S').replaceAll(/call_[0-9a-f]+/g, 'CALL');

/** Holds the blocks of a kind to what really comes, and writes that down where it is asked for. */
async function held(kind: string, really: (block: string) => Promise<string>): Promise<void> {
  const blocks = [...text.matchAll(new RegExp(`^\`\`\`${kind}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))];
  expect(blocks.length).toBeGreaterThan(0);
  let page = readFileSync(PAGE, 'utf8');
  for (const [, block = ''] of blocks) {
    const came = await really(block);
    if (process.env['UPDATE_DOCS'] === undefined) expect(comparable(came)).toBe(comparable(block));
    else if (comparable(came) !== comparable(block)) page = page.replace(block, () => came);
  }
  if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(PAGE, page);
}

test('docs/agents.md shows what the commands really print', () =>
  held('console', async (block) => {
    const [line = ''] = block.split('\n');
    const words = Array.from(line.replace('$ npx interlock ', '').matchAll(/'([^']*)'|(\S+)/g), ([, quoted, bare]) =>
      String(quoted ?? bare),
    );
    const { stdout, stderr } = await inThisProcess(...words);
    return `${line}\n${stdout}${stderr}`;
  }));

test('and what an agent is really told when it repeats a refund', () => {
  const told = path.join(process.cwd(), 'told');
  const asks = written(
    'agent',
    '#!/bin/sh\nfor n in 1 2; do curl -s "$PAYMENTS_URL/v1/refunds" -H "Authorization: Bearer $INTERLOCK_TOKEN" ' +
      '-d charge=ch_3NBQXVCOSvJZf4otUv3LzpFk -d amount=1000 > "$TOLD.$n"; done\n',
    0o755,
  );
  let asked = 0;
  return held('json', async () => {
    const options = [
      '--policy',
      'examples/interlock.yaml',
      '--faults',
      'examples/faults.yaml',
      '--env',
      `TOLD=${told}`,
    ];
    if (asked === 0) await inThisProcess('sandbox', ...options, '--agent', asks);
    asked += 1;
    // What is for clients of this business's own SDK says the same again.
    const { error: _, ...problem } = JSON.parse(readFileSync(`${told}.${asked}`, 'utf8')) as Record<string, unknown>;
    return `${JSON.stringify(problem, null, 2)}\n`;
  });
});

test('every option for an agent is on the page', () => {
  for (const name of [...Object.keys(guestOptions), 'policy', 'as', 'faults']) expect(text).toContain(`--${name}`);
});
