import { describe, expect, test } from 'vitest';
import type { Adapter } from './rig.ts';
import { answer } from '../raw-upstream.ts';
import { rig } from './rig.ts';

/** How connections are made, shared, kept and lost. */
export function connectionConformance(adapter: Adapter): void {
  describe('connections', () => {
    test('one is enough for requests that follow each other', async () => {
      const { send, upstream } = await rig(adapter, (_, wire) => wire.send(answer(200, {}, 'ok')));
      for (let i = 0; i < 10; i += 1)
        expect(await send({ method: i % 2 ? 'POST' : 'GET' }).over).toEqual({ kind: 'ended' });
      expect(upstream.opened).toBe(1);
    });

    test('200 requests at once share a few, and each gets its own answer', async () => {
      const { send, upstream } = await rig(
        adapter,
        ({ target, body }, wire) => setImmediate(() => void wire.send(answer(200, {}, `${target} ${body.toString()}`))),
        { connectionsMax: 4 },
      );
      const all = Array.from({ length: 200 }, (_, i) =>
        send({ method: 'POST', target: `/${i}`, body: Buffer.from(`body ${i}`) }),
      );
      await Promise.all(all.map((each) => each.over));
      expect(all.map((each) => each.body.toString())).toEqual(all.map((_, i) => `/${i} body ${i}`));
      expect(upstream.opened).toBe(4);
      expect(upstream.requests).toHaveLength(200);
    });

    test('requests that wait are sent in order', async () => {
      const { send, upstream } = await rig(adapter, (_, wire) => wire.send(answer(200)), { connectionsMax: 1 });
      const all = Array.from({ length: 20 }, (_, i) => send({ target: `/${i}` }));
      await Promise.all(all.map((each) => each.over));
      expect(upstream.requests.map((request) => request.target)).toEqual(all.map((_, i) => `/${i}`));
    });

    test('one request too many in the queue is refused', async () => {
      const { send, upstream } = await rig(adapter, () => undefined, { connectionsMax: 1, waitingMax: 2 });
      const [first, ...waiting] = [send(), send(), send()];
      expect(await send().over).toMatchObject({ kind: 'failed', code: 'refused', sent: 'no' });
      await upstream.arrived(1);
      expect([first?.outcome, ...waiting.map((each) => each.outcome)]).toEqual([null, null, null]);
    });

    test('one that the upstream closed in good time is replaced', async () => {
      const { send, upstream } = await rig(adapter, async (_, wire) => {
        await wire.send(answer(200));
        wire.fin();
      });
      for (let i = 1; i <= 3; i += 1) {
        expect(await send({ method: 'POST' }).over).toEqual({ kind: 'ended' });
        await upstream.deserted();
        expect(upstream.opened).toBe(i);
      }
    });

    test.each([
      ['GET', 'fin'],
      ['GET', 'rst'],
      ['POST', 'fin'],
      ['POST', 'rst'],
      ['HEAD', 'rst'],
    ] as const)('I5 a %s lost on a connection kept alive (%s) is not sent again', async (method, ending) => {
      const { send, upstream } = await rig(adapter, (_, wire) => wire.send(answer(200)));
      await send().over;
      upstream.act((_, wire) => wire[ending]());
      expect(await send({ method }).over).toMatchObject({ kind: 'failed', code: 'reset', sent: 'perhaps' });
      upstream.act((_, wire) => wire.send(answer(200)));
      expect(await send({ target: '/next' }).over).toEqual({ kind: 'ended' });
      expect(upstream.requests.map((request) => request.method)).toEqual(['GET', method, 'GET']);
      expect(upstream.opened).toBe(2);
    });

    test('that is refused', async () => {
      const { send, upstream } = await rig(adapter, () => undefined);
      await upstream.close();
      const all = [send(), send({ method: 'POST', body: Buffer.from('{}') })];
      for (const each of all) {
        expect(await each.over).toMatchObject({
          code: 'refused',
          sent: 'no',
          detail: expect.stringMatching(/ECONNREFUSED/),
        });
      }
    });

    test('to a name that does not exist', async () => {
      const { send } = await rig(adapter, () => undefined, { origin: () => new URL('http://nowhere.invalid') });
      expect(await send().over).toMatchObject({ code: 'refused', sent: 'no' });
    });

    test('are closed when the last request under way has finished, and no other is taken', async () => {
      const { send, transport, upstream } = await rig(adapter, () => undefined, { connectionsMax: 1 });
      upstream.act(async (_, wire) => {
        await closing;
        await wire.send(answer(200));
      });
      const underWay = [send(), send()];
      await upstream.accepted(1);
      let closed = false;
      const closing = Promise.resolve();
      const whole = transport.close().then(() => (closed = true));
      expect(await send().over).toMatchObject({ code: 'refused', sent: 'no' });
      expect(closed).toBe(false);
      for (const each of underWay) expect(await each.over).toEqual({ kind: 'ended' });
      await whole;
      await upstream.deserted();
    });
  });
}
