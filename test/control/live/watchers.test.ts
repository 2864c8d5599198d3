import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Feed, WATCHERS_EACH_MAX, WATCHERS_MAX } from '../../../src/control/live/feed.ts';
import { BEHIND_BYTES, SLOW_MS, type Watcher } from '../../../src/control/live/watcher.ts';
import { callEntry } from './entries.ts';

/** A feed over a clock that only the test moves, and an overview that says how often it was made. */
let at = 0;
let made = 0;
let padding = '';
let feed: Feed;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
  [at, made, padding] = [1_000_000, 0, ''];
  feed = new Feed({ now: () => at, overview: () => `{"at":"${at}","made":${(made += 1)},"padding":"${padding}"}` });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Reader {
  readonly watcher: Watcher;
  readonly gone: () => boolean;
  readonly wasCut: () => boolean;
  /** Takes what has come, whole frames. */
  read(): Promise<string[]>;
}

function join(every = false, whose: string | null = null): Reader | undefined {
  let [gone, cut] = [false, false];
  const watcher = feed.join(every, { whose, cut: () => (cut = true), onGone: () => (gone = true) });
  if ('kind' in watcher) return undefined;
  const reader = watcher.stream.getReader();
  const text = new TextDecoder();
  let asked: ReturnType<typeof reader.read> | undefined;
  return {
    watcher,
    gone: () => gone,
    wasCut: () => cut,
    read: async () => {
      const frames: string[] = [];
      for (;;) {
        asked ??= reader.read();
        const next = await Promise.race([asked, new Promise<undefined>((resolve) => setImmediate(resolve, undefined))]);
        if (next === undefined || next.done) return frames;
        asked = undefined;
        frames.push(text.decode(next.value));
      }
    },
  };
}

const names = (frames: readonly string[]): string[] => frames.map((one) => /^event: (\w+)/.exec(one)?.[1] ?? 'retry');
const pass = (ms: number): void => {
  for (let left = ms; left > 0; left -= 50) {
    at += 50;
    vi.advanceTimersByTime(50);
  }
};

test('with nobody there, nothing is gathered and no timer runs', () => {
  feed.heard(callEntry({ call: 'one' }), 1);
  expect(vi.getTimerCount()).toBe(0);
  expect(made).toBe(0);
  const reader = join();
  expect(vi.getTimerCount()).toBeGreaterThan(0);
  reader?.watcher.leave('signed_out');
  pass(2_000);
  expect(vi.getTimerCount()).toBe(0);
  expect(feed.count).toBe(0);
});

test(`${WATCHERS_MAX} watch, and one look and one text serve them all; one more is refused`, async () => {
  const readers = Array.from({ length: WATCHERS_MAX }, () => join());
  expect(join()).toBeUndefined();
  for (const reader of readers) expect(names((await reader?.read()) ?? [])).toEqual(['retry', 'overview']);
  made = 0;
  feed.heard({ kind: 'freeze', at, agent: 'a' } as never, 1);
  await Promise.resolve();
  expect(made).toBe(1);
  const frames = await Promise.all(readers.map(async (reader) => reader?.read()));
  expect(new Set(frames.map((some) => some?.join(''))).size).toBe(1);
  expect(names(frames[0] ?? [])).toEqual(['overview']);
});

test(`one person has ${WATCHERS_EACH_MAX} of them, however they leave, and keeps nobody else out`, () => {
  const own = Array.from({ length: WATCHERS_EACH_MAX }, () => join(false, 'ann'));
  expect(own).not.toContain(undefined);
  expect(join(true, 'ann')).toBeUndefined();
  expect(join(false, 'ben')).toBeDefined();
  expect(join()).toBeDefined();
  own[0]?.watcher.leave('signed_out');
  void own[1]?.watcher.stream.cancel().catch(() => undefined);
  own[2]?.watcher.leave('slow');
  own[2]?.watcher.leave('slow');
  expect(join(false, 'ann')).toBeDefined();
});

test('a freeze is told in the very turn that it happens, and a flood of holds at most every 50 ms', async () => {
  const reader = join();
  await reader?.read();
  pass(100);
  feed.heard({ kind: 'freeze', at, agent: 'a' } as never, 1);
  // No timer, no further turn of the loop: the end of this step alone.
  await Promise.resolve();
  expect(names((await reader?.read()) ?? [])).toContain('overview');
  made = 0;
  for (let seq = 0; seq < 1_000; seq += 1) feed.heard(callEntry({ call: `call_${seq}`, verdict: 'hold' }), seq);
  await Promise.resolve();
  expect(made).toBe(0);
  pass(50);
  expect(made).toBe(1);
});

test('while nothing changes only the beat is heard', async () => {
  feed = new Feed({ now: () => at, overview: () => `{"at":"${at}","same":true}` });
  const reader = join();
  await reader?.read();
  pass(10_000);
  const heard = names((await reader?.read()) ?? []);
  expect(heard.filter((name) => name === 'beat')).toHaveLength(5);
  expect(heard.filter((name) => name === 'overview').length).toBeLessThanOrEqual(1);
});

test('who does not read is passed over, learns how many calls were left out, and the last look of all', async () => {
  const reader = join();
  await reader?.read();
  padding = 'x'.repeat(BEHIND_BYTES);
  // The reader has one in its hand, and the other waits.
  for (let times = 0; times < 2; times += 1) {
    pass(50);
    feed.heard({ kind: 'freeze', at, agent: 'a' } as never, 1);
    await Promise.resolve();
  }
  padding = '';
  // Behind now. Nothing of this is kept for it.
  for (let seq = 1; seq <= 100; seq += 1) {
    feed.heard(callEntry({ call: `call_${seq}` }), seq);
    pass(50);
  }
  const waiting = (await reader?.read()) ?? [];
  expect(names(waiting)).toEqual(['overview', 'overview', 'overview']);
  expect(waiting[2]).toContain(`"made":${made}`);
  feed.heard(callEntry({ call: 'last' }), 101);
  pass(250);
  const calls = ((await reader?.read()) ?? []).find((one) => one.startsWith('event: calls')) ?? '';
  expect(calls).toContain('"seen":101,');
  expect(calls).toContain(`"call":"last"`);
  expect(calls.match(/"seq":/g)?.length).toBeLessThan(10);
});

test('who is behind for too long is told so, cut off where even that is not taken, and keeps nobody else waiting', async () => {
  const slow = join();
  const good = join();
  padding = 'x'.repeat(BEHIND_BYTES);
  feed.heard({ kind: 'freeze', at, agent: 'a' } as never, 1);
  await Promise.resolve();
  padding = '';
  for (let second = 0; second * 1_000 < SLOW_MS + 3_000; second += 1) {
    pass(1_000);
    await good?.read();
  }
  expect(slow?.gone()).toBe(true);
  expect(feed.count).toBe(1);
  pass(1_000);
  expect(slow?.wasCut()).toBe(true);
  expect((await slow?.read())?.at(-1)).toBe('event: bye\ndata: {"why":"slow"}\n\n');
  expect(good?.gone()).toBe(false);
});

test('every call: a flood is told in pieces at the end of each turn, not gathered for a quarter of a second', async () => {
  const reader = join(true);
  await reader?.read();
  for (let seq = 1; seq <= 250; seq += 1) feed.heard(callEntry({ call: `call_${seq}` }), seq);
  await sleep(0);
  await new Promise((resolve) => setImmediate(resolve));
  const calls = ((await reader?.read()) ?? []).filter((one) => one.startsWith('event: calls'));
  expect(calls).toHaveLength(1);
  expect(calls[0]?.match(/"seq":/g)).toHaveLength(250);
});

test('a watcher that leaves is forgotten', async () => {
  const reader = join();
  await reader?.watcher.stream.cancel().catch(() => undefined);
  reader?.watcher.leave('expired');
  expect(reader?.gone()).toBe(true);
  expect(feed.count).toBe(0);
});
