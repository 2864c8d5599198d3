import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { EXIT_JOURNAL_FAILED, Live, ROUNDS, type Answered } from './live.ts';
import { trace, UNTRACEABLE, type Traced } from './strace.ts';

const CLIENTS = 8;

let live: Live | undefined;
afterEach(async () => {
  await live?.close();
  live = undefined;
});

if (UNTRACEABLE !== undefined) console.warn(`The disk's faults are skipped: ${UNTRACEABLE}`);

/** The segment that a door writes to. */
function lastSegment({ where }: Live): string {
  const segments = path.join(where.data, 'segments');
  return path.join(segments, readdirSync(segments).sort().at(-1) ?? '');
}

const upstreamWrites = (calls: readonly Traced[], port: string): readonly Traced[] =>
  calls.filter(
    ({ name, told }) => /^(?:write|writev|sendto|sendmsg)$/.test(name) && told.includes(`->127.0.0.1:${port}]`),
  );

const statuses = (answers: readonly Answered[]): readonly number[] => [...new Set(answers.map(({ status }) => status))];

describe.skipIf(UNTRACEABLE !== undefined)('a disk that fails', () => {
  test(`a failed fdatasync is never retried: nothing is sent after it, the door exits 74, and the next start recovers`, async () => {
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
      // Not one byte to the upstream, and not one more try on that file.
      expect(upstreamWrites(after, live.upstream.origin.port)).toEqual([]);
      expect(after.filter(({ name, told }) => /sync|write/.test(name) && told.includes(segment))).toEqual([]);
      expect(live.served.stderr()).toMatch(/fdatasync failed.*EIO.*Nothing may be forwarded/);
      expect(statuses(answers).filter((status) => ![200, 502, 503].includes(status))).toEqual([]);
      expect(await live.broken()).toEqual([]);

      await live.serve();
      for (const charge of live.refunded().slice(-CLIENTS)) expect((await live.refund(charge)).status).toBe(409);
      await live.served.end('SIGTERM');
      expect(await live.broken()).toEqual([]);
      await live.close();
    }
  });
});
