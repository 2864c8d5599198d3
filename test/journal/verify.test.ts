import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJournal } from '../../src/journal/read.ts';
import { verifyJournal } from '../../src/journal/verify.ts';
import { someNotes } from './arbitraries.ts';
import { asAfterCrash, bytesOf, directory, opened, segmentFiles, written } from './directory.ts';
import { note } from './entries.ts';

const notes = (count: number) =>
  Array.from({ length: count }, (_, index) => note(2_000 + index, `note ${index} – ünï`));

/** A journal of three segments and two epochs. */
async function journalOfThree(): Promise<string> {
  const dir = directory();
  await written(dir, notes(6), 2, { segmentBytesMax: 700 });
  await written(dir, [note(9_000, 'later')]);
  return dir;
}

test('I7 a journal that nobody touched verifies, whatever was written in whatever groups', async () => {
  await fc.assert(
    fc.asyncProperty(
      someNotes,
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 200, max: 3_000 }),
      async (entries, groupSize, segmentBytesMax) => {
        const dir = fs.mkdtempSync(path.join(directory(), 'run-'));
        await written(dir, entries, groupSize, { segmentBytesMax });
        const records = [...readJournal(dir)];
        expect(records.slice(2).map(({ seq: _seq, synced: _synced, hash: _hash, ...entry }) => entry)).toEqual(entries);
        expect(await verifyJournal(dir)).toEqual({
          ok: true,
          records: entries.length + 2,
          segments: segmentFiles(dir).length,
          lastSeq: entries.length + 2,
          lastHash: records.at(-1)?.hash,
        });
      },
    ),
    { numRuns: 40 },
  );
});

test('I7 any one byte changed anywhere is found, in its own line and never behind the byte', async () => {
  const dir = await journalOfThree();
  const files = segmentFiles(dir);
  expect(files.length).toBeGreaterThanOrEqual(3);
  for (const [index, file] of files.entries()) {
    const whole = fs.readFileSync(file);
    // Every byte of the first segment; of the others, which differ in nothing but their place, every seventh.
    for (let offset = 0; offset < whole.length; offset += index === 0 ? 1 : 7) {
      const changed = Buffer.from(whole);
      changed[offset] = (whole[offset] as number) ^ (1 + ((offset * 37) % 255));
      fs.writeFileSync(file, changed);
      const found = await verifyJournal(dir);
      const lineStart = whole.lastIndexOf(0x0a, offset - 1) + 1;
      expect(found, `byte ${offset} of ${file}`).toMatchObject({ ok: false, file: path.relative(dir, file) });
      if (!found.ok) {
        expect(found.offset).toBeLessThanOrEqual(offset);
        expect(found.offset).toBeGreaterThanOrEqual(offset === 0 ? 0 : lineStart);
      }
    }
    fs.writeFileSync(file, whole);
  }
  expect(await verifyJournal(dir)).toMatchObject({ ok: true });
});

test('I7 where the byte breaks the frame of its line, that very byte is named', async () => {
  const dir = directory();
  await written(dir, notes(2));
  const [file = ''] = segmentFiles(dir);
  const whole = fs.readFileSync(file);
  const line = whole.indexOf(0x0a) + 1;
  const end = whole.indexOf(0x0a, line);
  for (const offset of [line, line + 3, line + 7, end - 75, end - 70, end - 40, end - 1]) {
    const changed = Buffer.from(whole);
    changed[offset] = 'Z'.charCodeAt(0);
    fs.writeFileSync(file, changed);
    expect(await verifyJournal(dir)).toMatchObject({ ok: false, offset, line: 2, seq: 2 });
  }
});

test('I7 a journal cut at any byte is a torn tail or a shorter journal, and says which', async () => {
  const dir = directory();
  await written(dir, notes(2));
  asAfterCrash(dir);
  const [file = ''] = segmentFiles(dir);
  const whole = fs.readFileSync(file);
  for (let size = 0; size <= whole.length; size += 1) {
    fs.writeFileSync(file, whole.subarray(0, size));
    const kept = whole.subarray(0, size).lastIndexOf(0x0a) + 1;
    const torn = { file: path.relative(dir, file), offset: kept, bytes: size - kept };
    const found = await verifyJournal(dir);
    expect(found).toMatchObject({ ok: true, records: whole.subarray(0, size).toString().split('\n').length - 1 });
    if (found.ok) expect(found.torn).toEqual(size === kept ? undefined : torn);
  }
});

test('I7 a snapshot that is ahead of the journal betrays that it was cut', async () => {
  const dir = directory();
  await written(dir, notes(3));
  const [file = ''] = segmentFiles(dir);
  const whole = fs.readFileSync(file);
  fs.writeFileSync(file, whole.subarray(0, whole.lastIndexOf(0x0a, whole.length - 2) + 1));
  expect(await verifyJournal(dir)).toMatchObject({ ok: false, problem: expect.stringContaining('snapshot') });
  await expect(opened(dir)).rejects.toThrow(/a snapshot was taken of record/);
});

test('I7 a record that was noted elsewhere betrays a journal cut behind it, or rewritten', async () => {
  const dir = directory();
  await written(dir, notes(3));
  asAfterCrash(dir);
  const before = await verifyJournal(dir);
  if (!before.ok) throw new Error(before.problem);
  const noted = { seq: before.lastSeq, hash: before.lastHash };
  expect(await verifyJournal(dir, { expect: noted })).toMatchObject({ ok: true });

  const [file = ''] = segmentFiles(dir);
  const whole = fs.readFileSync(file);
  fs.writeFileSync(file, whole.subarray(0, whole.lastIndexOf(0x0a, whole.length - 2) + 1));
  expect(await verifyJournal(dir)).toMatchObject({ ok: true });
  expect(await verifyJournal(dir, { expect: noted })).toMatchObject({ ok: false, seq: noted.seq });

  const rewritten = directory();
  await written(rewritten, [...notes(2), note(5_000, 'another story')]);
  expect(await verifyJournal(rewritten, { expect: noted })).toMatchObject({ ok: false });
});

test.each<[string, (files: readonly string[]) => void]>([
  ['removed', ([, second = '']) => fs.rmSync(second)],
  [
    'renamed to another first record',
    ([, second = '']) => fs.renameSync(second, second.replace(/\d{12}/, '000000000004')),
  ],
  ['swapped with the next', ([, second = '', third = '']) => swap(second, third)],
  ['renamed to no segment at all', ([, second = '']) => fs.renameSync(second, second.replace(/\d{12}/, 'x'))],
  [
    'moved to an older epoch',
    (files) => fs.renameSync(files.at(-1) as string, (files.at(-1) as string).replace('-000002', '-000001')),
  ],
  ['cut in the middle of a line', ([, second = '']) => fs.truncateSync(second, fs.statSync(second).size - 5)],
  ['emptied', ([, second = '']) => fs.truncateSync(second, 0)],
])('I7 a segment that was %s is found', async (_what, tamper) => {
  const dir = await journalOfThree();
  tamper(segmentFiles(dir));
  expect(await verifyJournal(dir)).toMatchObject({ ok: false });
});

test('I7 a line that moved, went or came twice is found', async () => {
  const dir = directory();
  await written(dir, notes(4));
  const [file = ''] = segmentFiles(dir);
  const lines = bytesOf(dir).toString().trimEnd().split('\n');
  const [a = '', b = '', c = '', ...rest] = lines;
  for (const tampered of [
    [a, c, b, ...rest],
    [a, c, ...rest],
    [a, b, b, c, ...rest],
    [b, c, ...rest],
  ]) {
    fs.writeFileSync(file, `${tampered.join('\n')}\n`);
    expect(await verifyJournal(dir)).toMatchObject({ ok: false });
  }
});

test('a directory without a journal is an empty journal', async () => {
  expect(await verifyJournal(directory())).toMatchObject({ ok: true, records: 0, lastSeq: 0 });
});

function swap(a: string, b: string): void {
  const [of, to] = [fs.readFileSync(a), fs.readFileSync(b)];
  fs.writeFileSync(a, to);
  fs.writeFileSync(b, of);
}
