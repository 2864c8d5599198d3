import * as http from 'node:http';
import { createHmac } from 'node:crypto';
import { Readable } from 'node:stream';
import { request } from 'undici';
import { answer, gzipped, json } from './answers.ts';
import { inTurn, type Base, type Client } from './client.ts';
import type { Respond } from './stand-in.ts';

const SIGNING_KEY = 'whsec_1';

/** What agents write by hand: `fetch`, undici and `node:http`. */
export const node: Client = {
  name: 'node',
  respond: (request, nth) => business(request, nth),
  run: (base) => inTurn({ ...byFetch(base), ...byUndici(base), ...byHttp(base) }),
};

type Headers = Readonly<Record<string, string>>;
type Init = Omit<RequestInit, 'headers'> & { readonly headers?: Headers };
type Options = Omit<NonNullable<Parameters<typeof request>[1]>, 'headers'> & { readonly headers?: Headers };

function byFetch({ url, key }: Base): Record<string, () => Promise<unknown>> {
  const authorization = `Bearer ${key}`;
  const send = async (path: string, init: Init = {}) => {
    const answered = await fetch(url + path, { ...init, headers: { authorization, ...init.headers } });
    return { status: answered.status, text: await answered.text(), redirected: answered.redirected };
  };
  const typed = { 'content-type': 'application/json' };
  return {
    'fetch: JSON in a query': () => send('/v1/search?filter={"status":"open","tags":["a|b"]}&q=a b^c`d'),
    'fetch: a query of URLSearchParams': () =>
      send(`/v1/search?${String(new URLSearchParams({ q: 'a b+c&d=é😀', 'created[gte]': '1', '~*': "'()" }))}`),
    'fetch: a path in unicode': () => send('/v1/orders/größe 😀'),
    'fetch: a trailing slash': () => send('/v1/orders/'),
    'fetch: an empty query': () => send('/v1/orders?'),
    'fetch: a fragment stays home': () => send('/v1/orders?a=1#top'),
    'fetch: JSON': () =>
      send('/v1/orders', {
        method: 'POST',
        headers: typed,
        body: JSON.stringify({ a: 1e21 / 1e6, b: 0.1, c: -2.5e-9, d: 'é\u2028' }),
      }),
    'fetch: a form': () =>
      send('/v1/orders', { method: 'POST', body: new URLSearchParams({ a: 'b c', 'm[k]': 'é&=' }) }),
    'fetch: files': () => {
      const form = new FormData();
      form.set('purpose', 'größe');
      form.set('file', new Blob([new Uint8Array(70_000).fill(9)], { type: 'image/png' }), 'ü "x".png');
      return send('/v1/uploads', { method: 'POST', body: form });
    },
    'fetch: bytes without a type': () => send('/v1/uploads', { method: 'PUT', body: new Uint8Array([0, 255, 13, 10]) }),
    'fetch: a stream of bytes': () =>
      send('/v1/uploads', {
        method: 'POST',
        body: new Blob(['a'.repeat(200_000)]).stream(),
        duplex: 'half',
        headers: { 'content-type': 'application/octet-stream' },
      }),
    'fetch: DELETE': () => send('/v1/orders/1', { method: 'DELETE' }),
    'fetch: HEAD': () => send('/v1/orders/1', { method: 'HEAD' }),
    'fetch: 204': () => send('/v1/nothing', { method: 'POST' }),
    'fetch: a redirect to another path': () => send('/v1/moved'),
    'fetch: a redirect to an address': () => send('/v1/moved-far'),
    'fetch: compressed': () => send('/v1/zipped'),
    'fetch: conditional and in ranges': () =>
      send('/v1/orders/1', {
        headers: { 'if-modified-since': 'Tue, 01 Jul 2025 00:00:00 GMT', range: 'bytes=0-9', 'if-match': '"a", "b"' },
      }),
  };
}

function byUndici({ url, key }: Base): Record<string, () => Promise<unknown>> {
  const send = async (path: string, options: Options = {}) => {
    const { statusCode, body } = await request(url + path, {
      ...options,
      headers: { authorization: `Bearer ${key}`, ...options.headers },
    });
    return { status: statusCode, text: await body.text() };
  };
  // Odd spaces, odd escapes: the signature is over these bytes and no others.
  const signed = '{ "amount" : 1.50,\r\n\t"note":"caf\\u00e9 \\/ é" , "list":[ ] }\n';
  const signature = createHmac('sha256', SIGNING_KEY).update(signed).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-signature': signature };
  return {
    'undici: a signed body': () => send('/v1/signed', { method: 'POST', headers, body: signed }),
    'undici: a signed body in chunks': () =>
      send('/v1/signed', { method: 'POST', headers, body: Readable.from(pieces(signed)) }),
    'undici: PATCH': () =>
      send('/v1/orders/1', {
        method: 'PATCH',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: '{"a":null}',
      }),
    'undici: a vendor’s JSON': () =>
      send('/v1/articles', {
        method: 'POST',
        headers: { 'content-type': 'application/vnd.api+json', accept: 'application/vnd.api+json' },
        body: '{"data":{"type":"articles"}}',
      }),
    'undici: a list as body': () =>
      send('/v1/batches', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '[{"id":1},{"id":2}]',
      }),
  };
}

function byHttp({ url, key }: Base): Record<string, () => Promise<unknown>> {
  const send = (path: string, method: string, headers: Readonly<Record<string, string | string[]>>, body = '') =>
    new Promise((resolve, reject) => {
      const sent = http.request(
        url + path,
        { method, headers: { authorization: `Bearer ${key}`, ...headers } },
        (answered) => {
          let text = '';
          answered.setEncoding('utf8').on('data', (chunk) => (text += chunk));
          answered.on('end', () => resolve({ status: answered.statusCode, text }));
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  return {
    'http: a header twice': () => send('/v1/orders', 'GET', { 'if-none-match': ['"a"', '"b"'], 'x-request-id': 'r-1' }),
    'http: DELETE with a body': () =>
      send('/v1/orders/1', 'DELETE', { 'content-type': 'application/json', 'content-length': '14' }, '{"reason":"x"}'),
    'http: a form': () =>
      send(
        '/v1/orders',
        'PUT',
        { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '7' },
        'a=1&b=2',
      ),
    'http: expecting to be told to go on': () =>
      send(
        '/v1/orders',
        'POST',
        { 'content-type': 'application/json', expect: '100-continue', 'content-length': '7' },
        '{"a":1}',
      ),
  };
}

async function* pieces(text: string): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += 7) yield Buffer.from(text.slice(at, at + 7));
}

const business: Respond = ({ method, target, headers, body }) => {
  const header = (name: string) => headers.find(([one]) => one === name)?.[1];
  if (target === '/v1/moved') return answer(307, { Location: '/v1/orders/9?x=1' });
  if (target === '/v1/moved-far') return answer(302, { Location: `http://${header('host')}/v1/orders/9` });
  if (target === '/v1/nothing') return answer(204, {});
  if (target === '/v1/zipped') return gzipped({ zipped: 'größe' });
  if (target === '/v1/signed') {
    const right = createHmac('sha256', SIGNING_KEY).update(body).digest('hex') === header('x-signature');
    return json({ signature: right ? 'right' : 'wrong' }, {}, right ? 200 : 403);
  }
  if (method === 'HEAD') return 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n';
  return json({ method, body: body.length > 0 });
};
