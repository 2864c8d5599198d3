import fs from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, test } from 'vitest';
import os from 'node:os';
import path from 'node:path';
import type { AgentId, CallId, GrantId } from '../../src/engine/ids.ts';
import {
  openWarehouse,
  namedQueries,
  namedQuery,
  seal,
  type Row,
  type Variables,
  type Warehouse,
} from '../../src/warehouse/index.ts';
import { rowOf } from '../../src/warehouse/row.ts';
import { written } from '../journal/directory.ts';
import { START, Telling } from './planted.ts';

const agent = 'bot' as AgentId;
const refund = { route: 'create_refund', effect: 'money' } as const;

/** A night in which everything happened once that a named query looks for. */
function night(): Telling {
  const told = new Telling();
  const ids = { agent, grant: 'grant_1' as GrantId };
  told.tell({
    kind: 'grant',
    at: 0,
    ...ids,
    tokenHash: 'x',
    task: 'night shift',
    environment: 'test',
    routes: null,
    expiresAt: START + 1e9,
    parent: null,
    by: 'ann',
  });
  told.tell({
    kind: 'grant',
    at: 0,
    ...ids,
    grant: 'grant_idle' as GrantId,
    tokenHash: 'y',
    task: 'old',
    environment: 'test',
    routes: null,
    expiresAt: START + 1e9,
    parent: null,
    by: 'ann',
  });
  told.tell({ kind: 'revoke', at: 0, grant: 'grant_idle' as GrantId, by: 'ann' });
  told.tell({ kind: 'policy', at: 0, digest: 'strict', file: 'p.yaml', text: '' });
  for (let index = 0; index < 12; index += 1)
    told.call({ ...refund, subject: `charge:ok_${index}`, dollars: 20 + (index % 3) });
  told.call({ ...refund, subject: 'charge:huge', dollars: 900 });
  told.call({ ...refund, subject: 'charge:twice', dollars: 30 });
  told.call({ ...refund, subject: 'charge:twice', dollars: 30 });
  told.call({
    ...refund,
    subject: 'charge:lost',
    dollars: 44,
    effectiveness: 'unknown',
    failure: 'timeout',
    ms: 30_000,
  });
  told.call({ ...refund, subject: 'charge:shadow', dollars: 70, verdict: 'capture', more: { stage: 'shadow' } });
  const synthetic = told.call({
    route: 'get_refund',
    subject: 'refund:made_up',
    more: { rests: { how: 'value', on: ['call_17' as CallId] } },
  });
  expect(synthetic).toBe('call_18');
  const held = told.call({ ...refund, subject: 'charge:held', dollars: 250, verdict: 'hold', guard: 'approval' });
  told.tell({ kind: 'review', at: 0, call: held, agent, approved: true, by: 'ann', reason: 'a good customer' });
  told.call({ ...refund, subject: 'charge:held', dollars: 250, approval: held });
  for (let index = 0; index < 4; index += 1)
    told.call({
      ...refund,
      session: 'stuck',
      subject: 'charge:no',
      dollars: 5,
      verdict: 'deny',
      guard: 'once',
      fingerprint: 'same',
    });
  told.call({ ...refund, session: 'stuck', subject: 'charge:other', dollars: 5, fingerprint: 'changed' });
  for (let index = 0; index < 110; index += 1)
    told.call({ subject: `charge:r${index}`, answer: index === 0 ? `{"email":"sealed_${'a'.repeat(43)}"}` : '{}' });
  told.call({ route: 'delete_customer', effect: 'destructive', subject: 'customer:cus_1', ms: 5 });
  told.tell({ kind: 'note', at: 0, ...ids, session: 's1', call: null, text: 'I am done.' });
  told.tell({
    kind: 'freeze',
    at: 0,
    agent,
    trip: 'kill',
    by: 'guard:bot.triggers[0]',
    reason: 'runaway',
    call: held,
    severed: [held],
  });
  told.tell({ kind: 'resume', at: 0, agent, by: 'human:dora', reason: 'looked at it' });
  told.tell({
    kind: 'freeze',
    at: 0,
    agent,
    trip: 'freeze',
    by: 'human:ann',
    reason: 'again',
    call: null,
    severed: [],
  });
  told.tell({
    kind: 'refusal',
    at: 0,
    status: 401,
    reason: 'no_grant',
    detail: 'no token',
    agent: null,
    grant: null,
    method: 'GET',
    target: '/',
    flood: { count: 41, since: START },
  });
  told.tell({
    kind: 'refusal',
    at: 0,
    status: 401,
    reason: 'no_grant',
    detail: 'no token',
    agent: null,
    grant: null,
    method: 'GET',
    target: '/last',
  });
  told.call({ agent: 'other', ...refund, subject: 'charge:ch_9', dollars: 3, effectiveness: 'open' });
  const own = { agent: 'other', route: 'create_refund', effectiveness: 'ineffective' } as const;
  for (const failure of ['unanswerable', 'killed', 'client_gone']) told.call({ ...own, failure, ms: 60_000 });
  // An import: its policy would have refused all of it, and all of it was done.
  const there = { agent: 'imported', session: 'there', verdict: 'deny', recorded: true } as const;
  told.call({ ...there, subject: 'customer:cus_9' });
  told.call({ ...there, ...refund, subject: 'charge:ch_8', dollars: 7 });
  told.call({ ...there, ...refund, subject: 'charge:ch_8', dollars: 7 });
  told.call({
    ...there,
    ...refund,
    subject: 'charge:ch_7',
    dollars: 2,
    effectiveness: 'unknown',
    failure: 'not_recorded',
  });
  return told;
}

let dir = '';
let warehouse: Warehouse;
beforeAll(async () => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'queries-'));
  const { entries } = night();
  // Half of it is sealed, and half of it is not.
  await written(dir, entries.slice(0, 150), 10, { segmentBytesMax: 20_000, now: () => START });
  await seal({ dir, now: () => 0 });
  await written(dir, entries.slice(150), 10, { segmentBytesMax: 1e6, now: () => entries[150]?.at ?? 0 });
  warehouse = await openWarehouse(dir);
  return () => {
    warehouse.close();
    fs.rmSync(dir, { recursive: true });
  };
});

async function answer(name: string, variables: Variables = {}): Promise<readonly Row[]> {
  const query = namedQuery(name);
  if (query === undefined) throw new Error(`no query ${name}`);
  const all: Row[] = [];
  for await (const { rows } of warehouse.named(query, variables)) all.push(...rows);
  return all;
}

describe('a named query finds what was planted', () => {
  test.each<[string, Variables, Row]>([
    [
      'spend-by-agent-day',
      { agent: 'bot' },
      {
        day: '2026-11-25',
        agent: 'bot',
        currency: 'USD',
        unknown_micros: 44_000_000n,
        captured_micros: 70_000_000n,
        refused_micros: 270_000_000n,
        spent_micros: 1_467_000_000n,
      },
    ],
    [
      'spend-by-agent-day',
      { agent: 'imported' },
      { sent: 3, spent_micros: 14_000_000n, unknown_micros: 2_000_000n, refused_micros: 16_000_000n },
    ],
    ['double-effects', { agent: 'imported' }, { subject: 'charge:ch_8', effects: 2, amount_micros: 14_000_000n }],
    ['sessions', { agent: 'imported' }, { session: 'there', refused: 4, moved_micros: 16_000_000n }],
    ['unknown-outcomes', { agent: 'imported' }, { subject: 'charge:ch_7', why: 'not_recorded' }],
    ['who-was-read', { agent: 'imported' }, { subject: 'customer:cus_9', reads: 1 }],
    [
      'denials-by-guard',
      {},
      { guard: 'once', rule: 'bot.once[0]', calls: 4, sessions: 1, amount_micros: 20_000_000n, hint: 'Wait.' },
    ],
    ['slowest-upstreams', {}, { upstream: 'payments', route: 'create_refund', failed: 1, max_ms: 30_000 }],
    ['retries', {}, { subject: 'charge:no', attempts: 4, sent: 0, ends: 'deny deny deny deny' }],
    [
      'double-effects',
      {},
      { subject: 'charge:twice', effects: 2, unknown: 0, amount_micros: 60_000_000n, calls_made: 'call_14 call_15' },
    ],
    ['captured-vs-allowed', {}, { stage: 'shadow', captured: 1, captured_micros: 70_000_000n, allowed: 0 }],
    ['who-was-read', { route: 'get_charge' }, { subject: 'charge:r0', sealed: true, reads: 1 }],
    ['freezes-and-resumes', {}, { reason: 'runaway', severed: 1, resumed_by: 'human:dora', frozen_hours: 0.02 }],
    ['freezes-and-resumes', {}, { reason: 'again', resumed_by: null }],
    ['calls-resting-on-synthetic', {}, { call: 'call_18', rests_how: 'value', rests_on: 'call_17' }],
    ['unknown-outcomes', { agent: 'bot' }, { subject: 'charge:lost', why: 'timeout' }],
    ['unknown-outcomes', { agent: 'other' }, { subject: 'charge:ch_9', why: 'open' }],
    ['sessions', {}, { session: 'stuck', calls: 5, refused: 4, moved_micros: 5_000_000n }],
    ['sessions', {}, { session: 's1', agent: 'bot', last_note: 'I am done.' }],
    [
      'held-calls',
      {},
      {
        call: 'call_19',
        decided: 'approved',
        decided_by: 'ann',
        minutes: 1,
        used_by: 'call_20',
        effectiveness: 'effective',
      },
    ],
    ['policies-in-force', {}, { policy: 'strict', refused: 5 }],
    ['grants-in-use', {}, { grant: 'grant_idle', calls: 0, last_used: null, revoked: '2026-11-25 10:03:00' }],
    ['refused-requests', {}, { reason: 'no_grant', requests: 42, last_target: '/last' }],
    ['volume-by-hour', { agent: 'bot' }, { hour: 10, writes: 24 }],
    ['top-anomalies', { agent: 'bot' }, { kind: 'refused_again', subject: 'charge:no', score: 60 }],
    ['top-anomalies', { agent: 'bot' }, { kind: 'new_route', route: 'delete_customer' }],
    ['top-anomalies', { agent: 'bot' }, { kind: 'refused_then_changed', subject: 'charge:other' }],
  ])('%s %j', async (name, variables, planted) => {
    const rows = await answer(name, variables);
    expect(rows).toContainEqual(expect.objectContaining(planted));
  });

  test('a plain day has no anomaly in it', async () => {
    const until = START + 12 * 60_000;
    expect(await answer('top-anomalies', { agent: 'bot', until })).toEqual([]);
  });

  test('since and until bound it, and another agent is not in it', async () => {
    expect(await answer('spend-by-agent-day', { since: START + 1e9 })).toEqual([]);
    expect((await answer('sessions', { agent: 'other' })).map((row) => row['agent'])).toEqual(['other']);
  });
});

test('every named query says what it answers and what it takes, and runs by DuckDB alone, from the evidence alone', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`SET VARIABLE data = '${dir}'`);
  await connection.run(fs.readFileSync('queries/views.sql', 'utf8'));
  const queries = namedQueries();
  expect(queries.length).toBeGreaterThanOrEqual(12);
  for (const { name, answers, parameters, columns, sql } of queries) {
    expect(answers, name).toMatch(/^[A-Z].{30,}/);
    expect(columns.length, name).toBeGreaterThan(0);
    for (const one of parameters) expect(one, name).toMatch(/^(agent|route|since|until|top \(default \d+\))$/);
    for (const one of parameters) expect(sql, name).toContain(`getvariable('${one.split(' ', 1)[0]}')`);
    const result = await connection.runAndReadAll(sql);
    const names = result.deduplicatedColumnNames();
    expect(
      result.getRows().map((row) => rowOf(names, row)),
      name,
    ).toEqual(await answer(name));
  }
  connection.closeSync();
  instance.closeSync();
});
