import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { disk, type Disk } from '../../src/journal/disk.ts';
import { isFull, Reserve, RESERVE_BYTES } from '../../src/journal/reserve.ts';
import { PENDING_BYTES_MAX } from '../../src/journal/writer.ts';
import { directory } from './directory.ts';

const MIB = 1024 * 1024;
const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

test('the reserve takes all that may wait for the disk', () => {
  expect(RESERVE_BYTES).toBeGreaterThan(PENDING_BYTES_MAX + MIB);
});

test('a full disk is known by its code, and a quota by its number', () => {
  const quota = Object.assign(new Error('Unknown system error -122'), { errno: -os.constants.errno.EDQUOT });
  expect([full, quota, new Error('EIO'), Object.assign(new Error(), { code: 'EROFS' }), 'ENOSPC'].map(isFull)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('it is made of bytes that take room, durable before it has its name', async () => {
  const dir = directory();
  const reserve = new Reserve(dir, disk, 2 * MIB);
  expect(await reserve.refill()).toBe(true);
  expect(fs.readdirSync(dir)).toEqual(['reserve']);
  const bytes = fs.readFileSync(path.join(dir, 'reserve'));
  expect(bytes).toHaveLength(2 * MIB);
  expect(new Set(bytes.subarray(0, 4_096)).size).toBe(64);
  const made = fs.statSync(path.join(dir, 'reserve')).ino;
  expect(await reserve.refill()).toBe(true);
  expect(fs.statSync(path.join(dir, 'reserve')).ino).toBe(made);
});

test('it is given back in pieces, and its last MiB only to starts', async () => {
  const reserve = new Reserve(directory(), disk, 2 * MIB);
  await reserve.refill();
  expect(reserve.spend(1)).toBe(true);
  expect(reserve.left).toBe(1.75 * MIB);
  expect(reserve.spend(MIB)).toBe(false);
  expect(reserve.left).toBe(1.75 * MIB);
  expect(reserve.spend(0.75 * MIB)).toBe(true);
  expect(reserve.spend(1)).toBe(false);

  let tries = 0;
  const step = (): string => {
    tries += 1;
    if (tries < 4) throw full;
    return 'done';
  };
  expect(reserve.within(step)).toBe('done');
  expect(reserve.left).toBe(0.25 * MIB);
  expect(() => reserve.within(() => raise(full))).toThrow(/ENOSPC/);
  expect(reserve.left).toBe(0);
});

test('a start that fails for another reason spends nothing', async () => {
  const reserve = new Reserve(directory(), disk, 2 * MIB);
  await reserve.refill();
  expect(() => reserve.within(() => raise(new Error('EIO')))).toThrow('EIO');
  expect(reserve.left).toBe(2 * MIB);
});

test('where there is no room for all of it, what is left stays and nothing half made does', async () => {
  const dir = directory();
  await new Reserve(dir, disk, MIB).refill();
  const failing: Disk = {
    ...disk,
    writeLater: async (file, text) => {
      await disk.writeLater(file, text.slice(0, 1_000));
      throw full;
    },
  };
  expect(await new Reserve(dir, failing, 2 * MIB).refill()).toBe(false);
  expect(fs.readdirSync(dir)).toEqual(['reserve']);
  expect(new Reserve(dir, disk, MIB).left).toBe(MIB);
  const crowded: Disk = { ...disk, free: () => MIB, writeLater: () => raise(new Error('was not to be tried')) };
  expect(await new Reserve(dir, crowded, 2 * MIB).refill()).toBe(false);
});

test('without any there is none to spend, and none is made', async () => {
  const dir = directory();
  const reserve = new Reserve(dir, disk, 0);
  expect([reserve.left, reserve.spend(1), await reserve.refill()]).toEqual([0, false, true]);
  expect(fs.readdirSync(dir)).toEqual([]);
});

function raise(error: Error): never {
  throw error;
}
