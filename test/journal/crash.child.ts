/**
 * A writer that appends until it is killed: `fork(…, [dir, segmentBytesMax])`. Every record that became durable is told
 * to the parent, by its number and hash, before the next turn.
 */
import { openJournal } from '../../src/journal/index.ts';
import { agent, policy } from '../engine/policies.ts';
import { note } from './entries.ts';

const [, , dir = '', segmentBytesMax = ''] = process.argv;
const { journal, lastAt } = await openJournal({
  dir,
  policy: { policy: policy([agent('bot')]), file: 'interlock.yaml', text: 'version: 1\n' },
  now: () => Date.now(),
  onFailure: (error) => {
    throw error;
  },
  segmentBytesMax: Number(segmentBytesMax),
});

async function worker(name: number): Promise<never> {
  for (let index = 0; ; index += 1) {
    const appended = journal.append(note(lastAt, `${name}/${index} ${'x'.repeat((index * 97) % 3_000)}`));
    await appended.durable();
    process.send?.(`${appended.seq}:${appended.hash}`);
  }
}

await Promise.all(Array.from({ length: 16 }, (_, name) => worker(name)));
