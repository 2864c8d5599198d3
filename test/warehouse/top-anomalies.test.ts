import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openWarehouse, namedQuery, type Row } from '../../src/warehouse/index.ts';
import { written } from '../journal/directory.ts';
import { START, Telling } from './planted.ts';

const refund = { route: 'create_refund', effect: 'money' } as const;

/** What the query says of a journal, without what is new in it. */
async function anomalies({ entries }: Telling): Promise<readonly Row[]> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'anomalies-'));
  onTestFinished(() => fs.rmSync(dir, { recursive: true }));
  await written(dir, entries, 10, { segmentBytesMax: 1e9, now: () => START });
  const warehouse = await openWarehouse(dir);
  onTestFinished(() => warehouse.close());
  const query = namedQuery('top-anomalies');
  if (query === undefined) throw new Error('no such query');
  const all: Row[] = [];
  for await (const { rows } of warehouse.named(query, { agent: 'bot' })) all.push(...rows);
  return all.filter(({ kind }) => kind !== 'new_route' && kind !== 'new_subject_kind');
}

/** Refunds of which all are alike: half of all deviations, and so their median, are 0. */
function alike(): Telling {
  const told = new Telling();
  for (let index = 0; index < 24; index += 1) told.call({ ...refund, subject: `charge:ok_${index}`, dollars: 20 });
  return told;
}

test('one refused call that is tried 25 times over is one anomaly, and no writes on one subject', async () => {
  const told = alike();
  for (let index = 0; index < 25; index += 1) {
    told.call({
      ...refund,
      subject: 'charge:no',
      dollars: 9_000,
      verdict: 'deny',
      guard: 'collar',
      fingerprint: 'same',
    });
  }
  expect(await anomalies(told)).toMatchObject([
    {
      kind: 'refused_again',
      score: 67,
      subject: 'charge:no',
      why: 'refused or held 25 times in one session, first by collar',
    },
  ]);
});

test('where all amounts are the same, one that is a sixth above them is like them, and one of a fifth more is not', async () => {
  const told = alike();
  told.call({ ...refund, subject: 'charge:sixth', dollars: 23 });
  told.call({ ...refund, subject: 'charge:fifth', dollars: 24 });
  told.call({ ...refund, subject: 'charge:less', dollars: 1 });
  expect(await anomalies(told)).toMatchObject([
    { kind: 'amount', score: 50, subject: 'charge:fifth', why: 'against a median of 20.0 USD in 27 writes' },
  ]);
});

test('the same large amount again in its session is one anomaly, and a repeat with its key is none', async () => {
  const told = alike();
  const huge = { ...refund, subject: 'charge:huge', dollars: 900 } as const;
  const amount = { micros: '900000000', currency: 'USD' };
  const facts = {
    subject: huge.subject,
    amount,
    items: null,
    fingerprint: 'f',
    granted: true,
    conditions: {},
  } as const;
  for (let index = 0; index < 2; index += 1) told.call({ ...huge, more: { facts: { ...facts, key: 'once' } } });
  told.call(huge);
  expect(await anomalies(told)).toMatchObject([
    {
      kind: 'amount',
      score: 59,
      why: 'against a median of 20.0 USD in 26 writes; 2 such in this session on one subject',
    },
  ]);
});

test('is no flood: at most 25 of one kind are shown', async () => {
  const told = alike();
  for (let index = 0; index < 200; index += 1) told.call({ ...refund, subject: `charge:a${index}`, dollars: 20 });
  for (let index = 0; index < 30; index += 1) told.call({ ...refund, subject: `charge:b${index}`, dollars: 900 });
  expect(await anomalies(told)).toHaveLength(25);
});
