import { expect, test } from 'vitest';
import { reviewQueue } from '../../../src/control/lookup/review.ts';
import { candidatesOf, EVERYTHING } from '../../../src/evidence/review/of-run.ts';
import { queue } from '../../../src/evidence/review/queue.ts';
import { SAMPLE } from '../../../src/evidence/review/sample.ts';
import { intentsOf } from '../../../src/evidence/intents/from-journal.ts';
import { TooManyIntents, WriteFold } from '../../../src/evidence/intents/writes.ts';
import { readJournal, type Recorded } from '../../../src/journal/index.ts';
import { night } from '../../evidence/intents/night.ts';
import { assessed, call, recorded } from '../../evidence/records.ts';
import { directory, written } from '../../journal/directory.ts';

const BY = 'ben';

/** What is left for a reviewer, as the kept run has it and as the whole journal has it, read anew. */
async function both(dir: string, agent: string | null, second: boolean) {
  const kept = await reviewQueue(dir, { kind: 'review', agent, by: BY, limit: 50, second });
  const records = [...readJournal(dir)];
  const intents = intentsOf(records, agent);
  if (!kept.ok) return [kept.failure.status, agent !== null && intents.sessions.size === 0 ? 404 : 200] as const;
  const assessments = records.filter((record) => record.kind === 'assessment');
  const own = assessments.filter((one) => agent === null || one.agent === agent);
  const whole = { intents, policy: null, assessments: own };
  const chosen = queue(candidatesOf(whole, SAMPLE, EVERYTHING), { by: BY, second });
  const left = chosen.filter(({ opinions }) => !opinions.some(({ by }) => by === BY));
  return [
    {
      counts: [kept.value.chosen, kept.value.reviewed, kept.value.left],
      calls: kept.value.items.map(({ call: id, anomalies }) => [id, anomalies]),
    },
    {
      counts: [chosen.length, chosen.length - left.length, left.length],
      calls: left.slice(0, 50).map(({ intent, anomalies }) => [intent.call, anomalies]),
    },
  ] as const;
}

test.each([4, 5])('what is kept of a run draws as the whole journal does, however it grew (seed %i)', async (seed) => {
  const dir = directory();
  const entries = night(seed);
  const third = Math.ceil(entries.length / 3);
  for (let start = 0; start < entries.length; start += third) {
    // Each part by another writer: what was open in between is recorded as unknown.
    await written(dir, entries.slice(start, start + third), 50);
    for (const agent of [null, 'bot', 'other', 'nobody'])
      for (const second of [false, true]) {
        const [kept, whole] = await both(dir, agent, second);
        expect(kept, `${agent} ${start}`).toEqual(whole);
      }
  }
  const asked = { kind: 'review', agent: 'bot', by: BY, limit: 50, second: false } as const;
  const before = await reviewQueue(dir, asked);
  const first = before.ok ? String(before.value.items[0]?.call) : 'none';
  await written(dir, [assessed(first, BY, 'wrong', 3_000)]);
  const after = await reviewQueue(dir, asked);
  expect(after.ok && after.value.items.map(({ call: id }) => id)).not.toContain(first);
  expect(after.ok && before.ok && before.value.left - after.value.left).toBe(1);
});

test('no more writes are kept than may be, and of each no body', () => {
  const fold = new WriteFold({ agent: null, max: 2, kept: (intent) => ({ ...intent, body: null }) });
  const [one, two, three] = recorded(['a', 'b', 'c'].map((id) => call({ call: id, body: { of: id } })));
  for (const record of [one, two]) fold.take(record as Recorded);
  expect(fold.writes().map(({ call: id, body }) => [id, body])).toEqual([
    ['a', null],
    ['b', null],
  ]);
  expect(() => fold.take(three as Recorded)).toThrow(TooManyIntents);
});
