import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import fs from 'node:fs';
import os from 'node:os';
import { written } from '../journal/directory.ts';
import { START, Telling } from '../warehouse/planted.ts';

const BIN = path.join(import.meta.dirname, '../../bin/interlock.js');

let dir = '';
beforeAll(async () => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'query-'));
  const told = new Telling();
  told.call({ route: 'create_refund', effect: 'money', subject: 'charge:ch_1', dollars: 1234 });
  told.call({
    route: 'create_refund',
    effect: 'money',
    subject: '=cmd("x"),\u001b[31m\u202e',
    dollars: 5,
    verdict: 'deny',
  });
  for (let index = 0; index < 1_200; index += 1) told.call({ subject: `charge:ch_${index}` });
  await written(dir, told.entries, 500, { segmentBytesMax: 200_000, now: () => START });
  return () => fs.rmSync(dir, { recursive: true });
});

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function interlock(...args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8', maxBuffer: 1e8 });
  return { status, stdout, stderr };
}

const query = (...args: readonly string[]): Ran => interlock('query', '--data', dir, ...args);

test('sealing, and then asking, prints a table with money as money', () => {
  const sealed = interlock('seal', '--data', dir, '--json');
  expect(JSON.parse(sealed.stdout)).toMatchObject({ parts: 1 });
  expect(interlock('seal', '--data', dir).stdout).toMatch(
    /Nothing new is closed[^]*Records up to \d+ are sealed, in 1 part/,
  );
  const { stdout } = query(
    'SELECT subject, amount_micros, currency FROM calls WHERE amount_micros IS NOT NULL ORDER BY seq',
  );
  expect(stdout).toContain('│ charge:ch_1');
  expect(stdout).toContain('│ 1234.00 │ USD');
  expect(stdout).toContain('[U+001B][31m[U+202E]');
});

test('CSV has amounts as they are counted, and no formula for a spreadsheet', () => {
  const { stdout } = query(
    '--csv',
    'SELECT subject, amount_micros FROM calls WHERE amount_micros IS NOT NULL ORDER BY seq',
  );
  expect(stdout.split('\r\n').slice(0, 3)).toEqual([
    'subject,amount_micros',
    'charge:ch_1,1234000000',
    `"'=cmd(""x""),\u001b[31m\u202e",5000000`,
  ]);
});

test('JSON is one row a line, all of them, and a table shows a thousand', () => {
  const rows = query('--json', 'SELECT seq, amount_micros FROM calls ORDER BY seq').stdout.trimEnd().split('\n');
  expect(rows).toHaveLength(1_202);
  expect(JSON.parse(rows[0] ?? '')).toEqual({ seq: 3, amount_micros: '1234000000' });
  expect(query('SELECT seq FROM calls').stdout).toMatch(/The first 1000 rows/);
});

test('whoever has seen enough ends it quietly', () => {
  const piped = `"${process.execPath}" "${BIN}" query --data "${dir}" --json "FROM range(1000000)" | head -1`;
  const { stdout, stderr } = spawnSync('sh', ['-c', piped], { encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: '{"range":0}\n', stderr: '' });
});

test('a named query takes what it says it takes', () => {
  expect(query('--named', 'spend-by-agent-day', '--agent', 'bot', '--since', '2026-11-25').stdout).toContain(
    '│ 1234.00 │',
  );
  expect(query('--named', 'spend-by-agent-day', '--since', '2030-01-01').stdout).toBe('No rows.\n');
  expect(query('--named', 'spend-by-agent-day', '--route', 'x').stderr).toContain(
    '`spend-by-agent-day` takes agent, since, until',
  );
  expect(query('--named', 'spend').stderr).toContain('There is no query `spend`. There are ');
  expect(query('--named', '../views').status).toBe(1);
  const listed = query('--list').stdout;
  expect(listed).toMatch(/^top-anomalies\n {2}What a person should look at first/m);
});

test.each([
  [['SELECT nope FROM calls'], /Failed to query: Binder Error[^]*"nope"[^]*LINE 1/],
  [['SELECT at FROM calls'], /The column `at` is written "at"/],
  [["SELECT * FROM read_text('/etc/passwd')"], /file system operations are disabled/],
  [["COPY calls TO '/tmp/forbidden.csv'"], /file system operations are disabled|one SELECT/],
  [[], /give one SELECT, or --named/],
  [['SELECT 1', '--csv', '--json'], /two forms/],
  [['SELECT 1', '--agent', 'bot'], /SQL takes none/],
  [['--named', 'sessions', '--since', 'yesterday'], /Failed to read --since `yesterday`/],
  [
    ['SELECT range AS x, repeat(range::VARCHAR, 200) AS y FROM range(100000000) ORDER BY y', '--memory', '0.1'],
    /Out of Memory/,
  ],
])('%j fails with a reason, and exit 1', (args, reason) => {
  const { status, stderr } = query(...args);
  expect(stderr).toMatch(reason);
  expect(status).toBe(1);
});
