import { hash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifyCheckpoint } from '../../src/journal/checkpoint/verify-note.ts';
import type { CheckpointEntry } from '../../src/journal/entry.ts';
import { readJournal } from '../../src/journal/read.ts';
import { someNotes } from './arbitraries.ts';
import { asAfterCrash, bytesOf, directory, opened, POLICY } from './directory.ts';
import { note } from './entries.ts';
import { naiveRoot } from './merkle/naive-tree.ts';
import { newKeys } from './signer.ts';

const { signer, key } = newKeys();

/** The lines of a journal as they lie on the disk, and what they say. */
function linesOf(dir: string): Buffer[] {
  const lines = bytesOf(dir).toString('latin1').split('\n').slice(0, -1);
  return lines.map((line) => Buffer.from(line, 'latin1'));
}

function checkpointsIn(dir: string): (CheckpointEntry & { readonly seq: number })[] {
  return [...readJournal(dir)].filter((record) => record.kind === 'checkpoint');
}

/** INVARIANT that a journal must show: every checkpoint covers all before it, by the naive tree over the raw bytes. */
function expectTrue(dir: string): void {
  const lines = linesOf(dir);
  for (const { seq, size, root, note } of checkpointsIn(dir)) {
    expect(size).toBe(seq - 1);
    expect(root).toBe(naiveRoot(lines.slice(0, size)).toString('base64'));
    const checkpoint = { log: 'example.com/test', size, root: Buffer.from(root, 'base64') };
    expect(verifyCheckpoint(note, key)).toEqual({ ok: true, checkpoint });
  }
}

/** What a run leaves of its snapshots: a crash takes the last one, a hand takes all. */
const ENDS = ['all', 'all but the last', 'none'] as const;

function lose(dir: string, left: (typeof ENDS)[number]): void {
  if (left === 'none') asAfterCrash(dir);
  const snapshots = path.join(dir, 'snapshots');
  const last = left === 'all but the last' ? fs.readdirSync(snapshots).sort().at(-1) : undefined;
  if (last !== undefined) fs.rmSync(path.join(snapshots, last));
}

test('I7 every checkpoint is signed over exactly the bytes before it, whenever it is made and whatever a start begins from', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(someNotes, fc.constantFrom(...ENDS), fc.boolean()), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 300, max: 3_000 }),
      async (runs, every, segmentBytesMax) => {
        const dir = fs.mkdtempSync(path.join(directory(), 'run-'));
        let made = 0;
        for (const [notes, end, waits] of runs) {
          const { journal, close } = await opened(dir, { signer, segmentBytesMax, snapshotEvery: 3 });
          for (const [index, { text }] of notes.entries()) {
            const at = journal.head.at;
            journal.append(note(at, text));
            if (index % every === 0) {
              expect(journal.checkpoint(at)).toMatchObject({ size: journal.head.seq - 1 });
              made += 1;
            }
            if (waits && index % 3 === 0) await journal.durable();
          }
          await close();
          lose(dir, end);
        }
        expect(checkpointsIn(dir)).toHaveLength(made);
        expectTrue(dir);
      },
    ),
    { numRuns: 12 },
  );
});

test('a checkpoint is made only where something came since the last one, and somebody signs', async () => {
  const dir = directory();
  const signed = await opened(dir, { signer });
  expect(signed.journal.checkpoint(1_000)).toMatchObject({ size: 2 });
  expect(signed.journal.checkpoint(1_000)).toBeUndefined();
  signed.journal.append(note(1_000, 'more'));
  expect(signed.journal.checkpoint(1_000)).toMatchObject({ size: 4 });
  await signed.close();
  const unsigned = await opened(dir);
  expect(unsigned.journal.checkpoint(1_000)).toBeUndefined();
  await unsigned.close();
  const again = await opened(dir, { signer });
  expect(again.journal.checkpoint(1_000)).toMatchObject({ size: 7 });
  await again.close();
  expectTrue(dir);
});

test('a start whose snapshot has another tree than its records reads them all instead', async () => {
  const dir = directory();
  const first = await opened(dir, { signer });
  await first.close();
  const [name = ''] = fs.readdirSync(path.join(dir, 'snapshots'));
  const file = path.join(dir, 'snapshots', name);
  const snapshot = JSON.parse(fs.readFileSync(file, 'utf8').split('\n')[1] ?? '') as { tree: object };
  const text = JSON.stringify({ ...snapshot, tree: { size: 1, hashes: [Buffer.alloc(32, 1).toString('base64')] } });
  fs.writeFileSync(file, `${hash('sha256', text)}\n${text}\n`);
  const second = await opened(dir, { signer, policy: POLICY });
  second.journal.checkpoint(1_000);
  await second.close();
  expectTrue(dir);
});
