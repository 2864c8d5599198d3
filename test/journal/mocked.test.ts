import { expect, test } from 'vitest';
import { JournalOfAnother } from '../../src/journal/errors.ts';
import { isOfMocks, readJournal } from '../../src/journal/read.ts';
import { verifyJournal } from '../../src/journal/verify.ts';
import { directory, opened, segmentFiles, written } from './directory.ts';
import { note } from './entries.ts';

const NOTES = [note(2_000, 'one')];

test('a journal of mocks says so in its first record and at every start, under its chain', async () => {
  const dir = directory();
  await written(dir, NOTES, 1, { mocked: true });
  await written(dir, NOTES, 1, { mocked: true });
  const recoveries = [...readJournal(dir)].filter(({ kind }) => kind === 'recovery');
  expect(recoveries).toMatchObject([{ mocked: true }, { mocked: true }]);
  expect(isOfMocks(dir)).toBe(true);
  expect(await verifyJournal(dir)).toMatchObject({ ok: true });
});

test('a journal of real upstreams says nothing of mocks, and an empty one nothing at all', async () => {
  const dir = directory();
  expect(isOfMocks(dir)).toBeUndefined();
  await written(dir, NOTES);
  expect(isOfMocks(dir)).toBe(false);
});

test.each([
  [true, false, /for real upstreams: its journal is of mocks/],
  [false, true, /for mocks: its journal is of real upstreams/],
])('a journal keeps to what it began with: mocks %s, then %s', async (first, then, message) => {
  const dir = directory();
  await written(dir, NOTES, 1, { mocked: first });
  const before = segmentFiles(dir);
  await expect(opened(dir, { mocked: then })).rejects.toThrow(JournalOfAnother);
  await expect(opened(dir, { mocked: then })).rejects.toThrow(message);
  expect(segmentFiles(dir)).toEqual(before);
  // The refusal let go of the lock.
  await written(dir, NOTES, 1, { mocked: first });
});

test('whoever does not say which, as an operator’s command, goes on as it was', async () => {
  const dir = directory();
  await written(dir, NOTES, 1, { mocked: true });
  const { mocked, close } = await opened(dir);
  await close();
  expect(mocked).toBe(true);
  expect([...readJournal(dir)].filter(({ kind }) => kind === 'recovery').at(-1)).toMatchObject({ mocked: true });
});
