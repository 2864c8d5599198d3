import fs from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { openWarehouse, type Warehouse } from '../../src/warehouse/index.ts';
import { directory, segmentFiles, written } from '../journal/directory.ts';
import { note } from '../journal/entries.ts';

async function opened(dir: string): Promise<Warehouse> {
  const warehouse = await openWarehouse(dir);
  onTestFinished(() => warehouse.close());
  return warehouse;
}

test('a journal without a record has every view, and nothing in it', async () => {
  const warehouse = await opened(directory());
  for (const view of 'records calls refusals freezes resumes reviews assessments notes pages grants policies recoveries keys'.split(
    ' ',
  ))
    expect(await warehouse.rows(`SELECT count(*) AS n FROM ${view}`)).toEqual([{ n: 0 }]);
});

test('a line that is not finished is not there yet, and those before it are', async () => {
  const dir = directory();
  await written(dir, [note(1_000, 'first'), note(2_000, 'second "quoted" \u0000 é')]);
  const [file = ''] = segmentFiles(dir);
  fs.appendFileSync(file, '{"seq":99,"kind":"note","at":3000,"te');
  const warehouse = await opened(dir);
  expect(await warehouse.rows('SELECT ts, text FROM notes ORDER BY seq')).toEqual([
    { ts: '1970-01-01 00:00:01', text: 'first' },
    { ts: '1970-01-01 00:00:02', text: 'second "quoted" \u0000 é' },
  ]);
});

test('no text that an agent can send keeps its record out of an answer', async () => {
  const dir = directory();
  const texts = [
    '\ud800 alone',
    'twice \udfff\udfff',
    'an escape \\ud800, spelt out',
    '\\\ud800',
    '\u0001\u0000\r\n',
    '\u2028 "\'',
    '__proto__',
  ];
  await written(
    dir,
    texts.map((text, index) => note(1_000 + index, text)),
  );
  const rows = await (await opened(dir)).rows('SELECT text FROM notes ORDER BY seq');
  expect(rows.map(({ text }) => text)).toEqual(texts.map((text) => text.toWellFormed()));
});

test('values are bound by name, and money is a bigint', async () => {
  const warehouse = await opened(directory());
  const rows = await warehouse.rows('SELECT $name AS name, 5::BIGINT AS spent_micros, 2::HUGEINT AS n', {
    name: "o'clock",
  });
  expect(rows).toEqual([{ name: "o'clock", spent_micros: 5n, n: 2 }]);
});

test.each([
  ["SELECT * FROM read_text('/etc/passwd')", /Permission Error/],
  ["COPY (SELECT 1) TO '/tmp/forbidden-copied'", /Permission Error|SELECT/],
  ["ATTACH '/tmp/forbidden-attached.db'", /SELECT/],
  ['CREATE TABLE x (a INT)', /SELECT/],
  ["SET memory_limit = '90GB'", /SELECT/],
  ['INSTALL httpfs', /SELECT/],
  ["EXPLAIN ANALYZE COPY (SELECT 1) TO '/tmp/forbidden-copied'", /Permission Error|SELECT/],
  ['/* x */ EXPLAIN ANALYZE CREATE TABLE y (a INT)', /SELECT/],
  ['/* /* */ EXPLAIN SELECT $$ */ EXPLAIN ANALYZE CREATE OR REPLACE VIEW calls AS SELECT 1 --$$', /SELECT/],
  ['--\rEXPLAIN ANALYZE CREATE TABLE y AS (SELECT $$\nEXPLAIN SELECT $$ AS a) --$$', /SELECT/],
  ["CALL enable_logging(storage = 'file', storage_path = '/tmp/forbidden-logs')", /SELECT/],
  ['SELECT 1; SELECT 2', /one statement/],
  ['', /one statement/],
  ['SELECT nope FROM calls', /"nope" not found[^]*LINE 1/],
  ['SELECT $who', /\$who, which is not given/],
])('%s is refused', async (sql, why) => {
  const warehouse = await opened(directory());
  await expect(warehouse.rows(sql)).rejects.toThrow(why);
  expect(fs.readdirSync('/tmp').filter((name) => name.startsWith('forbidden-'))).toEqual([]);
});
