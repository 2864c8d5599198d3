import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readJournal } from '../../src/journal/index.ts';
import { listening, type Served } from '../cli/served.ts';
import { EXIT_JOURNAL_FAILED, Live, LONG } from './live.ts';

let live: Live | undefined;
let other: Served | undefined;
afterEach(async () => {
  await other?.end('SIGKILL');
  other = undefined;
  await live?.close();
});

test('of two doors that start at the same moment on one data directory, one opens and the other says who has it', async () => {
  live = await Live.prepare();
  const both = await Promise.allSettled([listening(live.start()), listening(live.start())]);
  const opened = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const refused = both.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
  expect([opened.length, refused.length]).toEqual([1, 1]);
  [other] = opened;
  expect(refused[0]).toMatch(/Failed to (?:open the journal|lock) /);
});

test.each(LONG ? (['reads', 'writes'] as const) : (['reads'] as const))(
  'I6: a door that was stopped while another took its journal over sends no %s when it wakes, and ends',
  async (what) => {
    live = await Live.open();
    await live.refund();
    const stopped = live.served.child;
    const gone = once(stopped, 'exit');
    stopped.kill('SIGSTOP');
    // A process that only stands still is still the writer.
    await expect(listening(live.start())).rejects.toThrow(new RegExp(`process ${stopped.pid} `));
    // Its sockets take what comes meanwhile.
    const ask = { reads: () => (live as Live).read(), writes: () => (live as Live).refund() }[what];
    const waiting = Promise.allSettled(Array.from({ length: 4 }, ask));
    // What an operator does who takes its machine for gone: as the message said.
    const lock = path.join(live.where.data, 'lock');
    for (const file of readdirSync(lock)) rmSync(path.join(lock, file));
    other = await listening(live.start());
    await live.kill();
    const seen = live.upstream.requests.length;

    stopped.kill('SIGCONT');
    expect(await gone).toEqual([EXIT_JOURNAL_FAILED, null]);
    const answers = await waiting;
    expect(answers.filter((one) => one.status === 'fulfilled' && one.value.status < 500)).toEqual([]);
    expect(live.upstream.requests).toHaveLength(seen);
    expect(live.served.stderr()).toContain('another process took the journal over');
    expect(await live.status(other.door)).toBe(403);
    expect(await other.end('SIGTERM')).toBe(0);
    expect(await live.broken()).toEqual([]);
    expect([...readJournal(live.where.data)].filter(({ kind }) => kind === 'recovery')).toHaveLength(2);
  },
);
