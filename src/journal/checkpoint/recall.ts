import { readJournal } from '../read.ts';

/** Whether a journal still has a checkpoint that was kept elsewhere, where it was made: right behind what it covers. */
export function holdsCheckpoint(dir: string, size: number, note: string): boolean {
  for (const record of readJournal(dir, { from: size + 1, tail: 'live' })) {
    if (record.seq > size) return record.seq === size + 1 && record.kind === 'checkpoint' && record.note === note;
  }
  return false;
}
