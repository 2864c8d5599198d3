import { expect, test } from 'vitest';
import { RECORDS_MAX } from '../../../src/notify/checkpoints/checkpointer.ts';
import { BACKOFF_MAX_MS } from '../../../src/notify/retry.ts';
import { settled } from '../simulation.ts';
import { Watch } from './stand-ins.ts';

const MINUTE = 60_000;

async function started(everyMs = 5 * MINUTE): Promise<Watch> {
  const watch = new Watch(everyMs);
  await watch.start();
  return watch;
}

test('what the last run left is covered at the start, and what comes later as often as the policy asks', async () => {
  const watch = await started();
  expect(watch.place.kept).toEqual([2]);
  watch.log.seq += 7;
  await watch.advance(4 * MINUTE);
  expect(watch.place.kept).toEqual([2]);
  await watch.advance(MINUTE + 1_000);
  expect(watch.place.kept).toEqual([2, 10]);
});

test('where nothing happens there is nothing to say', async () => {
  const watch = await started();
  await watch.advance(60 * MINUTE);
  expect(watch.place.kept).toEqual([2]);
});

test('a busy door does not wait for the clock: no more records than the bound can be taken back', async () => {
  const watch = await started();
  watch.log.seq += RECORDS_MAX - 2;
  await watch.advance(2_000);
  expect(watch.place.kept).toEqual([2]);
  watch.log.seq += 1;
  await watch.advance(1_000);
  expect(watch.place.kept).toEqual([2, RECORDS_MAX + 2]);
});

test('a checkpoint leaves only once it and all that it covers are on the disk', async () => {
  const watch = new Watch(MINUTE);
  watch.checkpointer.start(watch.log, watch.timers.clock);
  await settled();
  expect(watch.place.arrivals).toEqual([]);
  watch.log.sync();
  await settled();
  expect(watch.place.arrivals).toMatchObject([{ size: 2, durable: true }]);
  watch.log.seq += 1;
  await watch.advance(10 * MINUTE);
  expect(watch.place.arrivals.every(({ durable }) => durable)).toBe(true);
});

test('what a place does not take is brought again until it does, told once, and shown all the while', async () => {
  const watch = new Watch(60 * MINUTE);
  watch.place.behaviour = (attempt) => (attempt < 12 ? { status: 503 } : 'takes');
  await watch.start();
  expect(watch.checkpointer.state().places).toMatchObject([
    { kept: null, failing: { attempts: 1, detail: 'answered 503' } },
  ]);
  await watch.advance(59 * MINUTE);
  const gaps = watch.place.arrivals.slice(1).map(({ at }, index) => at - (watch.place.arrivals[index]?.at ?? 0));
  expect(gaps).toHaveLength(11);
  for (const [index, gap] of gaps.entries()) {
    expect(gap).toBeGreaterThanOrEqual(Math.min(BACKOFF_MAX_MS, 2_000 * 2 ** index) / 2);
    expect(gap).toBeLessThanOrEqual(BACKOFF_MAX_MS);
  }
  expect(watch.place.kept).toEqual([2]);
  expect(watch.checkpointer.state()).toMatchObject({
    last: { size: 2 },
    places: [{ kept: { size: 2 }, failing: null }],
  });
  expect(watch.troubles).toMatchObject(
    [/^Failed to keep a checkpoint at `directory:\/mnt\/audit`: answered 503/, /keeps checkpoints again/].map(
      (text) => expect.stringMatching(text) as string,
    ),
  );
});

test('a place that is gone for days costs one checkpoint of memory and one attempt at a time, and then has the newest', async () => {
  const watch = new Watch(MINUTE);
  watch.place.behaviour = () => 'hangs';
  await watch.start();
  for (let minute = 0; minute < 3 * 24 * 60; minute += 30) {
    watch.log.seq += 5;
    await watch.advance(30 * MINUTE);
  }
  expect(watch.place.kept).toEqual([]);
  watch.place.behaviour = () => 'takes';
  await watch.advance(10 * MINUTE);
  expect(watch.place.kept).toEqual([watch.checkpointer.state().last?.size]);
});

test('a place that breaks, or asks to be left alone, is left alone that long', async () => {
  const watch = new Watch(60 * MINUTE);
  watch.place.behaviour = (attempt) =>
    attempt === 1 ? 'breaks' : attempt === 2 ? { status: 429, retryAfterMs: 20 * MINUTE } : 'takes';
  await watch.start();
  await watch.advance(15 * MINUTE);
  expect(watch.place.arrivals).toHaveLength(2);
  await watch.advance(10 * MINUTE);
  expect(watch.place.kept).toEqual([2]);
});

test('closing makes a last one and brings it, or gives up on a place that hangs', async () => {
  const watch = await started();
  watch.log.seq += 3;
  await watch.close();
  expect(watch.place.kept).toEqual([2, 6]);
  expect(watch.place.closed).toBe(true);

  const hung = new Watch(MINUTE);
  hung.place.behaviour = () => 'hangs';
  await hung.start();
  hung.log.seq += 3;
  await hung.close();
  expect(hung.place.kept).toEqual([]);
  expect(hung.place.closed).toBe(true);
  const tried = hung.place.arrivals.length;
  await hung.advance(60 * MINUTE);
  expect(hung.place.arrivals).toHaveLength(tried);
});

test('a journal that has failed sends nothing, and says so', async () => {
  const watch = await started(MINUTE);
  watch.log.fails = true;
  watch.log.seq += 1;
  await watch.advance(2 * MINUTE);
  expect(watch.place.kept).toEqual([2]);
  expect(watch.troubles[0]).toBe('Failed to make a checkpoint: the journal has failed');
});
