import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { disk, type Disk } from '../../src/journal/disk.ts';
import { shelfIn } from '../../src/promotion/index.ts';

const ID = `promotion_${'a'.repeat(32)}`;

test('a promotion that an agent stands on outlives a disk that fills up, or a crash, while it is kept again', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-shelf-'));
  const torn: Disk = {
    ...disk,
    write(file, bytes) {
      disk.write(file, bytes.slice(0, 5));
      throw new Error('ENOSPC');
    },
  };
  shelfIn(dir).keep(ID, 'the envelope');
  expect(() => shelfIn(dir, torn).keep(ID, 'the envelope')).toThrow('ENOSPC');
  expect(shelfIn(dir).envelope(ID)).toBe('the envelope');
  // A crash in there cannot even tidy up.
  expect(() => shelfIn(dir, { ...torn, remove: () => undefined }).keep(ID, 'the envelope')).toThrow('ENOSPC');
  expect(shelfIn(dir).envelope(ID)).toBe('the envelope');
  shelfIn(dir).keep(ID, 'the envelope');
  expect(readdirSync(path.join(dir, 'promotions'))).toEqual([`${ID}.json`]);
});
