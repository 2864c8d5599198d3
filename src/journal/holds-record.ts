import { disk as realDisk, type Disk } from './disk.ts';
import { readJournal } from './read.ts';

/** Whether a journal has a record of that number with that hash: whatever rests on it was seen in this very journal. */
export function holdsRecord(dir: string, seq: number, hash: string, disk: Disk = realDisk): boolean {
  for (const record of readJournal(dir, { from: seq, tail: 'live', disk })) {
    if (record.seq >= seq) return record.seq === seq && record.hash === hash;
  }
  return false;
}
