import fs from 'node:fs';
import path from 'node:path';
import os from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLabels } from '../../efficacy/labels.ts';
import { makeShadowJournals, type ShadowJournals } from '../../efficacy/shadow-journals.ts';
import { readJournal } from '../../src/journal/index.ts';

let dir: string;
let made: ShadowJournals;

beforeAll(async () => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'shadow-'));
  made = await makeShadowJournals(dir);
}, 60_000);

afterAll(() => fs.rmSync(dir, { recursive: true, force: true }));

test('all 13,026 records of the 1,844 runs are in a journal, listed with a reason, or no call', () => {
  const sum = (count: (one: ShadowJournals['journals'][number]['summary']) => number): number =>
    made.journals.reduce((total, { summary }) => total + count(summary), 0);
  expect(sum(({ calls, noCalls, unusable }) => calls + noCalls + unusable)).toBe(13_026);
  expect(sum(({ noCalls }) => noCalls)).toBe(757);
  // Tools that no benchmark had, and a path that nobody can send.
  expect(sum(({ unusable }) => unusable)).toBe(13);
  for (const { summary } of made.journals) expect(summary.listed).toHaveLength(summary.unusable);
});

test('every call of the journals has its label, every label its call, and none of what labels say is in a journal', () => {
  const labels = readLabels(made.labels);
  const inJournals = new Map<string, string>();
  for (const { dir: data } of made.journals) {
    for (const record of readJournal(data)) if (record.kind === 'call') inJournals.set(record.call, record.session);
  }
  const imported = [...labels.values()].filter((label) => label.imported);
  expect(new Map(imported.map(({ call, session }) => [call, session]))).toEqual(inJournals);
  expect(labels.size).toBe(13_026 - 757);
  expect([...labels.values()].filter(({ harmful }) => harmful === true)).toHaveLength(616);
  const reasons = new Set([...labels.values()].map(({ reason }) => reason).filter((reason) => reason.includes('_')));
  for (const text of writtenBelow(made.journals.map(({ dir: data }) => data))) {
    for (const word of [...reasons, '"harmful"', 'db_match', '"label"', 'held_out']) expect(text).not.toContain(word);
  }
});

function writtenBelow(dirs: readonly string[]): readonly string[] {
  return dirs.flatMap((data) =>
    fs
      .readdirSync(data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name), 'utf8')),
  );
}
