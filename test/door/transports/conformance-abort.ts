import { describe, expect, test } from 'vitest';
import type { Adapter } from './rig.ts';
import { answer } from '../raw-upstream.ts';
import { rig } from './rig.ts';

const HALF = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf';

/** Letting go, at every moment of an exchange. */
export function abortConformance(adapter: Adapter): void {
  describe('abort', () => {
    test('at once: nothing is sent', async () => {
      const { send, upstream } = await rig(adapter, (_, wire) => wire.send(answer(200)));
      const got = send({ method: 'POST' });
      got.exchange?.abort();
      expect(got.outcome).toMatchObject({ kind: 'failed', code: 'aborted', sent: 'no' });
      await send({ target: '/next' }).over;
      expect(upstream.requests.map((request) => request.target)).toEqual(['/next']);
    });

    test('at once, on a connection that is kept alive: nothing is sent', async () => {
      const { send, upstream } = await rig(adapter, (_, wire) => wire.send(answer(200)), { connectionsMax: 1 });
      await send().over;
      const got = send({ method: 'POST' });
      got.exchange?.abort();
      expect(got.outcome).toMatchObject({ code: 'aborted' });
      expect(await send({ target: '/next' }).over).toEqual({ kind: 'ended' });
      const posts = upstream.requests.filter((request) => request.method === 'POST').length;
      expect(posts).toBeLessThanOrEqual(got.outcome?.kind === 'failed' && got.outcome.sent === 'no' ? 0 : 1);
    });

    test('during the handshake: the connection is given up', async () => {
      const { send, upstream } = await rig(adapter, () => undefined, {
        // Accepts, and never answers the TLS greeting, which is no HTTP either.
        origin: (real) => new URL(`https://${real.host}`),
        silent: true,
      });
      const got = send();
      await upstream.accepted(1);
      got.exchange?.abort();
      expect(got.outcome).toMatchObject({ kind: 'failed', code: 'aborted', sent: 'no' });
      await upstream.deserted();
      // Well before the handshake would have timed out.
    }, 5_000);

    test('while waiting for a connection: nothing is sent, and the place is free', async () => {
      const { send, upstream } = await rig(adapter, () => undefined, { connectionsMax: 1, waitingMax: 1 });
      const first = send();
      const waiting = send({ method: 'POST' });
      waiting.exchange?.abort();
      expect(waiting.outcome).toMatchObject({ code: 'aborted', sent: 'no' });
      const next = send({ target: '/next' });
      await upstream.arrived(1);
      upstream.act((_, wire) => wire.send(answer(200)));
      first.exchange?.abort();
      expect(await next.over).toEqual({ kind: 'ended' });
      expect(upstream.requests.map((request) => request.target)).toEqual(['/', '/next']);
    });

    test('while the upstream thinks', async () => {
      const { send, upstream } = await rig(adapter, () => undefined);
      const got = send();
      await upstream.arrived(1);
      got.exchange?.abort();
      expect(got.outcome).toMatchObject({ kind: 'failed', code: 'aborted', sent: 'perhaps' });
      await upstream.deserted();
    });

    test('in the middle of the body', async () => {
      const { send, upstream } = await rig(adapter, (_, wire) => wire.send(HALF));
      const got = send();
      await got.flowing;
      got.exchange?.abort();
      expect(got.outcome).toMatchObject({ kind: 'failed', code: 'aborted', sent: 'perhaps' });
      await upstream.deserted();
    });

    test('while stopped', async () => {
      const body = 'x'.repeat(1_000_000);
      const { send, upstream } = await rig(adapter, (_, wire) => wire.send(answer(200, {}, body)));
      const got = send({}, (recording) => (recording.onData = () => false));
      await got.flowing;
      got.exchange?.abort();
      got.exchange?.resume();
      expect(got.outcome).toMatchObject({ code: 'aborted' });
      await upstream.deserted();
      expect(got.chunks).toHaveLength(1);
    });

    test('from within head', async () => {
      const { send, upstream } = await rig(adapter, (_, wire) => wire.send(answer(200, {}, 'hello')));
      const got = send({}, (recording) => (recording.onHead = () => recording.exchange?.abort()));
      expect(await got.over).toMatchObject({ code: 'aborted' });
      expect(got.chunks).toEqual([]);
      await upstream.deserted();
    });

    test('from within data', async () => {
      const { send, upstream } = await rig(adapter, (_, wire) => wire.drip(answer(200, {}, 'hello')));
      const got = send({}, (recording) => {
        recording.onData = () => (recording.exchange?.abort(), true);
      });
      expect(await got.over).toMatchObject({ code: 'aborted' });
      expect(got.body.toString()).toBe('h');
      await upstream.deserted();
    });

    test('after the end, and twice: no second word', async () => {
      const { send } = await rig(adapter, (_, wire) => wire.send(answer(200)));
      const got = send({}, (recording) => (recording.onOver = () => recording.exchange?.abort()));
      expect(await got.over).toEqual({ kind: 'ended' });
      got.exchange?.abort();
      got.exchange?.abort();
      expect(await send().over).toEqual({ kind: 'ended' });
    });

    test('of many at once frees their connections for others', async () => {
      const { send, upstream } = await rig(adapter, () => undefined, { connectionsMax: 2 });
      const stuck = Array.from({ length: 20 }, () => send());
      await upstream.arrived(2);
      upstream.act((_, wire) => wire.send(answer(200)));
      for (const each of stuck) each.exchange?.abort();
      for (let i = 0; i < 10; i += 1) expect(await send().over).toEqual({ kind: 'ended' });
    });
  });

  describe('a receiver that throws', () => {
    test.each(['head', 'data'] as const)('in %s ends its own exchange only', async (where) => {
      const { send, upstream } = await rig(adapter, (_, wire) => wire.send(HALF));
      const boom = (): never => {
        throw new Error('boom');
      };
      const got = send({}, (recording) => {
        if (where === 'head') recording.onHead = boom;
        else recording.onData = boom;
      });
      expect(await got.over).toMatchObject({ code: 'aborted', detail: expect.stringContaining('boom') });
      await upstream.deserted();
      upstream.act((_, wire) => wire.send(answer(200)));
      expect(await send().over).toEqual({ kind: 'ended' });
    });
  });
}
