import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { JournalLocked } from '../../src/journal/errors.ts';
import { takeLock } from '../../src/journal/lock.ts';
import { verifyJournal } from '../../src/journal/verify.ts';
import { directory, opened, segmentFiles } from './directory.ts';
import { note } from './entries.ts';

const TAKER = path.join(import.meta.dirname, 'lock.child.ts');

function taker(dir: string, mode: 'hold' | 'contend' = 'hold'): ChildProcess {
  const child = fork(TAKER, [dir, mode], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function heard(child: ChildProcess): Promise<string> {
  const [message] = (await once(child, 'message')) as [string];
  return message;
}

async function killed(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** Rewrites the newest lock file. */
function forge(dir: string, change: object): string {
  const file = path.join(dir, 'lock', fs.readdirSync(path.join(dir, 'lock')).sort().at(-1) ?? '');
  fs.writeFileSync(file, JSON.stringify({ ...(JSON.parse(fs.readFileSync(file, 'utf8')) as object), ...change }));
  return file;
}

test('every writer has an epoch of its own, one more than the last', () => {
  const dir = directory();
  for (const epoch of [1, 2, 3]) {
    const lock = takeLock(dir, 0);
    expect(lock.epoch).toBe(epoch);
    expect(lock.held()).toBe(true);
    lock.release();
  }
  expect(takeLock(dir, 7).epoch).toBe(8);
  expect(fs.readdirSync(path.join(dir, 'lock'))).toEqual(['000008.lock']);
});

test('a second process refuses to start while the first lives, and names it', async () => {
  const dir = directory();
  const first = taker(dir);
  expect(await heard(first)).toBe('1');
  expect(() => takeLock(dir, 0)).toThrow(JournalLocked);
  expect(() => takeLock(dir, 0)).toThrow(`process ${first.pid} on`);
  await killed(first);
  expect(takeLock(dir, 0).epoch).toBe(2);
});

test('of many processes that find a dead one, exactly one takes over, round after round', async () => {
  const dir = directory();
  let last = taker(dir);
  expect(await heard(last)).toBe('1');
  for (let round = 2; round < 6; round += 1) {
    await killed(last);
    const takers = Array.from({ length: 4 }, () => taker(dir));
    const answers = await Promise.all(takers.map(heard));
    const winners = takers.filter((_, index) => answers[index] !== 'locked');
    expect(winners, answers.join()).toHaveLength(1);
    expect(answers).toContain(String(round));
    last = winners[0] as ChildProcess;
    await Promise.all(takers.filter((one) => one !== last).map(killed));
  }
});

test('no epoch is ever had twice, however many processes grab and release at the same moment', async () => {
  const dir = directory();
  const takers = Array.from({ length: 4 }, () => taker(dir, 'contend'));
  await Promise.all(takers.map(heard));
  const answers = takers.map(heard);
  for (const one of takers) one.send('go');
  const epochs = (await Promise.all(answers)).flatMap((answer) => answer.split(',').map(Number));
  expect(epochs.length).toBeGreaterThan(takers.length);
  expect(new Set(epochs).size).toBe(epochs.length);
});

test('a pid that came round again is not its forerunner, and a boot ends every process', () => {
  const dir = directory();
  takeLock(dir, 0);
  expect(() => takeLock(dir, 0)).toThrow(JournalLocked);
  forge(dir, { started: '12' });
  expect(takeLock(dir, 0).epoch).toBe(2);
  forge(dir, { boot: 'another' });
  expect(takeLock(dir, 0).epoch).toBe(3);
});

test('a lock of another host, or one that cannot be read, is never taken over', () => {
  const dir = directory();
  takeLock(dir, 0);
  const file = forge(dir, { host: 'elsewhere', pid: 1, boot: 'another' });
  expect(() => takeLock(dir, 0)).toThrow(`delete \`${file}\``);
  fs.writeFileSync(file, '{');
  expect(() => takeLock(dir, 0)).toThrow('cannot be read');
});

test('a process that lost its lock knows: by a newer epoch, or because its own file is gone', () => {
  const dir = directory();
  const stale = takeLock(dir, 0);
  forge(dir, { started: '12' });
  const next = takeLock(dir, 0);
  expect(stale.held()).toBe(false);
  expect(next.held()).toBe(true);
  stale.release();
  expect(next.held()).toBe(true);
  expect(() => takeLock(dir, 0)).toThrow(JournalLocked);
  fs.rmSync(path.join(dir, 'lock'), { recursive: true });
  expect(next.held()).toBe(false);
});

test('the old writer, woken after a takeover, adds nothing and fails; the journal stays whole', async () => {
  const dir = directory();
  const failures: Error[] = [];
  const old = await opened(dir, { onFailure: (error) => failures.push(error) });
  forge(dir, { started: '12' });
  const fresh = await opened(dir);
  expect(() => old.journal.append(note(2_000, 'from the dead'))).toThrow(/took the journal over/);
  expect(failures).toHaveLength(1);
  await fresh.journal.append(note(2_000, 'from the living')).durable();
  await fresh.close();
  await old.close().catch(() => undefined);
  expect(segmentFiles(dir)).toHaveLength(2);
  expect(await verifyJournal(dir)).toMatchObject({ ok: true, records: 4 });
});
