/**
 * A process that takes a directory's lock: `fork(…, [dir, 'hold'])` tells its epoch (or `locked`) and lives until it is
 * killed; `[dir, 'contend']` takes and releases over and over, and tells all the epochs that it had.
 */
import { JournalLocked } from '../../src/journal/errors.ts';
import { takeLock, type Lock } from '../../src/journal/lock.ts';

const [, , dir = '', mode = ''] = process.argv;
const ATTEMPTS = 2_000;

function taken(): Lock | 'locked' {
  try {
    return takeLock(dir, 0);
  } catch (error) {
    if (error instanceof JournalLocked) return 'locked';
    throw error;
  }
}

if (mode === 'hold') {
  const lock = taken();
  process.send?.(lock === 'locked' ? lock : String(lock.epoch));
  setInterval(() => undefined, 60_000);
} else {
  process.once('message', () => {
    const epochs: number[] = [];
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const lock = taken();
      if (lock === 'locked') continue;
      epochs.push(lock.epoch);
      lock.release();
    }
    process.send?.(epochs.join(), () => process.disconnect());
  });
  process.send?.('ready');
}
