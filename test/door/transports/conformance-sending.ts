import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outbound } from '../../../src/door/flight/transport.ts';
import type { RawRequest } from '../raw-request.ts';
import type { Adapter } from './rig.ts';
import { valuesOf } from '../raw-request.ts';
import { answer } from '../raw-upstream.ts';
import { rig } from './rig.ts';

const TARGETS = [
  '/v1//payouts',
  '//user@evil/v1/payouts',
  '/v1\\payouts',
  '/v1/../payouts/./%2e%2e/%70',
  '/v1/payouts;a=1;b',
  '/v1/payouts?a=1?b=2&amount[]=1&amount=2#x',
  '/http://elsewhere//x',
  '/?',
  '/%00%c0%af%zz%',
  '/caf\xe9',
  `/${'a'.repeat(8_000)}`,
];

const NEVER_SENT: readonly [name: string, request: Partial<Outbound>][] = [
  ['a target in absolute form', { target: 'http://elsewhere/' }],
  ['a target with a space', { target: '/a b' }],
  ['a target that breaks the line', { target: '/a\r\nX-Evil:1' }],
  ['a target beyond latin-1', { target: '/\u0120' }],
  ['CONNECT', { method: 'CONNECT' }],
  ['a method that breaks the line', { method: 'GET /evil HTTP/1.1\r\nX:' }],
  ['Expect', { headers: ['host', 'x', 'expect', '100-continue'] }],
  ['Trailer', { headers: ['host', 'x', 'trailer', 'a'] }],
  ['Upgrade', { headers: ['host', 'x', 'upgrade', 'websocket'] }],
  ['Connection', { headers: ['host', 'x', 'connection', 'close'] }],
  ['Transfer-Encoding', { method: 'DELETE', headers: ['host', 'x', 'transfer-encoding', 'chunked'] }],
  ['Content-Length of its own', { method: 'POST', headers: ['host', 'x', 'content-length', '3'] }],
  ['__proto__, which would vanish', { headers: ['host', 'x', '__proto__', 'z'] }],
  ['a name in capitals', { headers: ['host', 'x', 'Expect', '100-continue'] }],
  ['two hosts', { headers: ['host', 'x', 'host', 'y'] }],
  ['two cookies, which Node would join', { headers: ['host', 'x', 'cookie', 'a=1', 'cookie', 'b=2'] }],
  ['no host', { headers: [] }],
  ['a value that breaks the line', { headers: ['host', 'x', 'a', 'b\r\nx-evil: 1'] }],
  ['a name with a space', { headers: ['host', 'x', 'a b', 'c'] }],
  ['a name without a value', { headers: ['host', 'x', 'a'] }],
];

/** Without what frames the message or manages the connection. */
function ownHeaders(request: RawRequest): string[] {
  const framing = ['host', 'connection', 'content-length'];
  return request.headers.filter((_, i) => !framing.includes(request.headers[i - (i % 2)]?.toLowerCase() ?? ''));
}

/** Judged = sent (I9): the upstream reads what the caller gave, byte for byte. */
export function sendingConformance(adapter: Adapter): void {
  describe('sends exactly what it was given', () => {
    test.each(TARGETS)('target %s', async (target) => {
      const { send, upstream } = await rig(adapter, (_, wire) => wire.send(answer(200)));
      await send({ target }).over;
      expect(upstream.requests.map((request) => request.target)).toEqual([target]);
    });

    test('headers, in order, repeated ones side by side', async () => {
      const { send, upstream, origin } = await rig(adapter, (_, wire) => wire.send(answer(200)));
      const own = ['x-b', '2', 'x-a', '1', 'x-b2', 'caf\xe9', 'x-c', '2', 'x-c', '1', 'constructor', 'c'];
      await send({ headers: ['host', origin.host, ...own, 'authorization', 'Bearer K'] }).over;
      const request = upstream.requests[0]!;
      expect(ownHeaders(request)).toEqual([...own, 'authorization', 'Bearer K']);
      expect(valuesOf(request, 'host')).toEqual([origin.host]);
    });

    test('every byte value in a body', async () => {
      const { send, upstream } = await rig(adapter, (_, wire) => wire.send(answer(200)));
      const body = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
      await send({ method: 'POST', body }).over;
      expect(upstream.requests[0]?.body).toEqual(body);
    });

    test('a body of 1 MB', async () => {
      const { send, upstream } = await rig(adapter, (_, wire) => wire.send(answer(200)));
      const body = Buffer.alloc(1 << 20, 'interlock ');
      const sent = send({ method: 'PUT', body });
      expect(await sent.over).toEqual({ kind: 'ended' });
      expect(upstream.requests[0]?.body.equals(body)).toBe(true);
    });

    test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'GET'])(
      '%s with a body: its length explicit',
      async (method) => {
        const { send, upstream } = await rig(adapter, (_, wire) => wire.send(answer(200)));
        await send({ method, body: Buffer.from('POST /v1/smuggled HTTP/1.1\r\nHost: x\r\n\r\n') }).over;
        const request = upstream.requests[0]!;
        expect(request.method).toBe(method);
        expect(valuesOf(request, 'content-length')).toEqual(['39']);
        expect(upstream.requests).toHaveLength(1);
      },
    );

    test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'GET', 'HEAD'])(
      '%s without a body: none',
      async (method) => {
        const { send, upstream } = await rig(adapter, (_, wire) => wire.send(answer(204)));
        await send({ method }).over;
        await send({ method, body: Buffer.alloc(0) }).over;
        expect(upstream.requests.map((request) => request.body.length)).toEqual([0, 0]);
      },
    );

    test('any request in normal form (property)', async () => {
      const { send, upstream, origin } = await rig(adapter, (_, wire) => wire.send(answer(200)));
      const text = (pattern: RegExp) => fc.stringMatching(pattern, { size: 'small' });
      const request = fc.record({
        method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
        target: text(/^\/[\x21-\x7e]*$/),
        headers: fc.dictionary(
          text(/^x-[a-z0-9!#$%&'*+.^_`|~-]+$/),
          text(/^([\x21-\x7e\x80-\xff]([\t -~]*[\x21-\x7e])?)?$/),
        ),
        body: fc.option(fc.uint8Array({ maxLength: 300 })),
      });
      await fc.assert(
        fc.asyncProperty(request, async ({ method, target, headers, body }) => {
          const own = Object.entries(headers).flat();
          const bytes = body === null ? null : Buffer.from(body);
          const sent = send({ method, target, headers: ['host', origin.host, ...own], body: bytes });
          expect(await sent.over).toEqual({ kind: 'ended' });
          const got = upstream.requests.at(-1)!;
          expect([got.method, got.target, ownHeaders(got), got.body]).toEqual([
            method,
            target,
            own,
            bytes ?? Buffer.alloc(0),
          ]);
        }),
        { numRuns: 60 },
      );
    });
  });

  describe('refuses, before any connection, what it could not send as given', () => {
    test.each(NEVER_SENT)('%s', async (_, request) => {
      const { send, upstream, origin } = await rig(adapter, (_, wire) => wire.send(answer(200)));
      const headers = request.headers?.map((text) => (text === 'x' ? origin.host : text));
      const sent = send({ ...request, ...(headers && { headers }) });
      expect(await sent.over).toMatchObject({ kind: 'failed', code: 'refused', sent: 'no' });
      expect(upstream.requests).toEqual([]);
    });
  });
}
