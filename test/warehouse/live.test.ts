import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openArchive, seal } from '../../src/warehouse/index.ts';
import { directory, opened, segmentFiles } from '../journal/directory.ts';
import { note } from '../journal/entries.ts';

const seqsOf = async (dir: string, key: string): Promise<readonly number[]> => {
  const archive = openArchive(dir);
  try {
    const places = await archive.find(key);
    await archive.read(places);
    return places.map(({ seq }) => seq);
  } finally {
    archive.close();
  }
};

test('a segment that is being written to is indexed as far as it goes, and searched behind that', async () => {
  const dir = directory();
  const { journal, close } = await opened(dir);
  const all: number[] = [];
  for (let round = 0; round < 4; round += 1) {
    for (let index = 0; index < 20; index += 1) all.push(journal.append(note(1_000, `round ${round}`)).seq);
    await journal.durable();
    expect(await seqsOf(dir, 's1')).toEqual(all);
    await seal({ dir, now: () => 0, liveStepBytes: 2_000 });
    expect(await seqsOf(dir, 's1')).toEqual(all);
  }
  const manifest = JSON.parse(fs.readFileSync(path.join(dir, 'warehouse/manifest.json'), 'utf8')) as {
    parts: unknown[];
    live: { lastSeq: number };
  };
  expect(manifest).toMatchObject({ parts: [], live: { lastSeq: all.at(-1) } });
  await close();
});

test('what a power failure took from under an index is not found by it', async () => {
  const dir = directory();
  const { journal, close } = await opened(dir);
  for (let index = 0; index < 40; index += 1) journal.append(note(1_000, `note ${index}`));
  await journal.durable();
  await seal({ dir, now: () => 0, liveStepBytes: 1 });
  await close();
  const [file = ''] = segmentFiles(dir);
  const bytes = fs.readFileSync(file);
  const cut = bytes.lastIndexOf('\n', bytes.length / 2) + 1;
  fs.truncateSync(file, cut);
  const left = await seqsOf(dir, 's1');
  expect(left.length).toBeGreaterThan(5);
  expect(left).toEqual(left.map((_, index) => (left[0] ?? 0) + index));
  expect(left.at(-1)).toBe(bytes.subarray(0, cut).toString().split('\n').length - 1);
});

test('an index of lines that others took the place of is not believed', async () => {
  const [dir, other] = [directory(), directory()];
  for (const [where, many, session] of [
    [dir, 20, 's1'],
    [other, 60, 's2'],
  ] as const) {
    const { journal, close } = await opened(where);
    for (let index = 0; index < many; index += 1) journal.append({ ...note(1_000, `note ${index}`), session });
    await journal.durable();
    if (where === dir) await seal({ dir, now: () => 0, liveStepBytes: 1 });
    await close();
  }
  fs.copyFileSync(segmentFiles(other)[0] ?? '', segmentFiles(dir)[0] ?? '');
  expect(await seqsOf(dir, 's1')).toEqual([]);
  expect(await seqsOf(dir, 's2')).toHaveLength(60);
});
