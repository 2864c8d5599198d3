import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { verifyJournal } from '../../src/journal/index.ts';
import { EXIT_JOURNAL_FAILED, Live, LONG, LONG_MS, ROUNDS, type Answered } from './live.ts';
import { trace, UNTRACEABLE, type Traced } from './strace.ts';

const CLIENTS = 8;

let live: Live | undefined;
afterEach(async () => {
  await live?.close();
  live = undefined;
});

if (UNTRACEABLE !== undefined) console.warn(`The disk's faults are skipped: ${UNTRACEABLE}`);

const segmentsOf = ({ where }: Live): string => path.join(where.data, 'segments');

/** The segment that a door writes to. */
function lastSegment(door: Live): string {
  return path.join(segmentsOf(door), readdirSync(segmentsOf(door)).sort().at(-1) ?? '');
}

const upstreamWrites = (calls: readonly Traced[], port: string): readonly Traced[] =>
  calls.filter(
    ({ name, told }) => /^(?:write|writev|sendto|sendmsg)$/.test(name) && told.includes(`->127.0.0.1:${port}]`),
  );

const statuses = (answers: readonly Answered[]): readonly number[] => [...new Set(answers.map(({ status }) => status))];

describe.skipIf(UNTRACEABLE !== undefined)('a disk that fails', () => {
  test(
    `a failed fdatasync is never retried: nothing is sent after it, the door exits 74, and the next start recovers`,
    async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        live = await Live.open();
        await live.refund();
        const segment = lastSegment(live);
        const gone = once(live.served.child, 'exit');
        const load = live.load(CLIENTS);
        const tracer = await trace(live.pid, {
          trace: 'fdatasync,fsync,write,writev,pwrite64,sendto,sendmsg',
          inject: ['fdatasync:error=EIO:when=3'],
        });
        expect(await gone).toEqual([EXIT_JOURNAL_FAILED, null]);
        const answers = await load.stop();
        const calls = tracer.calls();
        const failed = calls.findIndex(({ name, result }) => name === 'fdatasync' && result.includes('EIO'));
        expect(failed).toBeGreaterThan(-1);
        const after = calls.slice(failed + 1);
        // The sync fails on another thread: what leaves before the door hears of it was durable by the sync before, which
        // `broken` below holds it to. From there on not one byte leaves, and there is no more try on that file.
        const heard = after.findIndex(
          ({ name, told }) => name === 'write' && told.includes('Failed to write the journal'),
        );
        expect(heard).toBeGreaterThan(-1);
        expect(upstreamWrites(after.slice(heard), live.upstream.origin.port)).toEqual([]);
        expect(after.filter(({ name, told }) => /sync|write/.test(name) && told.includes(segment))).toEqual([]);
        expect(live.served.stderr()).toMatch(/fdatasync failed.*EIO.*Nothing may be forwarded/);
        expect(statuses(answers).filter((status) => ![200, 502, 503, 504].includes(status))).toEqual([]);
        expect(await live.broken()).toEqual([]);

        await live.serve();
        for (const charge of live.refunded().slice(-CLIENTS)) expect((await live.refund(charge)).status).toBe(409);
        await live.served.end('SIGTERM');
        expect(await live.broken()).toEqual([]);
        await live.close();
      }
    },
    LONG_MS,
  );

  const FAULTS = [
    ['a write fails with EIO', 'write,pwrite64,writev:error=EIO', 'a write failed: EIO'],
    ['the disk has become read-only', 'write,pwrite64,writev:error=EROFS', 'a write failed: EROFS'],
    ['fdatasync finds the disk full', 'fdatasync:error=ENOSPC', 'fdatasync failed: ENOSPC'],
    ['no segment can be opened', 'openat:error=EIO', 'could not be created: EIO'],
    ["a segment's name cannot be made durable", 'fsync:error=EIO', 'could not be created: EIO'],
  ] as const;

  test.each(LONG ? FAULTS : FAULTS.slice(0, 1))(
    'where %s the door ends, and the next one finds everything',
    async (_what, inject, said) => {
      const writes = inject.startsWith('write');
      // Other faults are met by the next segment; that one's writes would be none of those that are made to fail.
      live = await Live.open({ more: writes ? [] : ['--segment-bytes', '2000'] });
      await live.refund();
      const { data } = live.where;
      const gone = once(live.served.child, 'exit');
      // Only what the journal asks: the door's own sockets and output go on.
      const files = writes ? [lastSegment(live)] : [];
      await trace(live.pid, { trace: inject.split(':')[0] as string, inject: [inject], files });
      const load = live.load(CLIENTS);
      expect(await gone).toEqual([EXIT_JOURNAL_FAILED, null]);
      const answers = await load.stop();
      expect(statuses(answers).filter((status) => ![200, 502, 503].includes(status))).toEqual([]);
      expect(live.served.stderr()).toContain(said);
      expect(await live.broken()).toEqual([]);
      await live.serve();
      expect((await live.refund()).status).toBe(200);
      expect(await live.served.end('SIGTERM')).toBe(0);
      expect(await live.broken()).toEqual([]);
      expect(await verifyJournal(data)).not.toHaveProperty('torn');
    },
  );

  test.runIf(LONG)('a snapshot that cannot be put in place is only a slower start', async () => {
    live = await Live.open({ more: ['--snapshot-every', '4'] });
    const tracer = await trace(live.pid, {
      trace: 'rename,renameat,renameat2',
      inject: ['rename,renameat,renameat2:error=EIO'],
    });
    for (let calls = 0; calls < 4; calls += 1) expect((await live.refund()).status).toBe(200);
    expect(await live.served.end('SIGKILL')).toBe(null);
    expect(tracer.calls().filter(({ result }) => result.includes('EIO'))).not.toEqual([]);
    await live.serve();
    expect((await live.refund('ch_1')).status).toBe(409);
    expect(await live.broken()).toEqual([]);
  });

  test('a slow disk costs time and nothing else; what waited too long for it is not sent', async () => {
    live = await Live.open();
    await live.refund();
    const slow = await trace(live.pid, { trace: 'fdatasync', inject: ['fdatasync:delay_exit=250ms'] });
    const answers = await Promise.all(Array.from({ length: 4 * CLIENTS }, () => (live as Live).refund()));
    expect(statuses(answers)).toEqual([200]);
    await slow.detach();
    const sent = live.upstream.requests.length;
    const slower = await trace(live.pid, { trace: 'fdatasync', inject: ['fdatasync:delay_exit=3500ms'] });
    const late = await live.refund('ch_late');
    await slower.detach();
    expect(late.status).toBe(503);
    expect(JSON.parse(late.body)).toMatchObject({ type: 'urn:interlock:problem:sent_too_late', retryable: 'after' });
    expect(live.upstream.requests).toHaveLength(sent);
    // It took no effect, and is no effect in the books.
    expect((await live.refund('ch_late')).status).toBe(200);
    expect(await live.served.end('SIGTERM')).toBe(0);
    expect(await live.broken()).toEqual([]);
  });

  test.runIf(LONG)(
    'a disk that stands still bounds what waits for it: the rest gets 503',
    async () => {
      live = await Live.open();
      await live.refund();
      await trace(live.pid, { trace: 'fdatasync', inject: ['fdatasync:delay_exit=2500ms'] });
      const large = { padding: 'x'.repeat(1_900_000) };
      const answers = await Promise.all(
        Array.from({ length: 64 }, () => (live as Live).refund((live as Live).charge(), large)),
      );
      expect(statuses(answers)).toContain(503);
      expect(statuses(answers).filter((status) => ![200, 503].includes(status))).toEqual([]);
      expect(await live.served.end('SIGTERM')).toBe(0);
      expect(await live.broken()).toEqual([]);
    },
    120_000,
  );
});
