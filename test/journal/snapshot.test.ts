import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { callOf } from '../../src/journal/facts.ts';
import { foldJournal } from '../../src/journal/fold.ts';
import { JournalTree } from '../../src/journal/merkle/journal-tree.ts';
import { readJournal } from '../../src/journal/read.ts';
import { foldOf, snapshotsFor, takeSnapshot, writeSnapshot } from '../../src/journal/snapshot.ts';
import { aStory } from '../engine/arbitraries.ts';
import { play } from '../engine/playbook.ts';
import { agentId } from '../engine/policies.ts';
import { directory, opened, POLICY, segmentFiles, written } from './directory.ts';
import { entryOf, note } from './entries.ts';

const snapshotFiles = (dir: string): string[] => fs.readdirSync(path.join(dir, 'snapshots')).sort();

test('I3 a snapshot and the records behind it decide every later call as all records do', async () => {
  const dir = directory();
  await fc.assert(
    fc.asyncProperty(aStory(), fc.nat(), async (story, cut) => {
      const entries = play(story, new Engine(story.policy)).map(entryOf);
      const seq = 1 + (cut % (entries.length + 1));
      const whole = foldJournal(story.policy, entries.slice(0, seq));
      const { engine, grants, users, outbox, lastAt: at, policyDigest: recordedDigest } = whole;
      const tree = new JournalTree();
      for (let line = 1; line <= seq; line += 1) tree.add(Buffer.from(`record ${line}`));
      const state = { engine, grants, users, outbox, recordedDigest, tree };
      await writeSnapshot(dir, seq, takeSnapshot({ seq, hash: '', at, ...state }));
      const snapshot = snapshotsFor(dir, story.policy.digest).find((one) => one.seq === seq);
      const restored = snapshot && foldOf(snapshot, story.policy);
      if (restored === undefined) throw new Error('the snapshot could not be read back');

      for (const entry of entries.slice(seq)) {
        if (entry.kind === 'call') expect(restored.engine.decide(callOf(entry))).toEqual(engine.decide(callOf(entry)));
        restored.apply(entry);
        whole.apply(entry);
      }
      expect([...restored.engine.open()]).toEqual([...engine.open()]);
      expect(restored.engine.freezes()).toEqual(engine.freezes());
      expect(restored.lastAt).toBe(whole.lastAt);
      fs.rmSync(path.join(dir, 'snapshots'), { recursive: true });
    }),
    { numRuns: 100 },
  );
});

test('a start uses the snapshot of the last close, and reads nothing before its segment', async () => {
  const dir = directory();
  await written(dir, [note(2_000, 'one')]);
  await freezeBot(dir);
  const [first = ''] = segmentFiles(dir);
  const bytes = fs.readFileSync(first);
  bytes[20] = 0x5a;
  fs.writeFileSync(first, bytes);
  const { engine, close } = await opened(dir);
  expect(engine.frozen(agentId('bot'))).toMatchObject({ reason: 'enough' });
  await close();
  expect(() => [...readJournal(dir)]).toThrow('does not match');
});

test.each<[string, (file: string) => void]>([
  ['corrupt', (file) => fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('"freeze"', '"frieze"'))],
  ['half written', (file) => fs.truncateSync(file, 100)],
  ['empty', (file) => fs.truncateSync(file)],
  ['a directory', (file) => (fs.rmSync(file), fs.mkdirSync(file))],
  ['gone', (file) => fs.rmSync(file)],
])('a snapshot that is %s is passed over', async (_what, spoil) => {
  const dir = directory();
  await freezeBot(dir);
  for (const name of snapshotFiles(dir)) spoil(path.join(dir, 'snapshots', name));
  const { engine, close } = await opened(dir);
  expect(engine.frozen(agentId('bot'))).toMatchObject({ reason: 'enough' });
  await close();
});

test('a snapshot of another policy, or of a record that does not stand in the journal, is passed over', async () => {
  const dir = directory();
  await freezeBot(dir);
  const foreign = directory();
  await written(foreign, [note(2_000, 'one'), note(2_001, 'two')]);
  fs.rmSync(path.join(foreign, 'snapshots'), { recursive: true });
  fs.cpSync(path.join(dir, 'snapshots'), path.join(foreign, 'snapshots'), { recursive: true });
  const { engine, close } = await opened(foreign);
  expect(engine.freezes()).toEqual([]);
  await close();

  const other = { ...POLICY, policy: { ...POLICY.policy, digest: 'e'.repeat(64) } };
  const reopened = await opened(dir, { policy: other });
  expect(reopened.engine.frozen(agentId('bot'))).toMatchObject({ reason: 'enough' });
  await reopened.close();
});

test('snapshots are taken along the way, and only the last two are kept', async () => {
  const dir = directory();
  const { journal, close } = await opened(dir, { snapshotEvery: 10 });
  for (let index = 0; index < 100; index += 1) await journal.append(note(2_000, String(index))).durable();
  await close();
  const seqs = snapshotFiles(dir).map((name) => Number.parseInt(name, 10));
  expect(seqs).toHaveLength(2);
  expect(seqs[0]).toBeGreaterThanOrEqual(10);
  expect(seqs[1]).toBe(102);
});

test('no snapshot falls between an entry of an operator and its application', async () => {
  const dir = directory();
  const { journal, engine, close } = await opened(dir, { snapshotEvery: 1 });
  const freeze = { agent: agentId('bot'), at: 2_000, trip: 'kill', by: 'human:ann', reason: 'enough' } as const;
  while (!fs.existsSync(path.join(dir, 'snapshots', '000000000002.json'))) await new Promise(setImmediate);
  await new Promise(setImmediate);
  await journal.append({ kind: 'freeze', ...freeze, call: null, severed: [] }).durable();
  engine.apply({ kind: 'frozen', freeze });
  journal.append(note(2_000, 'behind it'));
  await close();
  for (const { seq, engine: state } of snapshotsFor(dir, POLICY.policy.digest)) {
    expect(JSON.stringify(state).includes('enough')).toBe(seq >= 3);
  }
  expect(snapshotFiles(dir).at(-1)).toBe('000000000004.json');
});

/** Freezes `bot` with its own record, as a door does, and closes. */
async function freezeBot(dir: string): Promise<void> {
  const { journal, engine, close } = await opened(dir);
  const freeze = { agent: agentId('bot'), at: 3_000, trip: 'freeze', by: 'human:ann', reason: 'enough' } as const;
  engine.apply({ kind: 'frozen', freeze });
  journal.append({ kind: 'freeze', ...freeze, call: null, severed: [] });
  await close();
}

test('a state that is longer than any text costs the snapshot, and not the door', async () => {
  const dir = directory();
  const { journal, engine, close } = await opened(dir, { snapshotEvery: 2 });
  const tooLong = (): never => {
    throw new RangeError('Invalid string length');
  };
  Object.assign(engine, { save: tooLong });
  for (let count = 0; count < 6; count += 1) journal.append(note(2_000, String(count)));
  await journal.durable();
  await new Promise(setImmediate);
  await close();
  expect([...readJournal(dir)].filter(({ kind }) => kind === 'note')).toHaveLength(6);
});
