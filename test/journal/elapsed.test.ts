import { expect, test } from 'vitest';
import { readJournal } from '../../src/journal/read.ts';
import { asAfterCrash, directory, opened } from './directory.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOON = 1_700_000_000_000;

/** Starts a writer as a machine with these clocks would, and gives the time at which it began. */
async function startAt(dir: string, wall: number, boot: string, upMs: number): Promise<number> {
  const { lastAt, close } = await opened(dir, { now: () => wall, uptime: () => ({ boot, ms: upMs }) });
  await close();
  return lastAt;
}

test.each([
  ['an hour ahead', HOUR_MS],
  ['a month ahead', 31 * DAY_MS],
  ['an hour behind', -HOUR_MS],
  ['right', 0],
])('I2 between two starts of one boot time goes by what has passed, though the wall clock is %s', async (_, offMs) => {
  const dir = directory();
  expect(await startAt(dir, NOON, 'a', 5_000)).toBe(NOON);
  asAfterCrash(dir);
  expect(await startAt(dir, NOON + 60_000 + offMs, 'a', 65_000)).toBe(NOON + 60_000);
  expect(await startAt(dir, NOON + 90_000, 'a', 95_000)).toBe(NOON + 90_000);
});

test('after a reboot there is only the wall clock, and time still never goes back', async () => {
  const dir = directory();
  await startAt(dir, NOON, 'a', 5_000);
  expect(await startAt(dir, NOON + DAY_MS, 'b', 100)).toBe(NOON + DAY_MS);
  expect(await startAt(dir, 0, 'c', 100)).toBe(NOON + DAY_MS);
});

test('a counter that began anew, and a system that tells no boot from another, are as good as a reboot', async () => {
  const dir = directory();
  await startAt(dir, NOON, 'a', 5_000);
  expect(await startAt(dir, NOON + HOUR_MS, 'a', 10)).toBe(NOON + HOUR_MS);
  const other = directory();
  await startAt(other, NOON, '', 5_000);
  expect(await startAt(other, NOON + HOUR_MS, '', 6_000)).toBe(NOON + HOUR_MS);
});

test('the record of a start tells what the machine’s clocks said', async () => {
  const dir = directory();
  await startAt(dir, NOON, 'a', 5_000.4);
  const [recovery] = readJournal(dir);
  expect(recovery).toMatchObject({ kind: 'recovery', clock: { boot: 'a', uptimeMs: 5_001, wall: NOON } });
});
