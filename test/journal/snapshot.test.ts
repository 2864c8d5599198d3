import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import type { Event } from '../../src/engine/event.ts';
import { Fold, foldJournal } from '../../src/journal/fold.ts';
import { foldOf, snapshotsFor, takeSnapshot, writeSnapshot } from '../../src/journal/snapshot.ts';
import { readJournal } from '../../src/journal/read.ts';
import { aStory } from '../engine/arbitraries.ts';
import { play, timeOf } from '../engine/playbook.ts';
import { agent, call, policy, routeSet, ruleId } from '../engine/policies.ts';
import { directory, opened, POLICY, segmentFiles, written } from './directory.ts';
import { entryOf, note } from './entries.ts';

const snapshotFiles = (dir: string) => fs.readdirSync(path.join(dir, 'snapshots')).sort();

test('I3 a snapshot and the records behind it decide every later call as all records do', async () => {
  await fc.assert(
    fc.asyncProperty(aStory(), fc.nat(), async (story, cut) => {
      const engine = new Engine(story.policy);
      const entries = play(story, engine).map(entryOf);
      const at = cut % (entries.length + 1);
      const half = foldJournal(story.policy, entries.slice(0, at));
      const { engine: state, grants, lastAt, policyDigest: recordedDigest } = half;
      const dir = fs.mkdtempSync(path.join(directory(), 'run-'));
      await writeSnapshot(
        dir,
        at,
        takeSnapshot({ seq: at, hash: '', at: lastAt, engine: state, grants, recordedDigest }),
      );
      const [snapshot] = snapshotsFor(dir, story.policy.digest);
      const restored = snapshot && foldOf(snapshot, story.policy);
      expect(restored).toBeDefined();
      const whole = foldJournal(story.policy, entries.slice(0, at));
      for (const entry of entries.slice(at)) {
        if (entry.kind === 'call') expectSame(restored as Fold, whole, entry);
        restored?.apply(entry);
        whole.apply(entry);
      }
      expect([...(restored as Fold).engine.open()]).toEqual([...whole.engine.open()]);
      expect((restored as Fold).engine.freezes()).toEqual(whole.engine.freezes());
      expect(whole.lastAt).toBe(entries.at(-1)?.at ?? 0);
      expect(restored?.lastAt).toBe(whole.lastAt);
    }),
    { numRuns: 300 },
  );
});

function expectSame(a: Fold, b: Fold, entry: Parameters<Fold['apply']>[0] & { kind: 'call' }): void {
  const [event] = [entry].map((one) => ({ ...one })) as [typeof entry];
  const intended = callFrom(event);
  expect(a.engine.decide(intended)).toEqual(b.engine.decide(intended));
}
