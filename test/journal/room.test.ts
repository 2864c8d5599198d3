import { expect, test } from 'vitest';
import type { Timers } from '../../src/std/timers.ts';
import type { CallEntry, Entry } from '../../src/journal/entry.ts';
import { disk } from '../../src/journal/disk.ts';
import { JournalFull } from '../../src/journal/errors.ts';
import { Reserve } from '../../src/journal/reserve.ts';
import { Room, type DiskState, type ReadsOnFullDisk } from '../../src/journal/room.ts';
import { call } from '../engine/policies.ts';
import { directory } from './directory.ts';
import { entryOf, note } from './entries.ts';

const MIB = 1024 * 1024;
const QUIET = { bytes: 0, most: 1_000 };

/** Timers that only the test runs. */
class ByHand implements Timers {
  due: (() => void)[] = [];

  after(_delayMs: number, run: () => void): () => void {
    this.due.push(run);
    return () => (this.due = this.due.filter((one) => one !== run));
  }

  soon(run: () => void): void {
    run();
  }

  pass(): void {
    for (const run of this.due.splice(0)) run();
  }
}

async function roomWith(reads: ReadsOnFullDisk, reserveBytes = 2 * MIB) {
  const dir = directory();
  const reserve = new Reserve(dir, disk, reserveBytes);
  await reserve.refill();
  const timers = new ByHand();
  const changes: DiskState['kind'][] = [];
  const told: (Entry | undefined)[] = [];
  const room: Room = new Room({
    reserve,
    timers,
    reads,
    onChange: ({ kind }) => changes.push(kind),
    onRoom: () => told.push(room.tell(0)),
  });
  return { room, timers, changes, told, reserve };
}

function intent(effect: CallEntry['effect']): Entry {
  const decided = { kind: 'decided', call: call('bot'), verdict: 'allow', trips: [] } as const;
  return { ...(entryOf(decided) as CallEntry), at: 5, effect };
}

test('with room everything passes, and of what waits for the disk only so much', async () => {
  const { room } = await roomWith('refuse');
  room.admit(intent('money'), 900, { bytes: 50, most: 1_000 });
  expect(() => room.admit(intent('money'), 900, { bytes: 200, most: 1_000 })).toThrow(/too much waits for the disk/);
  // Larger than all that may wait, and alone.
  room.admit(intent('money'), 5_000, QUIET);
  // What cannot be refused waits, however much there is.
  room.admit({ kind: 'resume', at: 5, agent: 'bot' as never, by: 'human:ana', reason: 'x' }, 900, {
    bytes: 200,
    most: 1,
  });
  expect(room.state).toEqual({ kind: 'ok' });
});

test('on a full disk calls, refusals and notes are turned away and counted; the rest passes', async () => {
  const { room, changes } = await roomWith('refuse');
  expect(room.make(100, 7)).toBe(true);
  for (const entry of [intent('money'), intent('read'), note(6, 'x')]) {
    expect(() => room.admit(entry, 100, QUIET)).toThrow(JournalFull);
  }
  room.admit(entryOf({ kind: 'ended', call: 'call_1' as never, at: 6, effectiveness: 'unknown' }), 100, QUIET);
  room.admit({ kind: 'resume', at: 6, agent: 'bot' as never, by: 'human:ana', reason: 'x' }, 100, QUIET);
  expect(room.state).toEqual({ kind: 'full', since: 7, reserveBytes: 1.75 * MIB, unrecorded: 3, reads: 'refuse' });
  expect(changes).toEqual(['full']);
  expect(room.tell(3)).toEqual({
    kind: 'unrecorded',
    at: 6,
    since: 5,
    why: 'disk_full',
    calls: 2,
    refusals: 0,
    notes: 1,
  });
  expect(room.tell(3)).toBeUndefined();
});

test('reads may go on from half of the reserve, and writes may not', async () => {
  const { room } = await roomWith('continue');
  room.make(100, 7);
  let read = 0;
  const reading = (): void => {
    for (;;) {
      room.admit(intent('read'), 60_000, QUIET);
      read += 1;
    }
  };
  expect(() => room.admit(intent('money'), 10, QUIET)).toThrow(/the disk is full/);
  expect(reading).toThrow(/the disk is full/);
  expect(read).toBe(Math.floor(MIB / 62_048));
});

test('once the reserve can be made again the disk has room, and what was turned away is told', async () => {
  const { room, timers, changes, told, reserve } = await roomWith('refuse');
  room.make(100, 7);
  expect(() => room.admit(intent('money'), 100, QUIET)).toThrow(JournalFull);
  timers.pass();
  await expect.poll(() => changes).toEqual(['full', 'ok']);
  expect(reserve.left).toBe(2 * MIB);
  expect(told).toEqual([expect.objectContaining({ kind: 'unrecorded', calls: 1 })]);
  room.admit(intent('money'), 100, QUIET);
});

test('a reserve that is used up makes no more room, and a closed room asks the disk no more', async () => {
  const { room, timers, changes } = await roomWith('refuse', MIB);
  expect(room.make(100, 7)).toBe(false);
  expect(changes).toEqual([]);
  room.beginFull(8);
  room.close();
  expect(timers.due).toEqual([]);
  expect(room.isFull).toBe(true);
});
