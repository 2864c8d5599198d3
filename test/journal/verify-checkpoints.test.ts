import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { signedCheckpoint } from '../../src/journal/checkpoint/note.ts';
import { verifyCheckpoint } from '../../src/journal/checkpoint/verify-note.ts';
import type { CheckpointEntry, Entry } from '../../src/journal/entry.ts';
import { verifyJournal, type VerifyOptions } from '../../src/journal/verify.ts';
import { directory, opened } from './directory.ts';
import { note } from './entries.ts';
import { entryOf, forge, recordsOf } from './rewrite.ts';
import { newKeys } from './signer.ts';

const { signer, key } = newKeys();

interface Night {
  readonly dir: string;
  /** In order. Each was pushed off the box when it was made. */
  readonly kept: readonly CheckpointEntry[];
}

/** A journal in one segment with a checkpoint after every fifth note, and a few notes behind the last. */
async function night(): Promise<Night> {
  const dir = directory();
  const { journal, close } = await opened(dir, { signer });
  const kept: CheckpointEntry[] = [];
  for (let index = 0; index < 18; index += 1) {
    journal.append(note(2_000 + index, `note ${index} – ünï`));
    if (index % 5 === 4) kept.push(journal.checkpoint(2_000 + index) as CheckpointEntry);
  }
  await close();
  return { dir, kept };
}

/** As an auditor brings them: read from the notes, not from the journal. */
function evidence(kept: readonly CheckpointEntry[]): VerifyOptions {
  const checkpoints = kept.map(({ note }, index) => {
    const read = verifyCheckpoint(note, key);
    if (!read.ok) throw new Error(read.problem);
    return { name: `kept-${index}`, size: read.checkpoint.size, root: read.checkpoint.root };
  });
  return { checkpoints, key };
}

test('I7 a journal that nobody touched is what its checkpoints were signed over, those in it and those kept elsewhere', async () => {
  const { dir, kept } = await night();
  expect(await verifyJournal(dir, evidence(kept))).toMatchObject({ ok: true, checkpoints: { made: 3, signed: 3 } });
  expect(await verifyJournal(dir, { key: newKeys().key })).toMatchObject({ checkpoints: { made: 3, signed: 0 } });
});

test('I7 a journal cut at any record behind the last kept checkpoint, or within it, is found; without one it is not', async () => {
  const { dir, kept } = await night();
  const entries = recordsOf(dir).map(entryOf);
  const last = kept.at(-1)?.size ?? 0;
  for (let length = entries.length; length > 0; length -= 1) {
    forge(dir, entries.slice(0, length));
    const found = await verifyJournal(dir, evidence(kept));
    expect(found.ok, `cut behind record ${length}`).toBe(length >= last);
    if (!found.ok) {
      expect(found.problem).toBe(
        `the journal ends at record ${length}, but the checkpoint kept-${kept.findIndex(({ size }) => size > length)} covers ${kept.find(({ size }) => size > length)?.size}: records were cut off`,
      );
    }
    expect(await verifyJournal(dir)).toMatchObject({ ok: true });
  }
});

test('I7 a journal rewritten with fresh hashes from any record on is found at the first checkpoint behind it', async () => {
  const { dir, kept } = await night();
  const entries = recordsOf(dir).map(entryOf);
  for (let from = 1; from < entries.length; from += 1) {
    if (entries[from]?.kind === 'checkpoint') continue;
    // The forger leaves the door's own checkpoints out, because nobody can sign new ones.
    const forged = entries
      .map((entry, index) => (index === from ? note(entry.at, 'nothing happened') : entry))
      .filter(({ kind }, index) => index <= from || kind !== 'checkpoint')
      .concat(Array.from({ length: 3 }, () => note(9_000, 'padding')));
    forge(dir, forged);
    const behind = kept.findIndex(({ size }) => size > from);
    const found = await verifyJournal(dir, evidence(kept));
    expect(found.ok, `rewritten from record ${from + 1}`).toBe(behind === -1);
    if (!found.ok) {
      expect(found.problem).toMatch(new RegExp(`^up to record ${kept[behind]?.size} the journal is not what`));
      expect(found.problem).toContain(
        behind === 0 ? 'history was rewritten' : `the checkpoint kept-${behind - 1} holds`,
      );
    }
    expect(await verifyJournal(dir)).toMatchObject({ ok: true });
  }
});

test('I7 one record changed, moved or doubled in front of a checkpoint denies that checkpoint even without one kept elsewhere', async () => {
  const { dir } = await night();
  const entries = recordsOf(dir).map(entryOf);
  const changes: Readonly<Record<string, readonly Entry[]>> = {
    changed: entries.with(4, note(entries[4]?.at ?? 0, 'changed')),
    doubled: entries.toSpliced(4, 0, entries[4] as Entry),
    gone: entries.toSpliced(4, 1),
    swapped: entries.with(3, { ...entries[4], at: 2_001 } as Entry).with(4, { ...entries[3], at: 2_001 } as Entry),
  };
  for (const [how, forged] of Object.entries(changes)) {
    forge(dir, forged);
    const found = await verifyJournal(dir);
    expect(found.ok, how).toBe(false);
    if (!found.ok) expect(found.problem).toMatch(/^the checkpoint in record \d+ is not of the \d+ records before it$/);
  }
});

test('I7 a checkpoint in the journal whose note says something else, or that the key did not sign, is found', async () => {
  const { dir } = await night();
  const entries = recordsOf(dir).map(entryOf);
  const at = entries.findIndex(({ kind }) => kind === 'checkpoint');
  const own = entries[at] as CheckpointEntry;
  const forgedBy = (text: string): Entry[] => [...entries.slice(0, at), { ...own, note: text }];

  forge(dir, forgedBy(own.note.replace(`\n${own.size}\n`, `\n${own.size + 1}\n`)));
  expect(await verifyJournal(dir)).toMatchObject({
    ok: false,
    problem: expect.stringMatching(/says something else/) as string,
  });

  const stranger = signedCheckpoint(newKeys().signer, own.size, own.root);
  forge(dir, forgedBy(stranger.replace(/— \S+ \S{6}/, /— \S+ \S{6}/.exec(own.note)?.[0] ?? '')));
  expect(await verifyJournal(dir)).toMatchObject({ ok: true });
  expect(await verifyJournal(dir, { key })).toMatchObject({
    ok: false,
    problem: expect.stringMatching(/forged/) as string,
  });

  // A successor's key is no forgery: it is counted apart.
  forge(dir, forgedBy(stranger));
  expect(await verifyJournal(dir, { key })).toMatchObject({ ok: true, checkpoints: { made: 1, signed: 0 } });
});

test('I7 what was kept of an empty or a torn journal holds for it', async () => {
  const { dir, kept } = await night();
  const [file = ''] = fs.readdirSync(path.join(dir, 'segments'));
  fs.appendFileSync(path.join(dir, 'segments', file), '{"seq":24,"kind":"no');
  expect(await verifyJournal(dir, evidence(kept))).toMatchObject({ ok: true, torn: { bytes: 20 } });
  const empty = directory();
  expect(await verifyJournal(empty, evidence([]))).toMatchObject({ ok: true, records: 0 });
  expect(await verifyJournal(empty, evidence(kept))).toMatchObject({ ok: false });
});
