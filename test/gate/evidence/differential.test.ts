import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Entry, Recorded } from '../../../src/journal/entry.ts';
import { recordsIn } from '../../evidence/shadow/journal.ts';
import { journals } from '../../evidence/shadow/random-journal.ts';
import type { NaiveCall } from '../../evidence/shadow/naive.ts';
import { dataWith, evidenceOf, inForce, policyOf, stood, WITH_IDENTITY } from './journals.ts';
import { failedUpstream, naiveEvidence, reachedUpstream } from './naive.ts';

const NOW = policyOf(WITH_IDENTITY);
const OTHER = policyOf(WITH_IDENTITY.replace('gpt-5', 'gpt-4'));
const ZONE = 'America/New_York';
/** Each writes a journal, opens a warehouse and asks it some dozens of questions. */
const RUNS = 4;

/** Where, in thousandths of the journal, it goes under another policy, comes back, and is demoted; `null`: it is not. */
const turns = fc.record({
  left: fc.option(fc.integer({ min: 0, max: 999 })),
  back: fc.option(fc.integer({ min: 0, max: 999 })),
  fell: fc.option(fc.integer({ min: 0, max: 999 })),
});

function turned(
  entries: readonly Entry[],
  { left, back, fell }: { left: number | null; back: number | null; fell: number | null },
): readonly Entry[] {
  const place = (part: number): number => Math.floor((part * entries.length) / 1_000);
  const at = (index: number): number => entries[Math.min(index, entries.length - 1)]?.at ?? 0;
  const insertions: [number, (time: number) => Entry][] = [
    ...(left === null
      ? []
      : [[place(left), (time: number) => inForce(time, OTHER)] as [number, (time: number) => Entry]]),
    ...(back === null
      ? []
      : [[place(back), (time: number) => inForce(time, NOW)] as [number, (time: number) => Entry]]),
    ...(fell === null
      ? []
      : [
          [
            place(fell),
            (time: number) => stood(time, { what: 'demoted', rule: 'harm', observed: '3%', limit: '> 1%' }),
          ] as [number, (time: number) => Entry],
        ]),
  ];
  const made = [...entries];
  for (const [index, entry] of insertions.toSorted(([a], [b]) => b - a)) made.splice(index, 0, entry(at(index)));
  return made;
}

/** The records that count, found by walking back from the end. */
function stretch(records: readonly Recorded[]): readonly [number, number] {
  let [first, last] = [0, 0];
  let under = false;
  for (const record of records) {
    if (record.kind === 'policy') {
      const is = record.digest === NOW.digest;
      if (is && !under) [first, last] = [record.seq + 1, Infinity];
      if (!is && under) last = record.seq - 1;
      under = is;
    }
  }
  const fell = records.findLast((record) => record.kind === 'standing')?.seq ?? 0;
  first = Math.max(first, fell + 1);
  return first > last ? [1, 0] : [first, last];
}

test('every figure is what a plain loop over the records that count finds', async () => {
  await fc.assert(
    fc.asyncProperty(journals, turns, async (entries, where) => {
      const dir = await dataWith(NOW, turned(entries, where));
      const evidence = await evidenceOf(NOW, dir);
      const records = recordsIn(dir);
      const [first, last] = stretch(records);
      const { calls, meant, stopped, judged } = naiveEvidence(records, first, last, ZONE);
      const at = (all: readonly NaiveCall[]): readonly string[] => all.slice(0, 3).map(({ call }) => call);
      for (const one of evidence.classes) {
        const own = meant.filter(({ route }) => route === one.route);
        expect(one).toMatchObject({
          meant: own.length,
          stopped: stopped.filter(({ route }) => route === one.route).length,
          weekdays: own.filter(({ local }) => local.weekday <= 5).length,
          weekend: own.filter(({ local }) => local.weekday > 5).length,
          shown: at(own),
        });
        expect(
          one.judged.map(({ session, judged: seen, writes, harmful }) => `${session} ${seen}/${writes} ${harmful}`),
        ).toEqual(judged.get(one.route) ?? []);
        const inBands = one.amounts.reduce((sum, band) => sum + band.meant, 0);
        expect(inBands).toBe(own.filter(({ facts }) => facts.amount !== null && 'micros' in facts.amount).length);
      }
      const sessions = new Set(calls.map(({ session }) => session));
      expect(evidence.sessions).toMatchObject({
        all: sessions.size,
        writing: new Set(meant.map(({ session }) => session)).size,
      });
      const days = new Map(calls.map(({ local }) => [local.day, local.weekday]));
      expect(evidence.days).toMatchObject({
        first: calls[0]?.at ?? null,
        last: calls.at(-1)?.at ?? null,
        weekdays: [...days.values()].filter((weekday) => weekday <= 5).length,
        weekend: [...days.values()].filter((weekday) => weekday > 5).length,
      });
      expect(evidence.days.calendar.map(({ day }) => day)).toEqual([...days.keys()].toSorted());
      expect(evidence.days.calendar.reduce((sum, day) => sum + day.sessions, 0)).toBe(sessions.size);
      expect(evidence.faults.calls).toBe(calls.filter(failedUpstream).length);
      const sent = calls.filter(reachedUpstream);
      expect(evidence.upstream.sent).toBe(sent.length);
      expect(evidence.upstream.failed).toBe(
        sent.filter(({ ended }) => (ended?.status ?? 500) >= 400 || ended?.failure !== null).length,
      );
      const mixed = [...evidence.mix.first, ...evidence.mix.second];
      expect(mixed).toHaveLength(sessions.size);
      expect(mixed.reduce((sum, one) => sum + (one['create_refund passed'] ?? 0), 0)).toBe(
        calls.filter(
          ({ route, verdict }) => route === 'create_refund' && (verdict === 'allow' || verdict === 'capture'),
        ).length,
      );
      expect(evidence.load.find(({ name }) => name === 'calls')?.agent.reduce((sum, one) => sum + one, 0) ?? 0).toBe(
        calls.length,
      );
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});
