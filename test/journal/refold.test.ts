import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { callOf } from '../../src/journal/facts.ts';
import { eventsOf, foldJournal } from '../../src/journal/fold.ts';
import { readJournal, refoldHere } from '../../src/journal/index.ts';
import { Following, HEARD_MAX } from '../../src/journal/refold/follow.ts';
import { aStory } from '../engine/arbitraries.ts';
import { play } from '../engine/playbook.ts';
import { directory, opened, POLICY } from './directory.ts';
import { entryOf, note } from './entries.ts';

/**
 * What an engine knows that can still count at a moment. What is older than its rule's window is forgotten whenever there is
 * occasion, which a state that was saved and loaded has at other events; no decision rests on it.
 */
function known(engine: Engine, at: number): object {
  const agents = [...engine.policy.agents.keys()];
  return {
    open: [...engine.open()],
    freezes: engine.freezes(),
    holds: engine.holds.save(),
    assents: engine.assents.save(),
    standings: engine.standings.save(),
    levels: agents.map((agent) => engine.levels(agent, at)),
  };
}

test('an engine that takes over in the middle knows and decides what one that was restarted there would, verdict for verdict', async () => {
  const root = directory();
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(aStory(), aStory(), fc.nat(), fc.nat(), async (story, other, cut, late) => {
      const dir = path.join(root, String((runs += 1)));
      const policy = { ...other.policy, digest: 'b'.repeat(64) };
      const entries = play(story, new Engine(story.policy)).map(entryOf);
      const at = cut % (entries.length + 1);
      const heard = Math.min(entries.length, at + (late % 20));
      const { journal, close } = await opened(dir, { policy: { ...POLICY, policy: story.policy }, now: () => 0 });
      const running = new Engine(story.policy);
      const append = (from: number, to: number): void => {
        for (const entry of entries.slice(from, to)) {
          journal.append(entry);
          for (const event of eventsOf(entry)) running.apply(event);
        }
      };
      append(0, at);
      const folding = refoldHere({ dir, policy: { ...POLICY, policy }, log: journal });
      // What comes while the past is read.
      append(at, heard);
      const folded = await folding;
      if (!folded.ok) throw new Error(folded.failure);
      folded.value.finish();
      folded.value.end();
      running.adopt(folded.value.engine);

      await journal.durable();
      const restarted = foldJournal(policy, readJournal(dir, { tail: 'live' })).engine;
      expect(running.policy).toBe(policy);
      expect(known(running, entries[heard]?.at ?? 0)).toEqual(known(restarted, entries[heard]?.at ?? 0));
      for (const entry of entries.slice(heard)) {
        if (entry.kind === 'call') expect(running.decide(callOf(entry))).toEqual(restarted.decide(callOf(entry)));
        for (const event of eventsOf(entry)) {
          running.apply(event);
          restarted.apply(event);
        }
      }
      const last = entries.at(-1)?.at ?? 0;
      expect(known(running, last)).toEqual(known(restarted, last));
      await close();
    }),
    { numRuns: 60 },
  );
});

test('where more comes than is kept, nothing is folded in part: it is said, and the policy stays', async () => {
  const heard: ((seq: number) => void)[] = [];
  const log = {
    head: { seq: 7, hash: '', at: 0 },
    durable: () => Promise.resolve(),
    listen: (listener: (entry: ReturnType<typeof note>, seq: number) => void) => {
      heard.push((seq) => listener(note(1, 'one'), seq));
      return () => undefined;
    },
  };
  const following = new Following(log);
  for (let seq = 1; seq <= HEARD_MAX; seq += 1) heard[0]?.(seq);
  expect(following.isTooMuch).toBe(false);
  heard[0]?.(HEARD_MAX + 1);
  expect(following.isTooMuch).toBe(true);
  await log.durable();
});
