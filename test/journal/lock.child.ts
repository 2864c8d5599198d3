/** A process that takes a directory's lock, tells its epoch (or `locked`), and lives until it is killed. */
import { JournalLocked } from '../../src/journal/errors.ts';
import { takeLock } from '../../src/journal/lock.ts';

try {
  process.send?.(String(takeLock(process.argv[2] ?? '', 0).epoch));
} catch (error) {
  if (!(error instanceof JournalLocked)) throw error;
  process.send?.('locked');
}
setInterval(() => undefined, 60_000);
