import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openWarehouse, seal } from '../../src/warehouse/index.ts';
import { RETIRED_MS } from '../../src/warehouse/seal/seal.ts';
import { bytesOf, directory, segmentFiles, written } from '../journal/directory.ts';
import { note } from '../journal/entries.ts';

const SEALER = path.join(import.meta.dirname, 'seal.child.ts');
const WRITER = path.join(import.meta.dirname, '../journal/crash.child.ts');

const notes = (from: number, count: number): ReturnType<typeof note>[] =>
  Array.from({ length: count }, (_, index) => note(1_000 + from + index, `note ${from + index} of ch_${from + index}`));

/** What every reader must see, at any moment: each record once, in whichever file it is. */
async function expectWhole(dir: string, atLeast: number): Promise<number> {
  const warehouse = await openWarehouse(dir);
  try {
    const [row] = await warehouse.rows(
      'SELECT count(*) AS n, count(DISTINCT seq) AS seqs, min(seq) AS first, max(seq) AS last FROM records',
    );
    const n = Number(row?.['n']);
    expect(row).toEqual({ n, seqs: n, first: 1, last: n });
    expect(n).toBeGreaterThanOrEqual(atLeast);
    const { records } = await warehouse.extent();
    expect(records).toBe(n);
    return n;
  } finally {
    warehouse.close();
  }
}

test(
  'a sealer killed at any moment leaves a warehouse that reads as before, and the next one finishes',
  { timeout: 120_000 },
  async () => {
    const dir = directory();
    for (let start = 0; start < 6; start += 1)
      await written(dir, notes(start * 40, 40), 10, { segmentBytesMax: 3_000, now: () => 1_000 + start * 40 });
    const evidence = bytesOf(dir);
    const began = performance.now();
    await seal({ dir, now: () => 0 });
    const wholeMs = performance.now() - began;
    fs.rmSync(path.join(dir, 'warehouse'), { recursive: true });
    const records = await expectWhole(dir, 240);
    for (let round = 0; round < 5; round += 1) {
      const child = fork(SEALER, [dir], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      await once(child, 'message');
      await pause((wholeMs * (round + 1)) / 5);
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
      expect(await expectWhole(dir, records)).toBe(records);
    }
    const summary = await seal({ dir, now: () => RETIRED_MS * 2 });
    expect(summary.sealedUntil).toBeGreaterThan(200);
    expect(await expectWhole(dir, records)).toBe(records);
    const named = new Set(
      (
        JSON.parse(fs.readFileSync(path.join(dir, 'warehouse/manifest.json'), 'utf8')) as {
          parts: { tables: object; index: string; tape: string }[];
        }
      ).parts.flatMap(({ tables, index, tape }) => [...(Object.values(tables).flat() as string[]), index, tape]),
    );
    const there = fs
      .readdirSync(path.join(dir, 'warehouse'), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(parquet|index|tape)$/.test(file));
    expect(new Set(there)).toEqual(named);
    expect(bytesOf(dir)).toEqual(evidence);
  },
);

test(
  'while a door writes and another process seals, every reader sees each record once',
  { timeout: 120_000 },
  async () => {
    const dir = directory();
    const writer = fork(WRITER, [dir, '40000'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    onTestFinished(() => void writer.kill('SIGKILL'));
    await once(writer, 'message');
    let last = 0;
    let sealedUntil = 0;
    for (let round = 0; round < 6; round += 1) {
      const sealing = seal({ dir, now: () => 0 });
      last = await expectWhole(dir, last);
      ({ sealedUntil } = await sealing);
      last = await expectWhole(dir, last);
      expect(sealedUntil).toBeLessThanOrEqual(last);
    }
    expect(sealedUntil).toBeGreaterThan(0);
    expect(segmentFiles(dir).length).toBeGreaterThan(1);
  },
);

test('a damaged segment is refused with its byte, and what was sealed before stays', async () => {
  const dir = directory();
  await written(dir, notes(0, 40), 10, { segmentBytesMax: 3_000 });
  await seal({ dir, now: () => 0 });
  await written(dir, notes(40, 40), 10, { segmentBytesMax: 3_000, now: () => 1_040 });
  const file = segmentFiles(dir).at(-2) ?? '';
  const bytes = fs.readFileSync(file);
  const at = bytes.indexOf('"text":"note') + '"text":"'.length;
  bytes.write('NOTE', at);
  fs.writeFileSync(file, bytes);
  const line = bytes.lastIndexOf('\n', at) + 1;
  await expect(seal({ dir, now: () => 0 })).rejects.toThrow(`\`${file}\` at byte ${line}: the hash does not match`);
  const manifest = JSON.parse(fs.readFileSync(path.join(dir, 'warehouse/manifest.json'), 'utf8')) as {
    parts: unknown[];
  };
  expect(manifest.parts).toHaveLength(1);
});

test('a sealed segment that is cut, gone or changed is not passed over', async () => {
  const dir = directory();
  await written(dir, notes(0, 80), 10, { segmentBytesMax: 3_000 });
  await seal({ dir, now: () => 0 });
  const [file = ''] = segmentFiles(dir);
  const bytes = fs.readFileSync(file);
  const changed = Buffer.from(bytes);
  changed.write('NOTE', changed.indexOf('note 1'));
  fs.writeFileSync(file, changed);
  const warehouse = await openWarehouse(dir);
  await expect(warehouse.find('s1').then((places) => warehouse.read(places))).rejects.toThrow(
    /the hash does not match/,
  );
  warehouse.close();
  fs.writeFileSync(file, bytes.subarray(0, -10));
  await expect(openWarehouse(dir)).rejects.toThrow(/it was sealed with \d+ bytes and has/);
  fs.rmSync(file);
  await expect(openWarehouse(dir)).rejects.toThrow(/it was sealed, and is not there/);
});

test('what is sealed can be made again, and thrown away', async () => {
  const dir = directory();
  await written(dir, notes(0, 120), 10, { segmentBytesMax: 3_000 });
  await seal({ dir, now: () => 0 });
  const warehouse = await openWarehouse(dir);
  const again = await seal({ dir, now: () => 0, rebuild: true });
  expect(again.records).toBe(again.sealedUntil);
  // Whoever opened it before reads what was there then.
  expect(await warehouse.rows('SELECT count(*) AS n FROM notes')).toEqual([{ n: 120 }]);
  warehouse.close();
  await expectWhole(dir, 122);
  fs.rmSync(path.join(dir, 'warehouse'), { recursive: true });
  await expectWhole(dir, 122);
});

test('one process seals at a time', async () => {
  const dir = directory();
  await written(dir, notes(0, 40), 10, { segmentBytesMax: 3_000 });
  const both = await Promise.allSettled([seal({ dir, now: () => 0 }), seal({ dir, now: () => 0 })]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(both[1]).toMatchObject({ reason: { name: 'JournalLocked' } });
  await expectWhole(dir, 42);
});
