import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { answer, gzipped, json } from './answers.ts';
import { inTurn, type Client } from './client.ts';
import { missing, printed } from './program.ts';
import type { Respond } from './stand-in.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'interlock-curl-'));
const file = (name: string, content: string | Buffer): string => {
  const at = path.join(dir, name);
  writeFileSync(at, content);
  return at;
};
const PICTURE = file('a b.png', Buffer.from([137, 80, 78, 71, 13, 10, 26, 10, 0, 255]));
const BODY = file('body.json', '{\n  "note": "größe",\n  "amount": 1.0\n}\n');
const LARGE = file('large.bin', Buffer.alloc(1_500_000, 0xa5));

/** What is typed after `curl -sS URL`; `URL` in it is the base. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  GET: ['URL/v1/orders/1'],
  'GET with options': [
    'URL/v1/orders?limit=3&created[gte]=17&expand[]=a',
    '-g',
    '-H',
    'Accept: application/json',
    '-A',
    'agent/1.0',
    '-e',
    'http://x/',
  ],
  'GET of encoded data': [
    '-G',
    'URL/v1/search',
    '--data-urlencode',
    'q=a b&c=größe 😀+"',
    '--data-urlencode',
    'm[k]=1',
    '-d',
    'limit=2',
  ],
  'an escaped path': ['URL/v1/orders/gr%c3%b6%C3%9Fe%20%28x%29'],
  'a trailing slash': ['URL/v1/orders/'],
  '-d': [
    'URL/v1/refunds',
    '-d',
    'charge=ch_1',
    '-d',
    'amount=2500',
    '-d',
    'metadata[note]=it is "broken"',
    '-d',
    'expand[]=charge',
  ],
  '--data-urlencode': ['URL/v1/refunds', '--data-urlencode', 'note=50% & more; größe\n2'],
  '--json': ['--json', '{"amount": 12.50, "tags": ["a", "b"], "n": null}', 'URL/v1/orders'],
  '--json from a file': ['--json', `@${BODY}`, 'URL/v1/orders'],
  '--data-binary': [
    '--data-binary',
    `@${BODY}`,
    '-H',
    'Content-Type: application/json; charset=utf-8',
    'URL/v1/orders',
  ],
  'a form with no fields': ['-X', 'POST', '-d', '', 'URL/v1/orders'],
  'POST without a body': ['-X', 'POST', 'URL/v1/orders/1/cancel'],
  PATCH: ['-X', 'PATCH', '--json', '{"a":1}', 'URL/v1/orders/1'],
  'PUT -d': ['-X', 'PUT', '-d', 'a=1', 'URL/v1/orders/1'],
  DELETE: ['-X', 'DELETE', 'URL/v1/orders/1'],
  'DELETE with JSON': ['-X', 'DELETE', '--json', '{"reason":"x"}', 'URL/v1/orders/1'],
  HEAD: ['-I', '-o', '/dev/null', 'URL/v1/orders/1'],
  '--compressed': ['--compressed', 'URL/v1/zipped'],
  'the key as a user': ['-u', 'KEY:', 'URL/v1/orders/1'],
  'the key as a user with a password': ['-u', 'KEY:x', '-d', 'a=1', 'URL/v1/orders'],
  'the key in a header of its own': ['-H', 'X-Api-Key: KEY', 'URL/v1/orders/1'],
  'an idempotency key': ['-d', 'a=1', '-H', 'Idempotency-Key: k-1', 'URL/v1/orders'],
  'told to expect nothing': ['-H', 'Expect:', '--json', '{"a":1}', 'URL/v1/orders'],
  'told to wait for 100': ['-H', 'Expect: 100-continue', '--json', '{"a":1}', 'URL/v1/orders'],
  'in chunks': ['-H', 'Transfer-Encoding: chunked', '--json', '{"a":1}', 'URL/v1/orders'],
  'a condition': ['-H', 'If-None-Match: "a"', 'URL/v1/same'],
  'a range': ['-r', '0-9', 'URL/v1/orders/1'],
  'a time condition': ['-z', '2024-01-01', 'URL/v1/orders/1'],
  'a redirect followed': ['-L', 'URL/v1/moved'],
  'a redirect of a POST followed': ['-L', '--json', '{"a":1}', 'URL/v1/moved'],
  retries: ['--retry', '2', '--retry-delay', '1', 'URL/v1/flaky'],
  'a cookie jar': ['-b', 'a=1', 'URL/v1/orders/1'],
  'HTTP/1.1 told apart': ['--http1.1', 'URL/v1/orders/1'],
  'HTTP/2 offered': ['--http2', 'URL/v1/orders/1'],
  'HTTP/2 offered with a body': ['--http2', '-d', 'a=1', 'URL/v1/orders'],
  '-F': ['-F', 'purpose=größe', '-F', `file=@${PICTURE};type=image/png`, 'URL/v1/uploads'],
  '-F of much': ['-F', `file=@${LARGE}`, 'URL/v1/uploads'],
  '-T': ['-T', PICTURE, 'URL/v1/uploads'],
  '-T of much': ['-T', LARGE, 'URL/v1/uploads'],
  '-T with a type': ['-T', PICTURE, '-H', 'Content-Type: image/png', 'URL/v1/uploads'],
  '--data-binary of bytes': [
    '--data-binary',
    `@${PICTURE}`,
    '-H',
    'Content-Type: application/octet-stream',
    'URL/v1/uploads',
  ],
};

export const curl: Client = {
  name: 'curl',
  missing: missing('curl', '--version'),
  respond: (request, nth) => business(request, nth),
  run: ({ url, key }) =>
    inTurn(
      Object.fromEntries(
        Object.entries(CALLS).map(([name, args]) => {
          const own = args.some((arg) => arg.includes('KEY'));
          const typed = args.map((arg) => arg.replace('URL', url).replace('KEY', key));
          const keyed = own ? typed : ['-H', `Authorization: Bearer ${key}`, ...typed];
          return [name, () => printed('curl', ['-sS', '-w', '\n%{http_code}', ...keyed])];
        }),
      ),
    ),
};

const business: Respond = ({ method, target, headers, body }, nth) => {
  if (target === '/v1/moved') return answer(308, { Location: '/v1/orders/9' });
  if (target === '/v1/zipped') return gzipped({ zipped: 'größe' });
  if (target === '/v1/flaky' && nth === 0) return answer(503, { 'Retry-After': '0' });
  if (target === '/v1/same' && headers.some(([name]) => name === 'if-none-match')) return answer(304, { ETag: '"a"' });
  if (method === 'HEAD') return 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n';
  return json({ method, body: body.length > 0 });
};
