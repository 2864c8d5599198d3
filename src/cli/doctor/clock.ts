import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { roughly } from '../spans.ts';
import { fail, ok, skip, warn, type Finding } from './check.ts';

/** What a record and a clock that is read a little later may lie apart. */
const APART_MS = 2_000;
const ASKED_MS = 3_000;

/**
 * @param doorAt what the door's clock says; `undefined`: none runs
 * @param lastAt of the journal's last record; `undefined`: there is none
 */
export async function clockFindings(
  doorAt: number | undefined,
  lastAt: number | undefined,
  wall: number,
): Promise<readonly Finding[]> {
  return [journalClock(doorAt, lastAt, wall), await synchronised()];
}

function journalClock(doorAt: number | undefined, lastAt: number | undefined, wall: number): Finding {
  const id = 'clock.journal';
  const next =
    'find out why the clock was set back or forward; a restart takes the time that has passed, and never goes back (docs/operations.md)';
  if (doorAt !== undefined) {
    const apart = Math.abs(doorAt - wall);
    if (apart <= APART_MS) return ok(id, `The door's clock and this machine's lie ${apart} ms apart.`);
    return warn(
      id,
      `The door's clock is ${roughly(apart)} ${doorAt > wall ? 'ahead of' : 'behind'} this machine's.`,
      next,
    );
  }
  if (lastAt === undefined) return skip(id, 'There is no record to compare the clock with.');
  if (lastAt - wall <= APART_MS) return ok(id, `The journal's last record lies ${roughly(wall - lastAt)} back.`);
  return fail(id, `The journal's last record is ${roughly(lastAt - wall)} ahead of this machine's clock.`, next);
}

/** Whether somebody keeps the clock: windows and days are cut by it. */
async function synchronised(): Promise<Finding> {
  const id = 'clock.synchronised';
  const next = 'turn on time synchronisation: systemd-timesyncd, chrony, or the host of this container';
  const told = await promisify(execFile)('timedatectl', ['show', '-p', 'NTPSynchronized', '--value'], {
    timeout: ASKED_MS,
  }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
  if (told === 'yes' || existsSync('/run/systemd/timesync/synchronized')) return ok(id, 'The clock is synchronised.');
  if (told === 'no') return warn(id, 'The clock is not synchronised.', next);
  return skip(id, 'Whether the clock is synchronised, nothing here tells; in a container it is its host’s.');
}
