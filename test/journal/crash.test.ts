import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readJournal } from '../../src/journal/read.ts';
import { verifyJournal } from '../../src/journal/verify.ts';
import { directory, opened } from './directory.ts';

const WRITER = path.join(import.meta.dirname, 'crash.child.ts');
const ROUNDS = 20;

/** Lets a writer run until it has acknowledged some records, then kills it. Answers all that it acknowledged. */
async function crashedWriter(dir: string, acknowledgedMin: number): Promise<readonly string[]> {
  const child = fork(WRITER, [dir, '200000'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const acknowledged: string[] = [];
  child.on('message', (message: string) => {
    acknowledged.push(message);
    if (acknowledged.length === acknowledgedMin) child.kill('SIGKILL');
  });
  await once(child, 'close');
  expect(acknowledged.length).toBeGreaterThanOrEqual(acknowledgedMin);
  return acknowledged;
}

test(
  'I3 a writer killed in mid-stream, again and again, loses nothing that it acknowledged',
  { timeout: 120_000 },
  async () => {
    const dir = directory();
    const acknowledged: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      acknowledged.push(...(await crashedWriter(dir, 5 + round * 7)));
      expect(await verifyJournal(dir)).toMatchObject({ ok: true });
    }
    const { close, epoch } = await opened(dir, { now: () => Date.now() });
    await close();
    expect(epoch).toBe(ROUNDS + 1);
    const found = new Set([...readJournal(dir)].map(({ seq, hash }) => `${seq}:${hash}`));
    expect(acknowledged.filter((one) => !found.has(one))).toEqual([]);
    expect(await verifyJournal(dir)).toMatchObject({ ok: true });
    const verified = await verifyJournal(dir);
    expect(verified).not.toHaveProperty('torn');
    expect(fs.readdirSync(path.join(dir, 'lock'))).toHaveLength(1);
  },
);
