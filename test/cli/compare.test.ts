import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { Divergence } from '../../src/evidence/divergence/model.ts';
import { written } from '../journal/directory.ts';
import { call, ended, type CallParts } from '../evidence/records.ts';
import { interlock } from './served.ts';

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 2, 2, 9);
let dir = '';
const at = (name: string): string => path.join(dir, name);

const refund = (id: string, hours: number, more: Partial<CallParts> = {}) =>
  call({
    call: id,
    at: START + hours * HOUR_MS,
    task: `ticket-${hours}`,
    session: `run-${id}`,
    subject: `charge:${hours}`,
    amount: '50 USD',
    ...more,
  });

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'interlock-compare-'));
  await written(at('night'), [
    refund('a', 1),
    refund('b', 2, { amount: '80 USD', body: { reason: 'damaged' } }),
    refund('c', 3, { route: 'cancel', effect: 'destructive', amount: null, subject: 'order:3' }),
    refund('d', 4, { agent: 'other' }),
    refund('\u001B[2Jevil', 5, { task: '\u001B[31mred' }),
  ]);
  await written(at('again'), [refund('e', 1), refund('f', 2, { amount: '70 USD' })]);
  await written(at('people'), [
    refund('p', 1, { verdict: 'allow' }),
    ended('p', 'effective', { at: START + HOUR_MS }),
    refund('q', 3, { effect: 'read', verdict: 'allow', route: 'get' }),
  ]);
  const rows = [
    'time,task,action,subject,amount,currency,note',
    '2026-03-02T11:30:00Z,ticket-1,Refund,charge:1,50.00,USD,',
    '2026-03-02T11:00:00Z,ticket-2,Refund,charge:2,30.00,USD,',
    '2026-03-02T12:00:00Z,ticket-3,nothing,,,,',
    '2026-03-02T12:00:00Z,ticket-9,Refund,charge:9,5.00,USD,',
    '2026-03-02T12:00:00Z,ticket-4,Rfund,charge:9,5.00,USD,',
    '2026-03-02T12:00:00Z,\u001B[31mred,nothing,,,,',
  ];
  writeFileSync(at('people.csv'), `${rows.join('\n')}\n`);
  writeFileSync(at('people.csv.gz'), gzipSync(rows.join('\n')));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function compared(...args: readonly string[]): Promise<Divergence> {
  const { code, stdout, stderr } = await interlock('compare', '--data', at('night'), '--json', ...args);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout) as Divergence;
}

describe('interlock compare', () => {
  test('with a file: who did what, what differs, and which rows cannot be read', async () => {
    const file = ['--actuals', at('people.csv'), '--action', 'Refund=refund'];
    const { coverage, comparison, badRows, ignoredColumns, caseField, withinMs } = await compared(
      ...file,
      '--agent',
      'bot',
    );
    expect({ caseField, withinMs, ignoredColumns }).toEqual({
      caseField: 'task',
      withinMs: 24 * HOUR_MS,
      ignoredColumns: ['note'],
    });
    expect(coverage).toMatchObject({ compared: 4, withoutAgent: 1, withoutActuals: 0, incomplete: 1 });
    expect(badRows).toEqual([{ line: 6, why: expect.stringContaining('`Rfund`') as string }]);
    expect(comparison.disagreements.map(({ kind, case: name }) => [kind, name])).toEqual([
      ['only_agent', '\u001B[31mred'],
      ['amount', 'ticket-2'],
      ['only_agent', 'ticket-3'],
    ]);
    // The file may be packed, and narrower in time: an hour and a half is more than one.
    const packed = await compared('--actuals', at('people.csv.gz'), '--action', 'Refund=refund', '--within', '1h');
    expect(packed.comparison.disagreements.map(({ case: name }) => name)).toContain('ticket-1');
  });

  test('with a second run: how far it differs from itself in the same cases', async () => {
    const { noise } = await compared(
      '--actuals',
      at('people.csv'),
      '--action',
      'Refund=refund',
      '--again',
      at('again'),
    );
    expect(noise?.cases).toBe(2);
    expect(noise?.people.cases.differing).toMatchObject({ events: 1, total: 2 });
    expect(noise?.itself.money).toMatchObject([{ currency: 'USD', differenceMicros: '10000000' }]);
  });

  test('with a second journal: what really happened there', async () => {
    const { coverage, comparison } = await compared('--actuals', at('people'), '--by', 'task', '--except', 'cancel');
    expect(coverage).toMatchObject({ compared: 2, withoutActuals: 3, leftOut: 1 });
    expect(comparison.cases).toMatchObject({ alike: { events: 2, total: 2 }, nothingByBoth: 1 });
  });

  test('for a person: a summary in which no foreign text can repaint the terminal', async () => {
    const { code, stdout } = await interlock(
      'compare',
      '--data',
      at('night'),
      '--actuals',
      at('people.csv'),
      '--action',
      'Refund=refund',
    );
    expect(code).toBe(0);
    expect(stdout).not.toContain('\u001B');
    expect(stdout).toContain('Differs from people in 3 of 4: 75.0 %');
    expect(stdout).toContain('line 6: no route is called `Rfund`');
    expect(stdout).toContain('ticket-2: another amount, +50.00 USD');
  });

  test.each([
    [['--actuals', 'nowhere.csv'], 'there is no `nowhere.csv`'],
    [['--actuals', 'DIR/people.csv', '--action', 'Refund=refnd'], 'no route is called `refnd`'],
    [['--actuals', 'DIR/people.csv', '--action', 'Refund'], 'it is NAME=ROUTE'],
    [['--actuals', 'DIR/people.csv', '--within', 'soon'], 'Failed to read --within `soon`'],
    [['--actuals', 'DIR/people.csv', '--currency', 'DOGE'], 'no ISO 4217 currency'],
    [['--actuals', 'DIR/people.csv', '--except', 'nap'], 'Failed to read --except `nap`'],
    [['--actuals', 'DIR/people.csv', '--agent', 'nobody'], 'no call there is of an agent `nobody`'],
    [['--actuals', 'DIR/people.csv', '--field', 'body.x'], '--field is for a second journal'],
    [['--actuals', 'DIR/people', '--field', 'header.x'], 'Failed to read --field `header.x`'],
    [['--actuals', 'DIR', '--by', 'task'], 'is a directory without a journal'],
    [['--actuals', 'DIR/people.csv', '--again', 'DIR/people', '--by', 'session'], 'it has no column `session`'],
    [['--actuals', 'DIR/people', '--again', 'DIR/again'], '--by task or --by subject'],
  ])('%j fails, and says why', async (args, why) => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const code = await main(['compare', '--data', at('night'), ...args.map((one) => one.replace('DIR', dir))]);
    expect(said.mock.calls.flat().join('\n')).toContain(why);
    expect(code).toBe(1);
    said.mockRestore();
  });
});
