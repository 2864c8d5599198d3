import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { readSigningKey } from '../../src/journal/index.ts';
import { readPolicy, type LoadedPolicy } from '../../src/policy/index.ts';
import { REFUSAL_CODES } from '../../src/promotion/refusal.ts';
import { readShell } from './shell.ts';
import { refundsPolicy } from '../cli/served.ts';
import { withPayload } from '../promotion/granted.ts';
import { earned, writeSigned } from '../promotion/earned.ts';

const PAGE = path.join(import.meta.dirname, '../../docs/promotion.md');
const FILE = 'refunds.promotion.json';
const UPDATE = process.env['UPDATE_DOCS'] !== undefined;
const text = readFileSync(PAGE, 'utf8');

/** What a reader does, in order: `console` blocks, `json` blocks that show the file, and what the comments say happened. */
const STEP = /^<!-- (.*) -->$|^```(console|json)\n([\s\S]*?)^```$/gm;

const home = process.cwd();
beforeAll(() => process.chdir(mkdtempSync(path.join(tmpdir(), 'interlock-docs-'))));
afterAll(() => {
  const dir = process.cwd();
  process.chdir(home);
  rmSync(dir, { recursive: true });
  process.exitCode = 0;
});

test('docs/promotion.md shows what really comes', { timeout: 60_000 }, async () => {
  let [written, at] = ['', 0];
  for (const match of text.matchAll(STEP)) {
    const [whole, happens, language, shown = ''] = match;
    if (happens !== undefined) {
      await (happens.startsWith('the gate') ? passed() : raised());
      continue;
    }
    const from = match.index + whole.length - shown.length - '```'.length;
    const came = language === 'console' ? await typed(shown) : statedBy(shown);
    // Keys, ids and times differ from run to run, and belong together: where it is written anew, all of it is.
    written += text.slice(at, from) + (!UPDATE && comparable(shown) === comparable(came) ? shown : came);
    at = from + shown.length;
  }
  written += text.slice(at);
  // The key in the policy is the one that was made above.
  const [key = ''] = /^gate\.example\S+$/m.exec(written) ?? [];
  written = written.replace(/keys: \[.*?\]/, `keys: [${key}]`);
  if (UPDATE) writeFileSync(PAGE, written);
  expect(written).toBe(text);
});

test('every refusal has its line in the page’s table', () => {
  const codes = [...text.matchAll(/^\| `(\w+)` \| /gm)].map(([, code]) => code);
  expect(codes.filter((code) => (REFUSAL_CODES as readonly (string | undefined)[]).includes(code))).toEqual([
    ...REFUSAL_CODES,
  ]);
});

async function typed(block: string): Promise<string> {
  let came = '';
  for (const line of block.split('\n').filter((one) => one.startsWith('$ '))) {
    const [command] = readShell(line.slice('$ npx interlock '.length));
    const words = (command?.words ?? []).map((word) => word.map((part) => part.text).join(''));
    came += `${line}\n${await printed(words)}`;
  }
  return came;
}

async function printed(words: readonly string[]): Promise<string> {
  let output = '';
  const print = (line: string): void => void (output += `${line}\n`);
  const spies = [
    vi.spyOn(console, 'log').mockImplementation(print),
    vi.spyOn(console, 'error').mockImplementation(print),
  ];
  try {
    await main(words);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return output;
}

/** The file as the gate wrote it, with its payload cut short; or what stands in that, laid out. */
function statedBy(shown: string): string {
  const envelope = JSON.parse(readFileSync(FILE, 'utf8')) as { payload: string };
  const stated: object =
    shown.includes('"payloadType"') || shown.includes('"envelope"')
      ? { ...envelope, payload: `${envelope.payload.slice(0, 60)}…` }
      : (JSON.parse(Buffer.from(envelope.payload, 'base64').toString()) as object);
  return `${JSON.stringify(stated, null, 2)}\n`;
}

/** Without what differs from run to run: keys, digests, ids, times. */
function comparable(block: string): string {
  return block
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/\b1\d{12}\b/g, 'MS')
    .replaceAll(/[A-Za-z0-9+/]{40,}=*/g, 'BYTES')
    .replaceAll(/(_|\+|\b)[0-9a-f]{8,64}\b/g, '$1HEX');
}

/** The page's policy, a journal under it, and what the gate says after a PASS. */
async function passed(): Promise<void> {
  const signer = readSigningKey(readFileSync('gate.key', 'utf8'));
  if (!signer.ok) throw new Error(signer.failure);
  const said = /^```yaml\n(promotion:[\s\S]*?)^```$/m.exec(text)?.[1] ?? '';
  const promotion = said.replace(/keys: \[.*?\]/, `keys: [${signer.value.verifierKey}]`);
  const rules = 'identity: { version: 1.4.2, model: gpt-5 }\nbudgets: [{ max: 500 USD, per: 24h }]';
  writeFileSync('interlock.yaml', refundsPolicy('http://127.0.0.1:9', rules, promotion));
  await printed(['grant', 'create', '--agent', 'refunds-bot', '--task', 'ticket-4711']);
  writeSigned(FILE, earned(await page(), 'refunds-bot', '.interlock'), signer.value);
}

async function page(): Promise<LoadedPolicy> {
  const loaded = await readPolicy('interlock.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  return loaded.value;
}

function raised(): void {
  const forged = withPayload(readFileSync(FILE, 'utf8'), (payload) =>
    payload.replace('"stage":"limited"', '"stage":"production"'),
  );
  writeFileSync('raised.json', forged);
}
