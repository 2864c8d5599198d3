import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { GENESIS_HASH } from '../../src/journal/chain.ts';
import { disk, type AppendOnly, type Disk } from '../../src/journal/disk.ts';
import { JournalFailed, JournalFull } from '../../src/journal/errors.ts';
import { Reserve } from '../../src/journal/reserve.ts';
import { verifyJournal } from '../../src/journal/verify.ts';
import { JournalWriter, type WriterOptions } from '../../src/journal/writer.ts';
import { bytesOf, directory, opened, segmentFiles } from './directory.ts';
import { note } from './entries.ts';

interface Written {
  readonly writer: JournalWriter;
  readonly dir: string;
  readonly failures: JournalFailed[];
}

const MIB = 1024 * 1024;
const NO_ROOM = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

function writerIn({ dir = directory(), ...more }: Partial<WriterOptions> = {}): Written {
  fs.mkdirSync(path.join(dir, 'segments'));
  const failures: JournalFailed[] = [];
  const head = { seq: 0, hash: GENESIS_HASH, at: 0 };
  const onFailure = (error: JournalFailed): number => failures.push(error);
  return {
    dir,
    failures,
    writer: new JournalWriter({ dir, epoch: 1, head, disk, held: () => true, onFailure, ...more }),
  };
}

/** The real disk, except for what `change` puts in front of one file's functions. */
function diskWith(change: (file: AppendOnly) => Partial<AppendOnly>): Disk {
  return {
    ...disk,
    create: (file, done) =>
      disk.create(file, (error, made) => done(error, made === null ? null : { ...made, ...change(made) })),
  };
}

test('what is durable is in the file when the promise resolves', async () => {
  const { writer, dir } = writerIn();
  for (let index = 0; index < 20; index += 1) {
    const { hash, durable } = appendNote(writer, `text ${index}`);
    await durable;
    expect(bytesOf(dir).toString()).toContain(hash);
  }
  await writer.close();
});

test('appends of one turn share one write and one fdatasync, and one promise', async () => {
  const calls: string[] = [];
  const counting = diskWith((file) => ({
    append: (bytes, done) => (calls.push('write'), file.append(bytes, done)),
    sync: (done) => (calls.push('sync'), file.sync(done)),
  }));
  const { writer } = writerIn({ disk: counting });
  const waiting = Array.from({ length: 100 }, (_, index) => writer.append(note(index, 'x')).durable());
  expect(new Set(waiting).size).toBe(1);
  await Promise.all(waiting);
  expect(calls).toEqual(['write', 'sync']);
  await writer.close();
});

test('never more than one batch is on its way to the disk, and none overtakes another', async () => {
  let busy = 0;
  const checking = diskWith((file) => ({
    append: (bytes, done) => {
      busy += 1;
      expect(busy).toBe(1);
      file.append(bytes, done);
    },
    sync: (done) => file.sync((error) => ((busy -= 1), done(error))),
  }));
  const { writer, dir } = writerIn({ disk: checking });
  const resolved: number[] = [];
  const one = async (index: number): Promise<void> => {
    for (let turn = 0; turn < index % 7; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    const appended = writer.append(note(7, `${index}`));
    await appended.durable();
    resolved.push(appended.seq);
  };
  await Promise.all(Array.from({ length: 50 }, (_, index) => one(index)));
  expect(resolved).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  await writer.close();
  expect(bytesOf(dir).toString().trimEnd().split('\n')).toHaveLength(50);
});

test('a failed fdatasync is not tried again: every waiter learns of it, once, and nothing is appended any more', async () => {
  let syncs = 0;
  const failing = diskWith((file) => ({
    sync: (done) => {
      syncs += 1;
      if (syncs === 2) done(Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' }));
      else file.sync(done);
    },
  }));
  const { writer, failures } = writerIn({ disk: failing });
  await writer.append(note(1, 'safe')).durable();
  const doomed = writer.append(note(2, 'doomed'));
  const also = writer.append(note(2, 'doomed too'));
  await expect(doomed.durable()).rejects.toThrow(/fdatasync failed.*EIO/);
  await expect(also.durable()).rejects.toThrow(JournalFailed);
  expect(() => writer.append(note(3, 'late'))).toThrow(JournalFailed);
  await expect(writer.durable()).rejects.toThrow(JournalFailed);
  await expect(writer.close()).rejects.toThrow(JournalFailed);
  expect(syncs).toBe(2);
  expect(failures).toHaveLength(1);
});

test('what was appended while a failing batch was on its way is refused too', async () => {
  const reached = Promise.withResolvers<() => void>();
  const stuck = diskWith(() => ({ sync: (done) => reached.resolve(() => done(new Error('gone'))) }));
  const { writer, failures } = writerIn({ disk: stuck });
  const first = writer.append(note(1, 'first')).durable();
  const rejected = expect(first).rejects.toThrow(JournalFailed);
  const fail = await reached.promise;
  const second = writer.append(note(1, 'second')).durable();
  fail();
  await rejected;
  await expect(second).rejects.toThrow(JournalFailed);
  expect(failures).toHaveLength(1);
});

test.skipIf(!fs.existsSync('/dev/full'))('a full disk stops the writer', async () => {
  const full: Disk = {
    ...disk,
    create: (file, done) =>
      disk.create(file, (error, made) => {
        if (made === null) return done(error, null);
        const fd = fs.openSync('/dev/full', 'w');
        const append: AppendOnly['append'] = (bytes, done) =>
          fs.write(fd, bytes, 0, bytes.length, null, (error) => done(error));
        done(null, { ...made, append, close: (done) => fs.close(fd, () => made.close(done)) });
      }),
  };
  const { writer, failures } = writerIn({ disk: full });
  await expect(writer.append(note(1, 'x')).durable()).rejects.toThrow(/ENOSPC/);
  expect(failures).toHaveLength(1);
  await writer.close().catch(() => undefined);
});

test('a write that finds no room leaves nothing behind, and is written whole on room from the reserve', async () => {
  const dir = directory();
  const reserve = new Reserve(dir, disk, 2 * MIB);
  await reserve.refill();
  // The disk has so many bytes; what is given back of the reserve comes to them.
  let [free, used] = [600, 0];
  const small = diskWith((file) => ({
    append: (bytes, done) => {
      const fits = bytes.subarray(0, Math.min(bytes.length, free));
      [free, used] = [free - fits.length, used + fits.length];
      file.append(fits, (error) => done(fits.length === bytes.length ? error : NO_ROOM));
    },
    cut: (size, done) => {
      [free, used] = [free + used - size, size];
      file.cut(size, done);
    },
  }));
  const giving: Disk = { ...small, truncate: (file, size) => ((free += 300), disk.truncate(file, size)) };
  const states: string[] = [];
  const { writer, failures } = writerIn({
    dir,
    disk: giving,
    reserve: new Reserve(dir, giving, 2 * MIB),
    onDisk: ({ kind }) => states.push(kind),
  });
  await writer.append(note(1, 'x'.repeat(200))).durable();
  // Decided before anyone knew: it is on record, however many pieces of the reserve that takes.
  const [first, second] = [writer.append(note(2, 'y'.repeat(200))), writer.append(note(2, 'z'.repeat(200)))];
  await Promise.all([first.durable(), second.durable()]);
  expect(states).toEqual(['full']);
  expect(writer.disk).toMatchObject({ kind: 'full', since: 2 });
  expect(() => writer.append(note(3, 'late'))).toThrow(JournalFull);
  const kill = {
    kind: 'freeze',
    at: 3,
    agent: 'bot' as never,
    trip: 'kill',
    by: 'human:ana',
    reason: 'drill',
  } as const;
  await writer.append({ ...kill, call: null, severed: [] }).durable();
  await writer.close();
  expect(failures).toEqual([]);
  const lines = bytesOf(dir).toString().trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual([
    'note',
    'note',
    'note',
    'freeze',
    'unrecorded',
  ]);
  expect(lines.join('')).not.toContain('late');
});

test('where the reserve has no more to give, a write without room is a failed one', async () => {
  const dir = directory();
  const none = diskWith(() => ({ append: (_bytes, done) => done(NO_ROOM) }));
  const reserve = new Reserve(dir, disk, 2 * MIB);
  await reserve.refill();
  const { writer, failures } = writerIn({ dir, disk: none, reserve });
  await expect(writer.append(note(1, 'x')).durable()).rejects.toThrow(/a write found no room on the disk: ENOSPC/);
  expect(failures).toHaveLength(1);
  // What starts need is still there.
  expect(reserve.left).toBe(MIB);
});

test('a full fdatasync is a failed one, whatever there is in reserve: nobody knows what the disk holds', async () => {
  const dir = directory();
  let syncs = 0;
  const lying = diskWith(() => ({ sync: (done) => ((syncs += 1), done(NO_ROOM)) }));
  const reserve = new Reserve(dir, disk, 2 * MIB);
  await reserve.refill();
  const { writer } = writerIn({ dir, disk: lying, reserve });
  await expect(writer.append(note(1, 'x')).durable()).rejects.toThrow(/fdatasync failed: ENOSPC/);
  expect([syncs, reserve.left]).toEqual([1, 2 * MIB]);
});

test.each(['EMFILE', 'ENFILE', 'ENOSPC'])(
  'where no segment can be begun for %s, the one in hand goes on',
  async (code) => {
    let segments = 0;
    const few: Disk = {
      ...disk,
      create: (file, done) => {
        segments += 1;
        if (segments === 2) done(Object.assign(new Error(code), { code }), null);
        else disk.create(file, done);
      },
    };
    const { writer, dir, failures } = writerIn({ disk: few, segmentBytesMax: 500 });
    for (let at = 1; at <= 4; at += 1) await writer.append(note(at, 'x'.repeat(200))).durable();
    await writer.close();
    expect(failures).toEqual([]);
    expect(segmentFiles(dir).map((file) => fs.readFileSync(file, 'utf8').trimEnd().split('\n').length)).toEqual([
      2, 1, 1,
    ]);
  },
);

test('a segment that exists already stops the writer: another one was here in the same epoch', async () => {
  const { writer, dir, failures } = writerIn();
  fs.writeFileSync(path.join(dir, 'segments', '000000000001-000001.ndjson'), '');
  await expect(writer.append(note(1, 'x')).durable()).rejects.toThrow(/EEXIST/);
  expect(failures).toHaveLength(1);
});

test('a writer whose journal was taken over writes nothing any more', async () => {
  let held = true;
  const { writer, dir, failures } = writerIn({ held: () => held });
  await writer.append(note(1, 'mine')).durable();
  const before = bytesOf(dir);
  held = false;
  await expect(writer.append(note(2, 'no longer mine')).durable()).rejects.toThrow(/took the journal over/);
  expect(bytesOf(dir)).toEqual(before);
  expect(failures).toHaveLength(1);
});

test('more than may wait for the disk is refused, and what was taken is still written', async () => {
  const { writer, dir } = writerIn({ pendingBytesMax: 2_000 });
  const waiting: Promise<void>[] = [];
  expect(() => {
    for (;;) waiting.push(writer.append(note(1, 'x'.repeat(100))).durable());
  }).toThrow(JournalFull);
  expect(waiting.length).toBeGreaterThan(3);
  await Promise.all(waiting);
  await writer.append(note(2, 'room again')).durable();
  await writer.close();
  const lines = bytesOf(dir).toString().trimEnd().split('\n');
  expect(lines).toHaveLength(waiting.length + 2);
  // What was turned away is counted, in a record (I4).
  expect(lines.filter((line) => line.includes('"kind":"unrecorded"'))).toEqual([
    expect.stringContaining('"since":1,"why":"disk_behind","calls":0,"refusals":0,"notes":1'),
  ]);
});

test('a line that is larger than all that may wait passes where nothing waits', async () => {
  const { writer } = writerIn({ pendingBytesMax: 2_000 });
  await writer.append(note(1, 'x'.repeat(5_000))).durable();
  await writer.close();
});

test('a writer that was stopped between its flush and now tells nobody that a record is durable', async () => {
  let held = true;
  const stopping = diskWith((file) => ({ sync: (done) => file.sync((error) => ((held = false), done(error))) }));
  const { writer, failures } = writerIn({ disk: stopping, held: () => held });
  await expect(writer.append(note(1, 'mine')).durable()).rejects.toThrow(/took the journal over/);
  expect(failures).toHaveLength(1);
});

test('a writer that lost its journal while a flush was under way fails once, whatever becomes of the flush', async () => {
  for (const end of [null, new Error('EIO')]) {
    let held = true;
    const reached = Promise.withResolvers<() => void>();
    const slow = diskWith(() => ({ sync: (done) => reached.resolve(() => done(end)) }));
    const { writer, failures } = writerIn({ disk: slow, held: () => held });
    const waiting = expect(writer.append(note(1, 'mine')).durable()).rejects.toThrow(/took the journal over/);
    const flushed = await reached.promise;
    held = false;
    expect(() => writer.append(note(1_000, 'a second later'))).toThrow(/took the journal over/);
    flushed();
    await waiting;
    expect(failures).toHaveLength(1);
  }
});

test('a writer that stood still looks at its lock before it takes anything more', async () => {
  let held = true;
  const { writer } = writerIn({ held: () => held });
  writer.append(note(1, 'mine'));
  held = false;
  expect(() => writer.append(note(1_000, 'a second later'))).toThrow(/took the journal over/);
});

test('time never goes back along a journal', async () => {
  const { writer } = writerIn();
  writer.append(note(10, 'x'));
  expect(() => writer.append(note(9, 'earlier'))).toThrow(/comes behind/);
  expect(writer.append(note(10, 'the same instant')).seq).toBe(2);
  await writer.close();
});

test('segments rotate before they grow too large, and go on where the last one ended', async () => {
  const dir = directory();
  const { journal, close } = await opened(dir, { segmentBytesMax: 1_000 });
  for (let index = 0; index < 30; index += 1) await journal.append(note(2_000, `note ${index}`)).durable();
  await close();
  const files = segmentFiles(dir);
  expect(files.length).toBeGreaterThan(4);
  for (const file of files) expect(fs.statSync(file).size).toBeLessThanOrEqual(1_000);
  expect(await verifyJournal(dir)).toMatchObject({ ok: true, records: 32, segments: files.length });
});

function appendNote(writer: JournalWriter, text: string): { hash: string; durable: Promise<void> } {
  const appended = writer.append(note(1, text));
  return { hash: appended.hash, durable: appended.durable() };
}
