import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Wire } from '../raw-upstream.ts';
import type { Adapter } from './rig.ts';
import { answer } from '../raw-upstream.ts';
import { rig } from './rig.ts';

const PIECE = Buffer.alloc(1 << 16, 'interlock ');
/** Well above what the kernel buffers on both sides of a loopback connection. */
const PIECES = 640;
const TOTAL_BYTES = PIECE.length * PIECES;

async function sendPieces(wire: Wire): Promise<void> {
  await wire.send(`HTTP/1.1 200 OK\r\nContent-Length: ${TOTAL_BYTES}\r\n\r\n`);
  for (let i = 0; i < PIECES; i += 1) await wire.send(PIECE);
}

/** Resolves when a loopback sender has made no progress for so many turns of the event loop that it must be stuck. */
async function stalled(wire: Wire): Promise<void> {
  for (let turns = 0, last = -1; turns < 200; turns += 1) {
    if (wire.sentBytes !== last) [turns, last] = [0, wire.sentBytes];
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Backpressure and time. */
export function flowConformance(adapter: Adapter): void {
  describe('backpressure', () => {
    test('a receiver that says stop stops the upstream, and loses nothing', async () => {
      const wires: Wire[] = [];
      const { send } = await rig(adapter, (_, wire) => (wires.push(wire), sendPieces(wire)));
      const got = send({}, (recording) => (recording.onData = () => false));
      await got.flowing;
      const wire = wires[0]!;
      await stalled(wire);
      expect(got.chunks).toHaveLength(1);
      expect(wire.sentBytes).toBeLessThan(TOTAL_BYTES / 2);
      got.onData = () => (setImmediate(() => got.exchange?.resume()), false);
      got.exchange?.resume();
      expect(await got.over).toEqual({ kind: 'ended' });
      expect(got.body.length).toBe(TOTAL_BYTES);
      expect(got.body.equals(Buffer.alloc(TOTAL_BYTES, PIECE))).toBe(true);
    });

    test('a stopped exchange leaves the others running', async () => {
      const script = ({ target }: { target: string }, wire: Wire) =>
        target === '/large' ? sendPieces(wire) : wire.send(answer(200, {}, 'ok'));
      const { send } = await rig(adapter, script, { connectionsMax: 2 });
      const large = send({ target: '/large' }, (recording) => (recording.onData = () => false));
      await large.flowing;
      for (let i = 0; i < 20; i += 1) expect(await send().over).toEqual({ kind: 'ended' });
      large.exchange?.abort();
    });

    test('one exchange may be resumed from within the data of another', async () => {
      const { send } = await rig(adapter, (_, wire) => wire.send(answer(200, {}, 'x'.repeat(200_000))));
      const stopped = send({}, (recording) => (recording.onData = () => false));
      await stopped.flowing;
      stopped.onData = () => true;
      const other = send({}, (recording) => (recording.onData = () => (stopped.exchange?.resume(), true)));
      expect(await other.over).toEqual({ kind: 'ended' });
      expect(await stopped.over).toEqual({ kind: 'ended' });
      expect(stopped.body.length).toBe(200_000);
    });

    test('a whole answer whose upstream is gone still waits for its receiver', async () => {
      const { send, upstream } = await rig(adapter, async (_, wire) => {
        await wire.send('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\n\r\nfirst');
        await got.flowing;
        await wire.send('after');
        wire.fin();
        await stalled(wire);
        got.onData = () => true;
        got.exchange?.resume();
      });
      const got = send({}, (recording) => (recording.onData = () => false));
      expect(await got.over).toEqual({ kind: 'ended' });
      expect(got.body.toString()).toBe('firstafter');
      await upstream.deserted();
    });

    test('resuming what is not stopped changes nothing', async () => {
      const { send } = await rig(adapter, (_, wire) => wire.drip(answer(200, {}, 'hello')));
      const got = send();
      got.exchange?.resume();
      await got.flowing;
      got.exchange?.resume();
      expect(await got.over).toEqual({ kind: 'ended' });
      got.exchange?.resume();
      expect(got.body.toString()).toBe('hello');
    });
  });

  describe('time', () => {
    test('U08 silence instead of an answer', async () => {
      const { send, upstream } = await rig(adapter, () => undefined, { headTimeoutMs: 60 });
      expect(await send().over).toMatchObject({ kind: 'failed', code: 'timeout', sent: 'perhaps' });
      await upstream.deserted();
      expect(upstream.requests).toHaveLength(1);
    });

    test('1xx answers do not extend the wait for the head', async () => {
      const { send } = await rig(adapter, (_, wire) => wire.send('HTTP/1.1 103 E\r\n\r\n'), { headTimeoutMs: 60 });
      expect(await send().over).toMatchObject({ code: 'timeout', sent: 'perhaps' });
    });

    test('a head that never ends', async () => {
      const { send } = await rig(adapter, (_, wire) => wire.send('HTTP/1.1 200 OK\r\nX-A'), { headTimeoutMs: 60 });
      expect(await send().over).toMatchObject({ code: 'timeout', sent: 'perhaps' });
    });

    test('silence in the middle of a body', async () => {
      const half = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf';
      const { send, upstream } = await rig(adapter, (_, wire) => wire.send(half), { idleTimeoutMs: 60 });
      const got = send();
      expect(await got.over).toMatchObject({ kind: 'failed', code: 'timeout', sent: 'perhaps' });
      expect(got.body.toString()).toBe('half');
      await upstream.deserted();
    });

    test('L10: an upstream that drips for ever is cut off, and its outcome is no success', async () => {
      const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
      const drip = async (wire: Wire): Promise<void> => {
        await wire.send(head);
        for (let open = true; open;) {
          await wire.send('1\r\nx\r\n');
          open = await Promise.race([wire.closed.then(() => false), sleep(10).then(() => true)]);
        }
      };
      const { send, upstream } = await rig(adapter, (_, wire) => drip(wire), { totalTimeoutMs: 150 });
      const got = send();
      expect(await got.over).toMatchObject({ kind: 'failed', code: 'timeout', sent: 'perhaps' });
      expect(got.body.length).toBeGreaterThan(1);
      await upstream.deserted();
    });

    test('silence before a slow receiver, who is handed no empty pieces', async () => {
      const half = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf';
      const { send } = await rig(adapter, (_, wire) => wire.send(half), { idleTimeoutMs: 60 });
      const got = send({}, (recording) => {
        recording.onData = () => (setImmediate(() => recording.exchange?.resume()), false);
      });
      expect(await got.over).toMatchObject({ kind: 'failed', code: 'timeout' });
      expect(got.chunks.map(String)).toEqual(['half']);
    });

    test('a wait for a connection counts, and then nothing was sent', async () => {
      // The first has its head and keeps the connection: only the one that waits runs out of time.
      const half = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf';
      const { send, upstream } = await rig(adapter, (_, wire) => wire.send(half), {
        headTimeoutMs: 60,
        connectionsMax: 1,
      });
      let arrived = (): void => undefined;
      const busy = new Promise<void>((resolve) => (arrived = resolve));
      const first = send({}, (recording) => (recording.onHead = () => arrived()));
      await busy;
      expect(await send({ method: 'POST' }).over).toMatchObject({ code: 'timeout', sent: 'no' });
      first.exchange?.abort();
      await first.over;
      await upstream.deserted();
      expect(upstream.requests.map((request) => request.method)).toEqual(['GET']);
    });

    test('what finds no connection in its time is never sent, and what was sent has its whole time for an answer', async () => {
      const script = ({ target }: { target: string }, wire: Wire) =>
        sleep(target === '/slow' ? 400 : 0).then(() => wire.send(answer(200, {}, 'ok')));
      const { send, upstream } = await rig(adapter, script, { withinMs: 100, connectionsMax: 1 });
      const slow = send({ target: '/slow' });
      const waiting = send({ method: 'POST' });
      expect(await waiting.over).toMatchObject({ kind: 'failed', code: 'late', sent: 'no' });
      expect(await slow.over).toEqual({ kind: 'ended' });
      expect(await send({ target: '/after' }).over).toEqual({ kind: 'ended' });
      expect(upstream.requests.map(({ target }) => target)).toEqual(['/slow', '/after']);
    });

    test('a stopped receiver does not age the upstream', async () => {
      const { send } = await rig(adapter, (_, wire) => sendPieces(wire), { idleTimeoutMs: 500 });
      const got = send({}, (recording) => (recording.onData = () => false));
      await got.flowing;
      // A second exchange that does time out proves that the time has passed.
      const later = await rig(adapter, () => undefined, { headTimeoutMs: 1_200 });
      await later.send().over;
      expect(got.outcome).toBe(null);
      got.onData = () => true;
      got.exchange?.resume();
      expect(await got.over).toEqual({ kind: 'ended' });
    });
  });
}
