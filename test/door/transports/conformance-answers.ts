import { describe, expect, test } from 'vitest';
import type { Adapter } from './rig.ts';
import { answer } from '../raw-upstream.ts';
import { rig } from './rig.ts';

const ok = 'Content-Length: 2\r\n\r\nok';

/** What an honest upstream answers, and what of it reaches the agent. */
export function answerConformance(adapter: Adapter): void {
  describe('hands on an answer', () => {
    test('status, header order, repeated names, body', async () => {
      const wire = `HTTP/1.1 402 Payment Required\r\nX-One: 1\r\nVary: a\r\nVary: b\r\n__proto__: p\r\nX-Two: caf\xe9\r\n${ok}`;
      const { send } = await rig(adapter, (_, to) => to.send(wire));
      const got = send();
      expect(await got.over).toEqual({ kind: 'ended' });
      expect(got.status).toBe(402);
      expect(got.headers).toEqual([
        'x-one',
        '1',
        'vary',
        'a',
        'vary',
        'b',
        '__proto__',
        'p',
        'x-two',
        'caf\xe9',
        'content-length',
        '2',
      ]);
      expect(got.body.toString()).toBe('ok');
    });

    test.each([
      [
        'chunked',
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nX-Trailer: 1\r\n\r\n',
      ],
      ['delimited by the end of the connection', 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello'],
      ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\nhello'],
      ['without a reason', 'HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello'],
    ])('%s', async (_, bytes) => {
      const { send } = await rig(adapter, async (_request, wire) => {
        await wire.send(bytes);
        wire.fin();
      });
      const got = send();
      expect(await got.over).toEqual({ kind: 'ended' });
      expect(got.body.toString()).toBe('hello');
      expect(got.headers.filter((_name, i) => i % 2 === 0)).not.toContain('transfer-encoding');
    });

    test('that arrives a byte at a time', async () => {
      const { send } = await rig(adapter, (_, wire) => wire.drip(answer(200, { 'X-A': 'b' }, 'hello')));
      const got = send();
      expect(await got.over).toEqual({ kind: 'ended' });
      expect(got.body.toString()).toBe('hello');
    });

    test('of 1 MB, unchanged', async () => {
      const body = 'interlock\x00\xff'.repeat(100_000);
      const { send } = await rig(adapter, (_, wire) => wire.send(answer(200, {}, body)));
      const got = send();
      expect(await got.over).toEqual({ kind: 'ended' });
      expect(got.body.toString('latin1') === body).toBe(true);
    });

    test.each([
      ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', ['content-length', '5']],
      [
        'GET',
        'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nETag: "a"\r\n\r\n',
        ['content-length', '5', 'etag', '"a"'],
      ],
      ['GET', 'HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n', ['x-a', 'b']],
      ['GET', 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n', []],
      ['DELETE', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n', []],
    ])('to %s without content: %j', async (method, bytes, headers) => {
      const { send } = await rig(adapter, (_, wire) => wire.send(bytes));
      const got = send({ method });
      expect(await got.over).toEqual({ kind: 'ended' });
      expect(got.headers).toEqual(headers);
      expect(got.chunks).toEqual([]);
    });

    test('after 1xx answers, which are swallowed', async () => {
      const early = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n';
      const { send } = await rig(adapter, (_, wire) => wire.send(`${early.repeat(8)}HTTP/1.1 200 OK\r\n${ok}`));
      const got = send();
      expect(await got.over).toEqual({ kind: 'ended' });
      expect([got.status, got.headers]).toEqual([200, ['content-length', '2']]);
    });

    test('after a 100 nobody asked for', async () => {
      const { send } = await rig(adapter, (_, wire) =>
        wire.send(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n${ok}`),
      );
      const got = await send({ method: 'POST', body: Buffer.from('{}') }).over;
      if (adapter.readsUnaskedContinue) expect(got).toEqual({ kind: 'ended' });
      else expect(got).toMatchObject({ code: 'invalid', sent: 'perhaps' });
    });

    test('whole, though the upstream answered before it read the body', async () => {
      const { send } = await rig(adapter, (_, wire) => wire.send(answer(413, {}, 'no')));
      const got = send({ method: 'POST', body: Buffer.alloc(1 << 20) });
      expect(await got.over).toEqual({ kind: 'ended' });
      expect(got.status).toBe(413);
    });
  });

  describe('drops from an answer', () => {
    test.each([
      [
        'hop-by-hop fields',
        'Connection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=9\r\nProxy-Authenticate: Basic\r\nTE: trailers',
      ],
      ['U02 a Trailer field without chunks', 'Trailer: x'],
      ['an Upgrade on offer', 'Upgrade: h2c\r\nConnection: Upgrade'],
      ['U14 cookies', 'Set-Cookie: s=1\r\nSet-Cookie2: s=2'],
      ['U14 the echoed credential', 'X-Echo: Bearer UPSTREAM-KEY'],
      ['the credential in a name', 'X-UPSTREAM-KEY: 1'],
      ['a way past the door', 'Alt-Svc: h2="elsewhere:443"'],
      ["the door's own names", 'Interlock-Verdict: allow'],
    ])('%s', async (_, fields) => {
      const bytes = `HTTP/1.1 200 OK\r\n${fields}\r\nX-Kept: 1\r\n${ok}`;
      const { send } = await rig(adapter, (_request, wire) => wire.send(bytes), { secrets: ['UPSTREAM-KEY'] });
      const got = send();
      expect(await got.over).toEqual({ kind: 'ended' });
      expect(got.headers).toEqual(['x-kept', '1', 'content-length', '2']);
    });

    test('U10 a redirect elsewhere loses its Location, and none is followed', async () => {
      const { send, upstream } = await rig(adapter, ({ target }, wire) =>
        wire.send(answer(302, { Location: decodeURIComponent(target.slice(1)) })),
      );
      const locationOf = async (location: string): Promise<string | undefined> => {
        const got = send({ target: `/${encodeURIComponent(location)}` });
        expect(await got.over).toEqual({ kind: 'ended' });
        expect(got.status).toBe(302);
        const at = got.headers.indexOf('location');
        return at === -1 ? undefined : got.headers[at + 1];
      };
      expect(await locationOf('/v2/charges?x=1')).toBe('/v2/charges?x=1');
      expect(await locationOf(`${upstream.origin.origin}/v2`)).toBe(`${upstream.origin.origin}/v2`);
      for (const elsewhere of [
        'http://169.254.169.254/latest',
        '//evil.test/',
        '/\\evil.test/',
        'http://[::1',
        'data:,x',
      ]) {
        expect(await locationOf(elsewhere)).toBe(undefined);
      }
      expect(upstream.requests).toHaveLength(7);
    });
  });
}
