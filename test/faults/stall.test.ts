import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { readJournal } from '../../src/journal/index.ts';
import { Live } from './live.ts';

/** Longer than any pause that the door must notice. */
const STALL_MS = 1_200;

let live: Live | undefined;
afterEach(() => live?.close());

test('I6: whatever piles up while the whole process stands still, nothing is sent behind a kill, and each call has its end', async () => {
  live = await Live.open();
  await live.refund();
  const underWay = [live.refund(), live.refund(), live.read()];
  live.served.child.kill('SIGSTOP');
  const before = Array.from({ length: 8 }, () => (live as Live).refund());
  const killed = live.kill();
  const after = Array.from({ length: 8 }, () => (live as Live).refund());
  await pause(STALL_MS);
  live.served.child.kill('SIGCONT');
  await killed;
  await Promise.allSettled([...underWay, ...before, ...after]);
  const seen = live.upstream.requests.length;
  expect((await live.refund()).status).toBe(403);
  expect(await live.served.end('SIGTERM')).toBe(0);

  expect(live.upstream.requests).toHaveLength(seen);
  expect(await live.broken()).toEqual([]);
  const records = [...readJournal(live.where.data)];
  const freeze = records.findIndex(({ kind }) => kind === 'freeze');
  const allowed = records.flatMap((record) => (record.kind === 'call' && record.verdict === 'allow' ? [record] : []));
  const ended = new Set(records.flatMap((record) => (record.kind === 'outcome' ? [record.call] : [])));
  expect(allowed.filter(({ seq }) => seq > freeze + 1)).toEqual([]);
  expect(allowed.filter(({ call }) => !ended.has(call))).toEqual([]);
});
