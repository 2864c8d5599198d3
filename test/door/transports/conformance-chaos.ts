import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Wire } from '../raw-upstream.ts';
import type { Recording } from './recording.ts';
import type { Adapter } from './rig.ts';
import { answer } from '../raw-upstream.ts';
import { rig } from './rig.ts';

const HALF = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf';

/** What an upstream may do with a request. */
const DEEDS = {
  answers: (wire) => wire.send(answer(200, {}, 'ok')),
  'answers and closes': async (wire) => {
    await wire.send(answer(200, { Connection: 'close' }, 'ok'));
    wire.fin();
  },
  'answers and closes, unannounced': async (wire) => {
    await wire.send(answer(200, {}, 'ok'));
    wire.fin();
  },
  'answers and resets': async (wire) => {
    await wire.send(answer(200, {}, 'ok'));
    wire.rst();
  },
  'answers at length': (wire) => wire.send(answer(200, {}, 'x'.repeat(300_000))),
  drips: (wire) => wire.drip(answer(200, {}, 'ok')),
  'says too much': (wire) => wire.send(`${answer(200, {}, 'ok')}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n`),
  closes: (wire) => wire.fin(),
  resets: (wire) => wire.rst(),
  'breaks off': async (wire) => {
    await wire.send(HALF);
    wire.rst();
  },
  'falls silent': (wire) => wire.send(HALF),
  'stays silent': () => undefined,
  'talks nonsense': (wire) => wire.send('SSH-2.0\r\n\r\n'),
} as const satisfies Record<string, (wire: Wire) => unknown>;

/** What the door may do with an exchange. */
const WHIMS = {
  waits: () => undefined,
  'aborts at once': (of) => queueMicrotask(() => of.exchange?.abort()),
  'aborts a turn later': (of) => setImmediate(() => of.exchange?.abort()),
  'aborts at the head': (of) => (of.onHead = () => of.exchange?.abort()),
  'aborts in the body': (of) => (of.onData = () => (of.exchange?.abort(), false)),
  'reads slowly': (of) => (of.onData = () => (setImmediate(() => of.exchange?.resume()), false)),
  'stops, then aborts': (of) => (of.onData = () => (setImmediate(() => of.exchange?.abort()), false)),
} as const satisfies Record<string, (of: Recording) => unknown>;

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(record).filter((key): key is Key => key in record);
}

const scene = fc.record({
  method: fc.constantFrom('GET', 'POST', 'DELETE', 'HEAD'),
  deed: fc.constantFrom(...keysOf(DEEDS)),
  whim: fc.constantFrom(...keysOf(WHIMS)),
});

/** Many exchanges, every fault among them, on few connections. */
export function chaosConformance(adapter: Adapter): void {
  describe('under chaos', () => {
    test('nothing is sent twice, nothing unsent arrives, every exchange ends, and the transport lives on (property)', async () => {
      const { send, upstream } = await rig(adapter, () => undefined, {
        connectionsMax: 3,
        headTimeoutMs: 200,
        idleTimeoutMs: 100,
      });
      let sentSoFar = 0;
      const run = async (scenes: readonly { method: string; deed: keyof typeof DEEDS; whim: keyof typeof WHIMS }[]) => {
        const base = sentSoFar;
        sentSoFar += scenes.length;
        upstream.act(({ target }, wire) => DEEDS[scenes[Number(target.slice(1)) - base]?.deed ?? 'answers'](wire));
        const sent = scenes.map(({ method, whim }, i) => send({ method, target: `/${base + i}` }, WHIMS[whim]));
        const outcomes = await Promise.all(sent.map((each) => each.over));
        upstream.act((_, wire) => wire.send(answer(200)));
        outcomes.forEach((outcome, i) => {
          const arrivals = upstream.requests.filter((request) => request.target === `/${base + i}`).length;
          expect(arrivals).toBeLessThanOrEqual(outcome.kind === 'failed' && outcome.sent === 'no' ? 0 : 1);
          if (outcome.kind === 'ended') expect(arrivals).toBe(1);
        });
        await send({ target: `/after-${base}` }).over;
      };
      await fc.assert(fc.asyncProperty(fc.array(scene, { minLength: 1, maxLength: 40 }), run), {
        numRuns: 8,
        endOnFailure: true,
      });
      upstream.act((_, wire) => wire.send(answer(200)));
      let ended = 0;
      for (let i = 0; i < 10; i += 1) ended += (await send({ target: '/last' }).over).kind === 'ended' ? 1 : 0;
      // The first few may meet a connection that chaos left dying.
      expect(ended).toBeGreaterThanOrEqual(7);
    });
  });
}
