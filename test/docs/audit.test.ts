import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { openCheckpoints } from '../../src/cli/checkpoints.ts';
import type { CallEntry, Entry } from '../../src/journal/entry.ts';
import { openJournal } from '../../src/journal/index.ts';
import { loadPolicy } from '../../src/policy/index.ts';
import { refundsPolicy } from '../cli/served.ts';
import { callId, entryOf as recordOf } from '../journal/entries.ts';
import { entryOf, forge, recordsOf } from '../journal/rewrite.ts';
import { call } from '../engine/policies.ts';

const PAGE = path.join(import.meta.dirname, '../../docs/audit.md');
const STARTS_AT = Date.parse('2026-11-23T15:00:00Z');
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** What a reader of `docs/audit.md` does, in order: commands of its `console` blocks, and what its comments say happened. */
type Step =
  | { readonly kind: 'happens'; readonly what: string }
  | { readonly kind: 'typed'; readonly from: number; readonly to: number };

const text = readFileSync(PAGE, 'utf8');
const steps = [...text.matchAll(/^<!-- (.*) -->$|^```console\n([\s\S]*?)^```$/gm)].map((match): Step => {
  const [, what, inside] = match;
  if (inside === undefined) return { kind: 'happens', what: what ?? '' };
  const from = match.index + '```console\n'.length;
  return { kind: 'typed', from, to: from + inside.length };
});

const home = process.cwd();
beforeAll(() => process.chdir(mkdtempSync(path.join(tmpdir(), 'interlock-docs-'))));
afterAll(() => {
  const dir = process.cwd();
  process.chdir(home);
  rmSync(dir, { recursive: true });
  process.exitCode = 0;
});

test('docs/audit.md shows what really comes', async () => {
  let [written, at] = ['', 0];
  const real = new Map<string, string>();
  for (const step of steps) {
    if (step.kind === 'happens') {
      await (step.what.startsWith('a night') ? night() : cut());
      continue;
    }
    const shown = text.slice(step.from, step.to);
    const came = await typed(shown, real);
    written += text.slice(at, step.from) + (comparable(shown) === comparable(came) ? shown : came);
    at = step.to;
  }
  written += text.slice(at);
  if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(PAGE, written);
  expect(written).toBe(text);
});

/** Runs a block's commands; gives the block as it should be. Keys differ from run to run, so the page's stands for ours. */
async function typed(block: string, real: Map<string, string>): Promise<string> {
  let came = '';
  for (const line of block.split('\n').filter((one) => one.startsWith('$ '))) {
    const words = line.split(' ').slice(3);
    const output = await printed(words);
    if (words.includes('keygen')) {
      const [key = ''] = output.split('\n');
      writeFileSync('refunds.vkey', `${key}\n`);
      real.set(/^\S+\+\S+\+\S+$/m.exec(block)?.[0] ?? '', key);
    }
    came += `${line}\n${output}`;
  }
  for (const [shown, ours] of real) came = came.replaceAll(ours, shown);
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

/** Without what differs from run to run, or by the length of a signature's base64: hashes, and the offsets behind them. */
function comparable(block: string): string {
  return block.replaceAll(/:[0-9a-f]{4,64}$/gm, ':HASH').replaceAll(/byte \d+/g, 'byte N');
}

/** A journal as the page's policy makes it, written without a door: the refunds, and checkpoints to the page's directory. */
async function night(): Promise<void> {
  mkdirSync('kept');
  const said = /^```yaml\n(checkpoints:[\s\S]*?)^```$/m.exec(text)?.[1] ?? '';
  const policyText = `${refundsPolicy('http://127.0.0.1:9', 'budgets: [{ max: 5 USD, per: 24h }]')}\n${said}`;
  const loaded = loadPolicy(policyText, path.resolve('interlock.yaml'));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  const checkpoints = openCheckpoints(loaded.value, '.interlock', { AUDIT_HOOK_SECRET: SECRET });
  expect(checkpoints).toBeDefined();
  if (checkpoints === undefined) return;
  const onFailure = (error: Error): void => {
    throw error;
  };
  const options = {
    dir: '.interlock',
    policy: loaded.value,
    now: () => STARTS_AT,
    onFailure,
    signer: checkpoints.signer,
  };
  const { journal, close } = await openJournal(options);
  for (const id of ['call_first', 'call_second']) {
    for (const entry of refund(id)) journal.append(entry);
    const made = journal.checkpoint(STARTS_AT);
    await journal.durable();
    if (made !== undefined) writeFileSync(`kept/${String(made.size).padStart(12, '0')}.checkpoint`, made.note);
  }
  await close();
}

function refund(id: string): readonly Entry[] {
  const intended = call(id, { agent: 'refunds-bot', route: 'create_refund', at: STARTS_AT, task: 'ticket-4711' });
  const decided = recordOf({ kind: 'decided', call: intended, verdict: 'allow', trips: [] }) as CallEntry;
  return [
    { ...decided, effect: 'money' },
    recordOf({ kind: 'ended', call: callId(id), at: STARTS_AT, effectiveness: 'effective' }),
  ];
}

function cut(): void {
  expect(existsSync('.interlock')).toBe(true);
  cpSync('.interlock', 'copy', { recursive: true });
  forge('copy', recordsOf('.interlock').map(entryOf).slice(0, 5));
}
