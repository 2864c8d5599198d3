import fs from 'node:fs';
import { expect, test } from 'vitest';
import { disk } from '../../src/journal/disk.ts';
import { endOf, Follower, recordsBackwards } from '../../src/journal/follow.ts';
import { readJournal } from '../../src/journal/read.ts';
import { directory, opened, segmentFiles, written } from './directory.ts';
import { note } from './entries.ts';

/** Some lines of a few bytes, and some that are longer than a piece that is read at once. */
const notes = Array.from({ length: 60 }, (_, index) =>
  note(2_000 + index, index % 20 === 7 ? 'x'.repeat(700_000) : `note ${index}`),
);

const later = (count: number) => Array.from({ length: count }, (_, index) => note(3_000 + index, 'later'));

test('the records before the end, the last first, are those of the journal, over all its segments', async () => {
  const dir = directory();
  await written(dir, notes, 10, { segmentBytesMax: 800_000 });
  await written(dir, later(3), 3);
  expect(segmentFiles(dir).length).toBeGreaterThan(3);
  const all = [...readJournal(dir)];
  const end = endOf(dir);
  expect([...recordsBackwards(dir, end)].toReversed()).toEqual(all);
  expect(new Follower(dir, end).look()).toEqual([]);
});

test('from any place on, everything that is added is read once, over rotations and over another writer', async () => {
  const dir = directory();
  await written(dir, [note(1_990, 'before')], 1);
  const seen = [...readJournal(dir)].length;
  const follower = new Follower(dir, endOf(dir));
  const { journal, close } = await opened(dir, { segmentBytesMax: 800_000 });
  const read: unknown[] = [...follower.look()];
  for (const entry of notes) {
    journal.append(entry);
    await journal.durable();
    read.push(...follower.look());
  }
  await close();
  await written(dir, later(2), 1);
  for (let more = follower.look(); more.length > 0; more = follower.look()) read.push(...more);
  expect(read).toEqual([...readJournal(dir)].slice(seen));
});

test('a line that is not finished waits until it is', async () => {
  const dir = directory();
  await written(dir, notes.slice(0, 2), 2);
  const [file = ''] = segmentFiles(dir);
  const end = endOf(dir);
  const follower = new Follower(dir, end);
  fs.appendFileSync(file, '{"seq":5,"kind":"note"');
  expect(follower.look()).toEqual([]);
  expect(endOf(dir)).toEqual(end);
  expect([...recordsBackwards(dir, endOf(dir))].length).toBe(4);
  fs.appendFileSync(file, ',"at":9}\n{');
  expect(follower.look()).toEqual([{ seq: 5, kind: 'note', at: 9 }]);
  expect(follower.look()).toEqual([]);
});

test('of a directory without a journal there is nothing, until there is one', async () => {
  const dir = directory();
  const follower = new Follower(dir, endOf(dir, disk));
  expect([follower.look(), [...recordsBackwards(dir, endOf(dir))]]).toEqual([[], []]);
  await written(dir, notes.slice(0, 1), 1);
  expect(follower.look()).toEqual([...readJournal(dir)]);
});
