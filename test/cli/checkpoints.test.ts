import { chmodSync, mkdtempSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoints } from '../../src/cli/checkpoints.ts';
import { newSigningKey } from '../../src/journal/index.ts';
import { loadPolicy, type LoadedPolicy } from '../../src/policy/index.ts';
import { refundsPolicy } from './served.ts';

const KEY = newSigningKey('example.com/refunds');
const SECRET = KEY.split('+').at(-1) ?? '';

/** A policy in a directory of its own, with what it says of checkpoints. */
function policy(checkpoints: string): { readonly loaded: LoadedPolicy; readonly dir: string } {
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-test-'));
  const text = `${refundsPolicy('http://127.0.0.1:9', 'budgets: [{ max: 5 USD, per: 24h }]')}\n${checkpoints}\n`;
  const loaded = loadPolicy(text, path.join(dir, 'interlock.yaml'));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  return { loaded: loaded.value, dir };
}

/** What stands in the way; never anything of the key. */
function refusal(loaded: LoadedPolicy, dir: string, environment: NodeJS.ProcessEnv = {}): string {
  try {
    openCheckpoints(loaded, path.join(dir, 'data'), environment);
    return 'nothing';
  } catch (error) {
    const { message } = error as Error;
    expect(message).not.toContain(SECRET);
    return message;
  }
}

test('a policy that says nothing of checkpoints has none', () => {
  const { loaded, dir } = policy('');
  expect(openCheckpoints(loaded, dir, {})).toBeUndefined();
});

test('a key comes from a file that nobody else may read, beside the policy', () => {
  const { loaded, dir } = policy('checkpoints: { key: { file: log.key } }');
  const file = path.join(dir, 'log.key');
  expect(refusal(loaded, dir)).toMatch(/log\.key`: there is no such file; make one with `interlock audit keygen`/);
  writeFileSync(file, `${KEY}\n`);
  for (const mode of [0o644, 0o640, 0o602]) {
    chmodSync(file, mode);
    expect(refusal(loaded, dir)).toMatch(/others may read it; chmod 600/);
  }
  chmodSync(file, 0o600);
  expect(refusal(loaded, dir)).toBe('nothing');
  expect(openCheckpoints(loaded, path.join(dir, 'data'), {})?.signer.log).toBe('example.com/refunds');
});

test.each([
  ['is not set', '', /LOG_KEY: it is not set/],
  ['holds something else', SECRET, /does not have the form PRIVATE\+KEY/],
  [
    'is of another name',
    KEY.replace('refunds', 'payouts'),
    /its id does not belong to its name and key: it was changed/,
  ],
  ['holds it', KEY, /^nothing$/],
])('a key from the environment that %s', (_, text, says) => {
  const { loaded, dir } = policy('checkpoints: { key: { env: LOG_KEY } }');
  expect(refusal(loaded, dir, { LOG_KEY: text })).toMatch(says);
});

test('a door does not open on a journal that lacks what a directory remembers of its log, and minds no other log’s', () => {
  const { loaded, dir } = policy('checkpoints: { key: { env: LOG_KEY }, to: [{ directory: kept }] }');
  mkdirSync(path.join(dir, 'kept'));
  expect(refusal(loaded, dir, { LOG_KEY: KEY })).toBe('nothing');
  writeFileSync(
    path.join(dir, 'kept', '000000000009.checkpoint'),
    'example.com/other\n9\nROOT\n\n— example.com/other AAAA\n',
  );
  expect(refusal(loaded, dir, { LOG_KEY: KEY })).toBe('nothing');
  writeFileSync(
    path.join(dir, 'kept', '000000000012.checkpoint'),
    'example.com/refunds\n12\nROOT\n\n— example.com/refunds AAAA\n',
  );
  expect(refusal(loaded, dir, { LOG_KEY: KEY })).toMatch(/over 12 records, but the journal in .* does not have it/);
});
