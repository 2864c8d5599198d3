import { afterEach, expect, test } from 'vitest';
import { sendRaw } from '../raw-client.ts';
import { answer, rawUpstream, type RawUpstream } from '../raw-upstream.ts';
import { callsIn, recorder, refusedIn } from './recorders.ts';

let upstream: RawUpstream;
afterEach(() => upstream.close());

const head = (line: string, ...fields: readonly string[]): string =>
  `${line} HTTP/1.1\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`;
const POST = 'POST /api/v1/refunds';

/** What two servers would read in two ways: a recording of it would be a recording of nothing. */
const ATTACKS: readonly (readonly [string, string])[] = [
  ['two framings', `${head(POST, 'Host: x', 'Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
  ['two lengths', `${head(POST, 'Host: x', 'Content-Length: 4', 'Content-Length: 5')}abcde`],
  ['an unknown framing', `${head(POST, 'Host: x', 'Transfer-Encoding: xchunked')}0\r\n\r\n`],
  ['two hosts', head('GET /api/v1/x', 'Host: a', 'Host: b')],
  ['no host', head('GET /api/v1/x')],
  ['a whole address', head('GET http://evil.example/api/v1/x', 'Host: x')],
  ['a way up', head('GET /api/../other/x', 'Host: x')],
  ['an escaped way up', head('GET /api/%2e%2e/other/x', 'Host: x')],
  ['an escaped slash', head('GET /api/v1%2Frefunds', 'Host: x')],
  ['a header that names another to be dropped', head('GET /api/v1/x', 'Host: x', 'Connection: close, authorization')],
  ['an upgrade', head('GET /api/v1/x', 'Host: x', 'Connection: upgrade', 'Upgrade: websocket')],
  ['two credentials', head('GET /api/v1/x', 'Host: x', 'Authorization: Bearer a', 'Authorization: Bearer b')],
  ['two cookie headers', head('GET /api/v1/x', 'Host: x', 'Cookie: a=1', 'Cookie: b=2')],
  ['trailers', `${head(POST, 'Host: x', 'Transfer-Encoding: chunked')}0\r\nX-Admin: 1\r\n\r\n`],
  ['a name of no upstream', head('GET /__proto__/x', 'Host: x')],
];

test.each(ATTACKS)('%s is refused, reaches no upstream, and is written down as refused', async (_, bytes) => {
  upstream = await rawUpstream((_request, wire) => wire.send(answer(200)));
  const { url, dir } = await recorder(upstream.origin);
  const { statuses } = await sendRaw(new URL(url), bytes);
  expect(statuses).toHaveLength(1);
  expect(statuses[0]).toBeGreaterThanOrEqual(400);
  expect(upstream.requests).toEqual([]);
  expect(upstream.faults).toEqual([]);
  await expect.poll(() => refusedIn(dir)).toHaveLength(1);
  expect(callsIn(dir)).toEqual([]);
});
