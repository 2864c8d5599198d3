import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readJournal } from '../../../src/journal/read.ts';
import { openArchive } from '../../../src/warehouse/archive/open-archive.ts';
import { seal } from '../../../src/warehouse/index.ts';
import type { Archive } from '../../../src/warehouse/why/archive.ts';
import { mentionsOf } from '../../../src/warehouse/why/mentions.ts';
import { readArchive } from '../../../src/warehouse/why/read-archive.ts';
import { tellWhy } from '../../../src/warehouse/why/why.ts';
import { plantNight, type Night } from './night.ts';

let night: Night;
let sealed: string;

beforeAll(async () => {
  night = await plantNight();
  sealed = path.join(path.dirname(night.dir), 'sealed');
  cpSync(night.dir, sealed, { recursive: true });
  await seal({ dir: sealed, now: () => 0 });
});
afterAll(() => rmSync(path.dirname(night.dir), { recursive: true }));

/** Everything that somebody could ask of a journal, and words that are not in it. */
function questions(dir: string): readonly string[] {
  const keys = [...readJournal(dir, { tail: 'live' })].flatMap((record) => mentionsOf(record).map(({ key }) => key));
  return [
    ...new Set(keys.filter((key) => !key.startsWith('\0'))),
    'ch_99',
    'customer cus_9',
    'page_1_000000000000',
    '\u0000',
    '%',
  ];
}

async function answersOf(archive: Archive, asked: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
  const told = new Map<string, unknown>();
  for (const question of asked) told.set(question, await tellWhy(archive, question));
  return told;
}

test.each(['searched', 'sealed'] as const)(
  'the index tells every story as reading the whole journal does: %s',
  async (how) => {
    const dir = how === 'sealed' ? sealed : night.dir;
    const asked = questions(night.dir);
    expect(asked.length).toBeGreaterThan(40);
    const index = openArchive(dir);
    const told = await answersOf(index, asked).finally(() => index.close());
    expect(told).toEqual(await answersOf(readArchive(readJournal(night.dir, { tail: 'live' })), asked));
  },
);
