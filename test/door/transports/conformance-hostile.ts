import { describe, expect, test } from 'vitest';
import type { Wire } from '../raw-upstream.ts';
import type { Adapter } from './rig.ts';
import { answer } from '../raw-upstream.ts';
import { rig } from './rig.ts';

type Ending = 'stays' | 'fin' | 'rst';

const INVALID: readonly [name: string, bytes: string][] = [
  ['U01 status 000', 'HTTP/1.1 000 X\r\nContent-Length: 0\r\n\r\n'],
  ['status 600', 'HTTP/1.1 600 X\r\nContent-Length: 0\r\n\r\n'],
  ['status 999', 'HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n'],
  ['a status of two digits', 'HTTP/1.1 20 X\r\nContent-Length: 0\r\n\r\n'],
  ['U05 an unsolicited 101', 'HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: foo\r\n\r\nxxx'],
  ['a 101 without Upgrade', 'HTTP/1.1 101 S\r\n\r\nxxx'],
  ['L11 a flood of 1xx', 'HTTP/1.1 103 E\r\n\r\n'.repeat(17)],
  ['U13 a folded header', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n'],
  ['a folded first header', 'HTTP/1.1 200 OK\r\n X: a\r\nContent-Length: 0\r\n\r\n'],
  ['a space in a header name', 'HTTP/1.1 200 OK\r\nX Y: a\r\nContent-Length: 0\r\n\r\n'],
  ['a control byte in a value', 'HTTP/1.1 200 OK\r\nX: a\x01b\r\nContent-Length: 0\r\n\r\n'],
  ['a NUL in a value', 'HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 0\r\n\r\n'],
  ['a DEL in a value', 'HTTP/1.1 200 OK\r\nX: a\x7fb\r\nContent-Length: 0\r\n\r\n'],
  ['a bare CR in a value', 'HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 0\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!'],
  ['a list of lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok'],
  ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok'],
  [
    'length and chunks',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  ],
  [
    'a coding that is not plain chunked',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  ],
  ['a coding without chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok'],
  [
    'a coding hidden behind 2,500 headers',
    `HTTP/1.1 200 OK\r\n${'a:\r\n'.repeat(2_500)}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
  ],
  ['a broken chunk size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n0\r\n\r\n'],
  ['HTTP/0.9', '<html>hello</html>'],
  ['HTTP/3', 'HTTP/3.0 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ['headers beyond all bounds', `HTTP/1.1 200 OK\r\n${`X-A: ${'a'.repeat(1_000)}\r\n`.repeat(100)}\r\n`],
];

const CUT: readonly [name: string, bytes: string, ending: Ending][] = [
  ['U11 RST before any byte', '', 'rst'],
  ['FIN before any byte', '', 'fin'],
  ['FIN in the head', 'HTTP/1.1 200 OK\r\nX-A: ', 'fin'],
  ['RST in the head', 'HTTP/1.1 200 OK\r\nX-A: ', 'rst'],
  ['FIN before the whole length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', 'fin'],
  [
    'FIN before the whole length, as announced',
    'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 100\r\n\r\nhalf',
    'fin',
  ],
  ['U07 RST before the whole length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', 'rst'],
  ['FIN within a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf', 'fin'],
  [
    'FIN within a chunk, as announced',
    'HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf',
    'fin',
  ],
  ['FIN before the last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n', 'fin'],
  ['RST within a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf', 'rst'],
  ['RST in a body that the connection delimits', 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf', 'rst'],
];

function end(wire: Wire, ending: Ending): void {
  if (ending === 'fin') wire.fin();
  if (ending === 'rst') wire.rst();
}

/** What a hostile or broken upstream answers. None of it crashes, hangs, or is shown as an answer. */
export function hostileConformance(adapter: Adapter): void {
  describe('shows no client an invalid answer', () => {
    test.each(INVALID)('%s', async (_, bytes) => {
      const { send, upstream } = await rig(adapter, (_request, wire) => wire.send(bytes));
      const got = send({ method: 'POST', body: Buffer.from('{}') });
      expect(await got.over).toMatchObject({ kind: 'failed', code: 'invalid', sent: 'perhaps' });
      await upstream.deserted();
      expect(upstream.requests).toHaveLength(1);
    });

    test('U04 a control byte in the reason is not passed on', async () => {
      const { send } = await rig(adapter, (_, wire) => wire.send('HTTP/1.1 200 O\x01K\r\nContent-Length: 0\r\n\r\n'));
      const got = send();
      // The reason is the door's own in any case; a parser may also refuse the line.
      if ((await got.over).kind === 'ended') expect([got.status, got.headers]).toEqual([200, ['content-length', '0']]);
      else expect(got.outcome).toMatchObject({ code: 'invalid' });
    });
  });

  describe('reports a broken connection, and sends nothing again', () => {
    test.each(CUT)('%s', async (_, bytes, ending) => {
      const { send, upstream } = await rig(adapter, () => undefined);
      const got = send();
      await upstream.arrived(1);
      expect(upstream.requests).toHaveLength(1);
      got.exchange?.abort();
      await got.over;
      upstream.act(async (_request, wire) => {
        if (bytes !== '') await wire.send(bytes);
        if (bytes.includes('\r\n\r\n')) await again.flowing; // what has arrived before an RST may be lost with it
        end(wire, ending);
      });
      const again = send();
      expect(await again.over).toMatchObject({ kind: 'failed', code: 'reset', sent: 'perhaps' });
      await upstream.deserted();
      expect(upstream.requests).toHaveLength(2);
    });
  });

  describe('never takes bytes behind an answer for the next one', () => {
    const smuggled = 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled';
    test.each([
      ['behind the length', 'GET', `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok${smuggled}`],
      [
        'behind the last chunk',
        'GET',
        `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n${smuggled}`,
      ],
      ['as the body of a 204', 'GET', `HTTP/1.1 204 N\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`],
      ['as the body of a 304', 'GET', `HTTP/1.1 304 N\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`],
      ['as the body of a HEAD', 'HEAD', `HTTP/1.1 200 OK\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`],
    ])('%s', async (_, method, bytes) => {
      const { send, upstream } = await rig(adapter, (_request, wire) => wire.send(bytes), { connectionsMax: 1 });
      const first = send({ method });
      const next = send({ target: '/next' });
      expect(await first.over).toEqual({ kind: 'ended' });
      upstream.act((_request, wire) => wire.send(answer(200, {}, 'own')));
      expect(first.body.toString()).not.toContain('smuggled');
      await next.over;
      expect(next.body.toString()).not.toContain('smuggled');
    });
  });
}
