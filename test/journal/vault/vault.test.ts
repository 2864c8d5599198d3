import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { disk, type Disk } from '../../../src/journal/disk.ts';
import { openJournal, revealed } from '../../../src/journal/index.ts';
import { boxed, unboxed } from '../../../src/journal/vault/box.ts';
import { commitmentTo, pseudonymOf, type Sealed } from '../../../src/journal/vault/seal.ts';
import { Vault } from '../../../src/journal/vault/vault.ts';
import { loadPolicy, type LoadedPolicy } from '../../../src/policy/index.ts';
import { tracesIn } from '../../cli/traces.ts';

const fresh = (): string => mkdtempSync(path.join(tmpdir(), 'interlock-vault-'));
const salt = Buffer.alloc(16, 7);
const KEY = { id: `key_${'0'.repeat(32)}`, secret: Buffer.alloc(32, 1) };

function reading(dir: string, token: Sealed): string {
  return revealed(dir, { token }).token;
}

describe('a commitment', () => {
  test('binds: no other value and no other salt has it', () => {
    const one = commitmentTo({ salt, value: 'anna@example.com' });
    expect(one).toMatch(/^sealed_[A-Za-z0-9_-]{43}$/);
    expect(commitmentTo({ salt, value: 'anna@example.con' })).not.toBe(one);
    expect(commitmentTo({ salt: Buffer.alloc(16, 8), value: 'anna@example.com' })).not.toBe(one);
  });

  test('hides: two of one value have nothing in common, and no guess can be tested without the salt', async () => {
    const vault = new Vault(fresh(), () => undefined);
    const [one, other] = [vault.seal('p', '0170 5550001'), vault.seal('p', '0170 5550001')];
    expect(one).not.toBe(other);
    for (let guess = 0; guess < 1_000; guess += 1) {
      const value = `0170 555${String(guess).padStart(4, '0')}`;
      expect(commitmentTo({ salt: Buffer.alloc(16), value }) === one).toBe(false);
    }
    await vault.close();
  });

  test('opens to the value that it binds to, and to no other', () => {
    const opening = { salt, value: 'Änne "x"' };
    const sealed = commitmentTo(opening);
    const box = boxed(KEY, sealed, 'json', opening);
    expect(unboxed(KEY, sealed, box)).toEqual({ form: 'json', value: 'Änne "x"' });
    // A box under another token, a key of another person, a bit that flipped, and a value swapped under the same key.
    expect(unboxed(KEY, commitmentTo({ salt, value: 'y' }), box)).toBeUndefined();
    expect(unboxed({ ...KEY, secret: Buffer.alloc(32, 2) }, sealed, box)).toBeUndefined();
    const bytes = Buffer.from(box, 'base64');
    for (let at = 0; at < bytes.length; at += 1) {
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= 1;
      expect(unboxed(KEY, sealed, flipped.toString('base64'))).toBeUndefined();
    }
    expect(unboxed(KEY, sealed, boxed(KEY, sealed, 'json', { salt, value: 'forged' }))).toBeUndefined();
  });
});

describe('a pseudonym', () => {
  test('is the same for the same value under one key alone', () => {
    expect(pseudonymOf(KEY.secret, 'anna')).toBe(pseudonymOf(KEY.secret, 'anna'));
    expect(pseudonymOf(KEY.secret, 'anna')).not.toBe(pseudonymOf(KEY.secret, 'bob'));
    expect(pseudonymOf(KEY.secret, 'anna')).not.toBe(pseudonymOf(Buffer.alloc(32, 2), 'anna'));
  });

  test('stays the same after an erasure; a fingerprint does not', async () => {
    const dir = fresh();
    const vault = new Vault(dir, () => undefined);
    const before = [vault.pseudonymOf('anna'), vault.fingerprint('call', 'GET /x')];
    await vault.erase('somebody else');
    const after = [vault.pseudonymOf('anna'), vault.fingerprint('call', 'GET /x')];
    await vault.close();
    const restarted = new Vault(dir, () => undefined);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
    expect([restarted.pseudonymOf('anna'), restarted.fingerprint('call', 'GET /x')]).toEqual(after);
    await restarted.close();
  });
});

/** A disk whose power goes at the `step`th thing that changes it. */
function failingAt(step: number): Disk & { readonly steps: () => number } {
  let steps = 0;
  const changes = new Set(['create', 'write', 'writeLater', 'rename', 'remove', 'syncDirectory', 'makeDirectory']);
  const failing = new Proxy(disk, {
    get(target, name: keyof Disk) {
      const real = target[name] as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        if (changes.has(name)) steps += 1;
        if (steps > step) throw new Error('the power is gone');
        return real.apply(target, args);
      };
    },
  });
  return Object.assign(Object.create(failing) as Disk, { steps: () => steps });
}

describe('a crash', () => {
  test('anywhere in an erasure: it never happened, or it is finished at the next start; others lose nothing', async () => {
    let unfinished = 0;
    for (let step = 0; ; step += 1) {
      const dir = fresh();
      const vault = new Vault(dir, () => undefined);
      const tokens = { anna: vault.seal('anna', 'anna@example.com'), note: vault.sealAlone('about anna@example.com') };
      const bob = vault.seal('bob', 'bob@example.com');
      await vault.close();

      const failing = failingAt(step);
      const doomed = new Vault(dir, () => undefined, { disk: failing });
      const done = await doomed.erase('anna', ['anna@example.com']).then(
        () => true,
        () => false,
      );
      const restarted = new Vault(dir, () => undefined);
      await restarted.written();
      const left = [reading(dir, tokens.anna), reading(dir, tokens.note)];
      expect(reading(dir, bob)).toBe('bob@example.com');
      const isWhole = left.join() === 'anna@example.com,about anna@example.com';
      const isGone = left.join() === '[erased],[erased]';
      expect({ step, left, is: isWhole || isGone }).toMatchObject({ is: true });
      if (!done && isGone) unfinished += 1;
      // Whoever was told nothing asks again.
      await restarted.erase('anna', ['anna@example.com']);
      expect([reading(dir, tokens.anna), reading(dir, tokens.note)]).toEqual(['[erased]', '[erased]']);
      expect(readdirSync(path.join(dir, 'vault')).sort()).toEqual([
        'fingerprints.key',
        'keys',
        'pseudonyms.key',
        'values',
      ]);
      expect(keysIn(dir)).toHaveLength(1);
      await restarted.close();
      if (!done) continue;
      expect(step).toBeGreaterThan(8);
      break;
    }
    expect(unfinished).toBeGreaterThan(3);
  });

  test('in the middle of a line takes that value alone, and says so', async () => {
    const dir = fresh();
    const vault = new Vault(dir, () => undefined);
    const kept = vault.seal('anna', 'kept');
    const torn = vault.seal('anna', 'torn');
    await vault.close();
    const file = path.join(dir, 'vault/values/000001.ndjson');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -20));
    const restarted = new Vault(dir, () => undefined);
    const later = restarted.seal('anna', 'later');
    await restarted.close();
    expect([kept, torn, later].map((token) => reading(dir, token))).toEqual(['kept', '[lost]', 'later']);
  });
});

describe('a disk that takes no more', () => {
  test('costs values, which is counted and told once, and makes nobody wait', async () => {
    const dir = fresh();
    const faults: unknown[] = [];
    let isFull = false;
    const vault = new Vault(dir, (fault) => faults.push(fault), { hasRoom: () => !isFull });
    const before = vault.seal('anna', 'before');
    await vault.written();
    isFull = true;
    const lost = [vault.seal('anna', 'lost'), vault.seal('bob', 'lost too')];
    await vault.written();
    expect([vault.lost, faults.length]).toEqual([2, 1]);
    isFull = false;
    const after = vault.seal('anna', 'after');
    await vault.close();
    expect([before, ...lost, after].map((token) => reading(dir, token))).toEqual([
      'before',
      '[lost]',
      '[lost]',
      'after',
    ]);
  });

  test('what waits for it is bounded', async () => {
    const dir = fresh();
    const vault = new Vault(dir, () => undefined, { hasRoom: () => false });
    for (let count = 0; count < 20; count += 1) vault.seal('anna', 'x'.repeat(1024 * 1024));
    expect(vault.lost).toBe(4);
    await vault.written();
    expect(vault.lost).toBe(20);
    await vault.close();
  });
});

test('everybody has a key of their own, which is gone once they are erased; one spelling of a person is the other', async () => {
  const dir = fresh();
  const vault = new Vault(dir, () => undefined);
  const tokens = ['customer:A', 'Customer:a ', 'customer:B'].map((person) => vault.seal(person, person));
  await vault.written();
  expect(keysIn(dir)).toHaveLength(2);
  expect(await vault.erase('CUSTOMER:A')).toMatchObject({ keys: [expect.any(String)], values: 2 });
  await vault.close();
  expect(keysIn(dir)).toHaveLength(1);
  expect(tokens.map((token) => reading(dir, token))).toEqual(['[erased]', '[erased]', 'customer:B']);
  expect(tracesIn(dir, ['customer:A', 'customer:B'])).toEqual([]);
});

function keysIn(dir: string): readonly string[] {
  const names = readdirSync(path.join(dir, 'vault/keys'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.json'));
}

describe('a journal that knows its vault', () => {
  const policy = ((): LoadedPolicy => {
    const loaded = loadPolicy(
      `
version: 1
upstreams:
  crm: { url: "https://api.crm.example", credential: { env: CRM_KEY, as: bearer } }
routes:
  forget: { match: "DELETE /v1/mailboxes/{email}", upstream: crm, effect: destructive, subject: "mailbox:{email}", pii: [email] }
agents:
  clerk: { stage: production, allow: [forget], once: [{ route: forget, per: subject }] }
`,
      'p.yaml',
    );
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
    return loaded.value;
  })();
  const open = (dir: string): ReturnType<typeof openJournal> =>
    openJournal({ dir, policy, now: () => Date.now(), onFailure: () => undefined });

  test('refuses to open without it, or with another: `once` would have forgotten everybody', async () => {
    const [dir, other] = [fresh(), fresh()];
    for (const each of [dir, other]) await (await open(each)).close();
    await (await open(dir)).close();

    const key = path.join(dir, 'vault/pseudonyms.key');
    const mine = readFileSync(key);
    writeFileSync(key, readFileSync(path.join(other, 'vault/pseudonyms.key')));
    await expect(open(dir)).rejects.toThrow(/not the key that this journal knows/);
    writeFileSync(key, 'garbage');
    await expect(open(dir)).rejects.toThrow(/no key any more/);
    rmSync(path.join(dir, 'vault'), { recursive: true });
    await expect(open(dir)).rejects.toThrow(/it is gone/);

    await expect(open(dir)).rejects.toThrow(/it is gone/);
    writeFileSync(path.join(dir, 'unrelated'), '');
    expect(readdirSync(dir)).not.toContain('vault');
    disk.makeDirectory(path.join(dir, 'vault'));
    writeFileSync(key, mine);
    writeFileSync(path.join(dir, 'vault/fingerprints.key'), mine);
    await (await open(dir)).close();
  });
});
