import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { readJournal } from '../../src/journal/index.ts';
import { Live } from './live.ts';

/** Longer than any pause that the door must notice. */
const STALL_MS = 1_200;

let live: Live | undefined;
afterEach(() => live?.close());

/** The whole process is stopped, as by a paused machine. */
function stop({ served }: Live): () => void {
  served.child.kill('SIGSTOP');
  return () => served.child.kill('SIGCONT');
}

/** Loaded into the door's process: on a signal its event loop turns on the spot, as in an endless regular expression. */
const BUSY = `process.on('SIGUSR2', () => { for (const until = Date.now() + ${STALL_MS}; Date.now() < until; ); })`;
const PRELOADED = ['env', `NODE_OPTIONS=--import=data:text/javascript,${encodeURIComponent(BUSY)}`];

/** The event loop alone is kept busy: the process's threads go on. It goes on by itself. */
function keepBusy({ served }: Live): () => void {
  served.child.kill('SIGUSR2');
  return () => undefined;
}

test.each(['stopped', 'busy'] as const)(
  'I6: whatever piles up while the process is %s, nothing is sent behind a kill, and each call has its end',
  async (how) => {
    const door = (live = await Live.open({ under: PRELOADED }));
    await door.refund();
    const underWay = Promise.allSettled([door.refund(), door.refund(), door.read()]);
    const goOn = how === 'stopped' ? stop(door) : keepBusy(door);
    const before = Promise.allSettled(Array.from({ length: 8 }, () => door.refund()));
    const killed = door.kill();
    const after = Promise.allSettled(Array.from({ length: 8 }, () => door.refund()));
    await pause(STALL_MS);
    goOn();
    await killed;
    await Promise.all([underWay, before, after]);
    const seen = door.upstream.requests.length;
    expect((await door.refund()).status).toBe(403);
    expect(await door.served.end('SIGTERM')).toBe(0);

    expect(door.upstream.requests).toHaveLength(seen);
    expect(await door.broken()).toEqual([]);
    const records = [...readJournal(door.where.data)];
    const freeze = records.find(({ kind }) => kind === 'freeze');
    const allowed = records.flatMap((record) => (record.kind === 'call' && record.verdict === 'allow' ? [record] : []));
    const ended = new Set(records.flatMap((record) => (record.kind === 'outcome' ? [record.call] : [])));
    expect(allowed.filter(({ seq }) => seq > (freeze?.seq ?? 0))).toEqual([]);
    expect(allowed.filter(({ call }) => !ended.has(call))).toEqual([]);
  },
);

test('a limit is no fuller and no emptier for the time that the process stood still', async () => {
  const rules = 'rates: [{ route: create_refund, max: 3, per: 1h }]\nonce: [{ route: create_refund, per: subject }]';
  const door = (live = await Live.open({ rules }));
  for (let call = 0; call < 2; call += 1) expect((await door.refund()).status).toBe(200);
  const goOn = stop(door);
  const waiting = Array.from({ length: 4 }, () => door.refund());
  await pause(STALL_MS);
  goOn();
  const answers = await Promise.all(waiting);
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 429, 429, 429]);
  expect(door.refunded()).toHaveLength(3);
});
