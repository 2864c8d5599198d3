import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CallId } from '../../src/engine/ids.ts';
import type { CallEntry, OutcomeEntry, Recorded } from '../../src/journal/entry.ts';
import { readJournal } from '../../src/journal/index.ts';
import { openArchive, openWarehouse, seal, type Row } from '../../src/warehouse/index.ts';
import type { Place } from '../../src/warehouse/why/archive.ts';
import { mentionsOf } from '../../src/warehouse/why/mentions.ts';
import { readArchive } from '../../src/warehouse/why/read-archive.ts';
import { directory, written } from '../journal/directory.ts';
import { someJournal } from './journals.ts';
import { START, Telling } from './planted.ts';

/** What `calls` must say, told the slow way. */
function foldedCalls(records: readonly Recorded[]): readonly Row[] {
  let policy: string | null = null;
  return records.flatMap((record) => {
    if (record.kind === 'policy') policy = record.digest;
    return record.kind === 'call' ? [rowOf(record, records, policy)] : [];
  });
}

function rowOf(call: Recorded<CallEntry>, records: readonly Recorded[], policy: string | null): Row {
  const end = records.find(
    (one) =>
      one.seq > call.seq &&
      ((one.kind === 'outcome' && one.call === call.call) ||
        (one.kind === 'recovery' && one.unknown.includes(call.call))),
  );
  const outcome = end?.kind === 'outcome' ? end : undefined;
  const finding = call.findings.find((one) => typeof one !== 'string' && one.verdict === call.verdict);
  const { amount, subject } = call.facts;
  const money = amount !== null && 'micros' in amount ? amount : null;
  const isHuge = money !== null && money.micros.length > 18;
  return {
    seq: call.seq,
    call: call.call,
    day: new Date(call.at).toISOString().slice(0, 10),
    subject,
    amount_micros: money === null || isHuge ? null : BigInt(money.micros),
    amount_fault: isHuge ? 'beyond 9 trillion' : amount !== null && 'fault' in amount ? amount.fault : null,
    body: call.body?.toWellFormed() ?? null,
    verdict: call.verdict,
    guard: call.verdict === 'allow' || typeof finding !== 'object' ? null : finding.guard,
    policy,
    ended_seq: end?.seq ?? null,
    effectiveness: outcome?.effectiveness ?? (end === undefined ? null : 'unknown'),
    status: outcome?.status ?? null,
    failure: end !== undefined && outcome === undefined ? 'crash' : null,
    duration_ms: outcome?.durationMs ?? null,
    answer: outcome?.answer?.toWellFormed() ?? null,
  };
}

/** Of a call that has several outcomes, which no door writes, the first one counts. */
function firstOutcomes(places: readonly Place[], records: readonly Recorded[]): readonly Place[] {
  const ended = new Set<string>();
  return places.filter(({ seq }) => {
    const record = records[seq - 1];
    if (record?.kind !== 'outcome') return true;
    const isFirst = !ended.has(record.call);
    ended.add(record.call);
    return isFirst;
  });
}

const COLUMNS =
  'seq, "call", day, subject, amount_micros, amount_fault, body, verdict, guard, policy, ended_seq, effectiveness, status, failure, duration_ms, answer';

test('sealed or not, in however many pieces, SQL and look-ups say what reading the journal from its beginning says', async () => {
  await fc.assert(
    fc.asyncProperty(
      someJournal,
      fc.integer({ min: 1_000, max: 6_000 }),
      fc.integer({ min: 0, max: 4 }),
      async (entries, segmentBytesMax, seals) => {
        const dir = directory();
        // The journal is written in as many goes as it is sealed, so that parts end anywhere; each go is a start of its own.
        const size = Math.ceil(entries.length / (seals + 1));
        for (let start = 0; start < entries.length; start += size) {
          await written(dir, entries.slice(start, start + size), 3, {
            segmentBytesMax,
            now: () => entries[start]?.at ?? 0,
          });
          if (start + size < entries.length) await seal({ dir, now: () => 0, liveStepBytes: 1_000 });
        }
        const records = [...readJournal(dir)];
        const warehouse = await openWarehouse(dir);
        const archive = openArchive(dir);
        try {
          expect(await warehouse.rows(`SELECT ${COLUMNS} FROM calls ORDER BY seq`)).toEqual(foldedCalls(records));
          const kinds = await warehouse.rows('SELECT seq, kind FROM records ORDER BY seq');
          expect(kinds).toEqual(records.map(({ seq, kind }) => ({ seq, kind })));
          const mentions = records.flatMap((record) =>
            mentionsOf(record).map(({ key, role }) => ({ key, role, seq: record.seq })),
          );
          const keys = await warehouse.rows('SELECT "key", role, seq FROM keys');
          const shown = mentions
            .filter(({ key }) => !key.startsWith('\0'))
            .map((one) => ({ ...one, key: one.key.toWellFormed() }));
          expect(new Set(keys.map((one) => JSON.stringify(one)))).toEqual(
            new Set(shown.map((one) => JSON.stringify(one))),
          );
          expect(keys).toHaveLength(shown.length);
          const naive = readArchive(records);
          // A session has a look-up of its own.
          const asked = mentions.filter(({ key }) => !key.startsWith('\0session'));
          for (const { key } of asked) expect(await archive.find(key)).toEqual(await naive.find(key));
          for (const { key } of asked.slice(0, 5)) {
            const wanted = { last: 2, kinds: ['call', 'outcome'] as const, after: 2 };
            expect(await archive.find(key, wanted)).toEqual(await naive.find(key, wanted));
          }
          expect(await archive.recent(3)).toEqual(await naive.recent(3));
          expect(await archive.extent()).toEqual(await naive.extent());
          expect(await archive.session('bot-1', 's1')).toEqual(
            firstOutcomes(await naive.session('bot-1', 's1'), records),
          );
          expect(await archive.read(await archive.find('call_1'))).toEqual(
            await naive.read(await naive.find('call_1')),
          );
        } finally {
          warehouse.close();
          archive.close();
        }
      },
    ),
    { numRuns: 8 },
  );
});

test('an archive without a journal has nothing', async () => {
  const archive = openArchive(path.join(directory(), 'nowhere'));
  expect(await archive.find('ch_1')).toEqual([]);
  archive.close();
});

test('an outcome that comes after its call was sealed, in another part and on another day, is that call’s, and the first counts', async () => {
  const told = new Telling();
  const late = told.call({ effectiveness: 'open' });
  const never = told.call({ effectiveness: 'open' });
  const outcome = (call: CallId, status: number, at: number): OutcomeEntry => ({
    kind: 'outcome',
    at,
    call,
    effectiveness: 'effective',
    status,
    failure: null,
    durationMs: 1,
    contentType: null,
    answer: `answer ${status}`,
    answerBytes: 10,
  });
  const dir = directory();
  const day = 86_400_000;
  const before = outcome('call_1' as CallId, 500, START);
  await written(dir, [before, ...told.entries], 9, { now: () => START });
  for (const [index, status] of [200, 201].entries()) {
    const at = START + (index + 1) * day;
    await written(dir, [outcome(late, status, at)], 9, { now: () => at });
    await seal({ dir, now: () => 0 });
  }
  const warehouse = await openWarehouse(dir);
  try {
    const rows = await warehouse.rows('SELECT "call", status, answer, ended_at FROM calls ORDER BY seq');
    expect(rows).toEqual([
      { call: late, status: 200, answer: 'answer 200', ended_at: START + day },
      { call: never, status: null, answer: null, ended_at: null },
    ]);
  } finally {
    warehouse.close();
  }
});
