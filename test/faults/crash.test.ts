import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { prng } from '../../src/std/prng.ts';
import { Live, LONG_MS, ROUNDS, SEED } from './live.ts';

const CLIENTS = 16;
/** From the first instruction until it listens, on a busy machine. */
const START_MS = 1_500;
const LOAD_MS = 300;
const CLOSE_MS = 100;
/** Segments of some ten records and a snapshot every twenty: under load there is always one of them under way. */
const SMALL = ['--segment-bytes', '8000', '--snapshot-every', '20'];

const MOMENTS = ['in the middle of the load', 'while it starts', 'while it closes'] as const;

let live: Live | undefined;
afterEach(() => live?.close());

test(
  `kill -9 at any moment, ${MOMENTS.length * ROUNDS} times (seed ${SEED}): nothing that was promised is lost`,
  async () => {
    const random = prng(SEED);
    live = await Live.prepare({ more: SMALL });
    for (let round = 0; round < MOMENTS.length * ROUNDS; round += 1) {
      const moment = MOMENTS[round % MOMENTS.length];
      if (moment === 'while it starts') {
        const child = live.start();
        const gone = once(child, 'exit');
        await pause(random.below(START_MS));
        child.kill('SIGKILL');
        await gone;
      } else {
        await live.serve();
        // What was sent before is done for ever, also where nobody saw the answer.
        for (const charge of live.refunded().slice(-CLIENTS)) expect((await live.refund(charge)).status).toBe(409);
        const before = live.upstream.requests.length;
        const load = live.load(CLIENTS);
        await live.upstream.arrived(before + 1);
        await pause(random.below(LOAD_MS));
        if (moment === 'while it closes') {
          live.served.child.kill('SIGTERM');
          await pause(random.below(CLOSE_MS));
        }
        await live.served.end('SIGKILL');
        await load.stop();
      }
      expect(await live.broken(), `round ${round}, killed ${moment}`).toEqual([]);
    }
    await live.serve();
    await live.served.end('SIGTERM');
    expect(await live.broken()).toEqual([]);
  },
  LONG_MS,
);
