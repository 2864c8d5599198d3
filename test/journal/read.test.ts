import fs from 'node:fs';
import { expect, test } from 'vitest';
import { JournalDamaged } from '../../src/journal/errors.ts';
import { readJournal } from '../../src/journal/read.ts';
import { directory, opened, segmentFiles, written } from './directory.ts';
import { note } from './entries.ts';

test('a journal can be read while it is written, and ends before the line that is not finished', async () => {
  const dir = directory();
  const { journal, close } = await opened(dir);
  await journal.append(note(2_000, 'one')).durable();
  const [file = ''] = segmentFiles(dir);
  fs.appendFileSync(file, '{"seq":4,"kind":"no');
  expect([...readJournal(dir, { tail: 'live' })].map(({ seq }) => seq)).toEqual([1, 2, 3]);
  expect(() => [...readJournal(dir)]).toThrow(JournalDamaged);
  await close();
});

test('reading can begin at any record, and checks the chain from there', async () => {
  const dir = directory();
  const notes = Array.from({ length: 20 }, (_, index) => note(2_000, `note ${index} ${'ü'.repeat(index)}`));
  await written(dir, notes, 3, { segmentBytesMax: 800 });
  const all = [...readJournal(dir)];
  expect(segmentFiles(dir).length).toBeGreaterThan(3);
  for (const { seq } of all) {
    const behind = [...readJournal(dir, { from: seq })];
    expect(behind[0]?.seq).toBeLessThanOrEqual(seq);
    expect(behind).toEqual(all.slice(-behind.length));
  }
});

test('lines longer than a chunk, and chunks that end inside a character, read as written', async () => {
  const dir = directory();
  const notes = [note(2_000, '€'.repeat(700_000)), note(2_000, 'a'), note(2_000, `x${'€'.repeat(400_000)}`)];
  await written(dir, notes);
  const texts = [...readJournal(dir)].flatMap((entry) => (entry.kind === 'note' ? [entry.text] : []));
  expect(texts).toEqual(notes.map(({ text }) => text));
});

test('the same journal can be read twice', async () => {
  const dir = directory();
  await written(dir, [note(2_000, 'one')]);
  const journal = readJournal(dir);
  expect([...journal]).toEqual([...journal]);
});
