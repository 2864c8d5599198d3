import fs from 'node:fs';
import path from 'node:path';
import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Entry, Recorded } from '../../src/journal/index.ts';
import { PSEUDONYMS_KEY } from '../../src/journal/vault/layout.ts';
import type { LoadedPolicy } from '../../src/policy/index.ts';
import { replay, TERMS, type ReplayReport, type ReplayTerms } from '../../src/replay/index.ts';
import { seal } from '../../src/warehouse/index.ts';
import { joinPart, readPartTape } from '../../src/warehouse/tape/join-part.ts';
import { PartRecorder } from '../../src/warehouse/tape/part-tape.ts';
import { replayRows } from '../../src/warehouse/tape/rows.ts';
import { TapeRecorder } from '../../src/warehouse/tape/tape-recorder.ts';
import type { Tape } from '../../src/warehouse/tape/tape.ts';
import { directory } from '../journal/directory.ts';
import { journalOf, type Asked } from './door-journal.ts';
import { chained, POLICIES, someJournal, writeSegments } from './some-journals.ts';

/** Everything a tape says, in plain values. */
function told({ events, calls, dictionaries, policies, freezes, reviews }: Tape): unknown {
  const { answers, ...words } = dictionaries;
  return {
    calls: Object.fromEntries(
      Object.entries(calls).map(([name, column]) => [
        name,
        ArrayBuffer.isView(column) ? [...(column as never)] : column,
      ]),
    ),
    ids: Array.from({ length: calls.size }, (_, row) => calls.id.get(row)),
    events: Array.from({ length: events.size }, (_, index) => {
      const answer = events.answer[index] as number;
      const { kind, at, ref, effectiveness } = events;
      return [kind[index], at[index], ref[index], effectiveness[index], answer === 0 ? null : answers.at(answer)];
    }),
    words: Object.entries(words).map(([name, its]) => [
      name,
      Array.from({ length: its.size }, (_, id) => its.text(id)),
    ]),
    policies,
    freezes,
    reviews,
  };
}

function withoutId(said: unknown): unknown {
  const { calls, ...rest } = said as { calls: Record<string, unknown> };
  return { ...rest, calls: { ...calls, id: null } };
}

function rowByRow(records: readonly Recorded[]): TapeRecorder {
  const recorder = new TapeRecorder();
  for (const record of records) for (const row of replayRows(record)) recorder.row(row);
  return recorder;
}

test.prop([someJournal, fc.array(fc.nat(120), { maxLength: 4 }), fc.nat(120)], { numRuns: 60 })(
  'tapes of parts, joined, are the tape of the whole, wherever the journal is cut, and go on as it does',
  (entries, cuts, until) => {
    const dir = directory();
    const records = chained(entries).map(({ record }) => record);
    const places = [...new Set([0, ...cuts.filter((cut) => cut < until && cut < records.length)])].sort(
      (a, b) => a - b,
    );
    const recorder = new TapeRecorder();
    for (const [index, place] of places.entries()) {
      const part = records.slice(place, places[index + 1] ?? until);
      const identity = { firstSeq: place + 1, lastSeq: place + part.length, lastHash: `hash ${place}` };
      const made = new PartRecorder();
      for (const record of part) made.note(record);
      const file = path.join(dir, `${place}.tape`);
      fs.writeFileSync(file, Buffer.concat(made.file(identity)));
      const read = readPartTape(file, identity);
      if (!read.ok) throw new Error(read.failure);
      joinPart(recorder.reel, read.value);
    }
    for (const record of records.slice(until)) for (const row of replayRows(record)) recorder.row(row);
    expect(withoutId(told(recorder.done()))).toEqual(withoutId(told(rowByRow(records).done())));
  },
);

function reported(dir: string, candidates: readonly LoadedPolicy[], terms: ReplayTerms): ReplayReport | string {
  const report = replay([{ name: 'here', journal: dir }], candidates, terms);
  return report.ok ? report.value : report.failure;
}

/** A report as JSON, byte for byte, but for how it was made. */
function withoutHow(report: ReplayReport | string): string {
  if (typeof report === 'string') return report;
  const candidates = report.candidates.map(({ how: { judge, why, bodiesRead }, ...diff }) => ({
    ...diff,
    how: { judge, why, bodiesRead },
  }));
  return JSON.stringify({ ...report, candidates });
}

const columnsOf = (report: ReplayReport | string): number =>
  typeof report === 'string' ? 0 : (report.candidates[0]?.how.read[0]?.columns ?? 0);

/** Writes the journal segment by segment, and seals in between; then replays it with what was sealed, and without. */
async function bothWays(
  entries: readonly Entry[],
  cuts: readonly number[],
  sealAt: readonly number[],
  candidates: readonly LoadedPolicy[],
  terms: ReplayTerms,
  hasKey: boolean,
): Promise<readonly [sealed: ReplayReport | string, lines: ReplayReport | string]> {
  const dir = directory();
  if (hasKey) {
    fs.mkdirSync(path.dirname(path.join(dir, PSEUDONYMS_KEY)), { recursive: true });
    fs.writeFileSync(path.join(dir, PSEUDONYMS_KEY), Buffer.alloc(32, 7).toString('base64'));
  }
  const lines = chained(entries).map(({ line }) => line);
  const begins = [...new Set([0, ...cuts.filter((cut) => cut < lines.length)])].sort((a, b) => a - b);
  for (const [index, begin] of begins.entries()) {
    writeSegments(dir, lines, begins.slice(0, index + 2), begin);
    if (sealAt.includes(index) || index === begins.length - 1) await seal({ dir, now: () => 0 });
  }
  const sealed = reported(dir, candidates, terms);
  fs.rmSync(path.join(dir, 'warehouse'), { recursive: true });
  return [sealed, reported(dir, candidates, terms)];
}

const some = <Value>(values: readonly Value[]): fc.Arbitrary<readonly Value[]> =>
  fc.subarray([...values], { minLength: 1, maxLength: 3 });
const terms = fc.record({
  sessions: fc.constantFrom('apart' as const, 'together' as const),
  stages: fc.constantFrom('candidate' as const, 'neutral' as const),
  outcomes: fc.constantFrom('effective' as const, 'unknown' as const),
});

test.prop(
  [
    someJournal,
    fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 4 }),
    fc.subarray([0, 1, 2]),
    some(POLICIES),
    terms,
    fc.boolean(),
  ],
  {
    numRuns: 12,
  },
)(
  'a replay says the same, byte for byte, from sealed columns and from the lines alone',
  async (entries, cuts, sealAt, candidates, on, hasKey) => {
    const [sealed, lines] = await bothWays(entries, cuts, sealAt, candidates, on, hasKey);
    expect(withoutHow(sealed)).toBe(withoutHow(lines));
    expect(columnsOf(lines)).toBe(0);
  },
);

it('the comparison is not vacuous: columns are taken, with and without looking at records, and given up where most calls ask for more', async () => {
  const seen = { taken: 0, looked: 0, givenUp: 0 };
  const journals = fc.sample(someJournal, { numRuns: 6, seed: 5 });
  for (const [index, entries] of journals.entries()) {
    const [sealed] = await bothWays(
      entries,
      [Math.floor(entries.length * 0.9)],
      [],
      [POLICIES[[0, 4, 9][index % 3] ?? 0] as LoadedPolicy],
      TERMS,
      false,
    );
    if (typeof sealed === 'string') continue;
    const [how] = sealed.candidates.map((candidate) => candidate.how);
    if (columnsOf(sealed) > 0) seen.taken += 1;
    if (columnsOf(sealed) > 0 && (how?.bodiesRead ?? 0) > 0) seen.looked += 1;
    if (how?.read[0]?.why.includes('more than the columns say') === true) seen.givenUp += 1;
  }
  expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([]);
});

/** Calls of every kind, in a closed segment and an open one. */
function someCalls(dir: string): void {
  const asked = Array.from({ length: 12 }, (_, index): Asked => {
    const body = { charge: `ch_${index % 5}`, amount: 100 * index };
    return index % 3 === 0
      ? { method: 'GET', target: `/charges/ch_${index}` }
      : { method: 'POST', target: '/refunds', session: `s${index % 2}`, body };
  });
  const [policy] = POLICIES as [LoadedPolicy];
  const lines = chained(journalOf(policy, asked).map(({ seq: _seq, hash: _hash, ...entry }): Entry => entry));
  writeSegments(
    dir,
    lines.map(({ line }) => line),
    [0, lines.length - 1],
    0,
  );
}

it('a tape that is damaged, cut, gone, or of other records is not believed: the lines are read, and the report says why', async () => {
  const dir = directory();
  someCalls(dir);
  await seal({ dir, now: () => 0 });
  const [candidate] = POLICIES as [LoadedPolicy];
  const good = reported(dir, [candidate], TERMS);
  expect(columnsOf(good)).toBeGreaterThan(0);
  const [name = ''] = fs.readdirSync(path.join(dir, 'warehouse/tapes'));
  const file = path.join(dir, 'warehouse/tapes', name);
  const bytes = fs.readFileSync(file);
  const headEnd = 24 + bytes.readUInt32LE(12);
  const flipped = (at: number): Buffer => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] as number) ^ 1;
    return copy;
  };
  const other = Buffer.from(bytes.toString('latin1').replace('"lastHash":"', '"lastHash":"f'), 'latin1');
  const spoiled = [
    ...[0, 9, 13, 18, 23, 30, headEnd + 3, bytes.length - 1].map(flipped),
    ...[0, 5, 20, 100, headEnd, bytes.length - 1].map((length) => bytes.subarray(0, length)),
    other,
  ];
  for (const one of spoiled) {
    fs.writeFileSync(file, one);
    const read = reported(dir, [candidate], TERMS);
    expect(withoutHow(read)).toBe(withoutHow(good));
    expect(typeof read === 'string' ? '' : read.candidates[0]?.how.read[0]?.why).toMatch(/could not be used: /);
  }
  fs.rmSync(file);
  expect(withoutHow(reported(dir, [candidate], TERMS))).toBe(withoutHow(good));
});

it('evidence that is not what was sealed is not passed over', async () => {
  const dir = directory();
  someCalls(dir);
  await seal({ dir, now: () => 0 });
  const [name = ''] = fs.readdirSync(path.join(dir, 'segments')).sort();
  const file = path.join(dir, 'segments', name);
  const text = fs.readFileSync(file, 'latin1');
  fs.writeFileSync(
    file,
    text.replace(/.(?="\}\n$)/, (last) => (last === '0' ? '1' : '0')),
    'latin1',
  );
  expect(() => reported(dir, POLICIES.slice(0, 1), TERMS)).toThrow(/sealed with another hash at its end/);
  fs.writeFileSync(file, text.slice(0, -20), 'latin1');
  expect(() => reported(dir, POLICIES.slice(0, 1), TERMS)).toThrow(/it was sealed with/);
});
