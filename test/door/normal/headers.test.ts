import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { headerTable } from '../../../src/door/normal/header-table.ts';
import { HEADERS_MAX, readHeaders } from '../../../src/door/normal/headers.ts';
import { accepted, outcome } from './outcome.ts';

const read = (...headers: string[]) => accepted(readHeaders(['Host', 'door', ...headers]));

describe('the normal form of headers', () => {
  test.each([
    ['H11 X-Forwarded-For', 'X-Forwarded-For', '127.0.0.1'],
    ['H11 X-Forwarded-Host', 'X-Forwarded-Host', 'admin'],
    ['H11 Forwarded', 'Forwarded', 'for=127.0.0.1'],
    ['X-Real-IP', 'X-Real-IP', '127.0.0.1'],
    ['H16 Host', 'X-Host', 'internal-admin'],
    ['H17 underscore twin', 'Idempotency_Key', 'a'],
    ['H17 twin with a dot', 'Idempotency.Key', 'a'],
    ['H17 twin with a tilde', 'Content~Type', 'text/plain'],
    ['H11 a client certificate', 'X-Client-Cert', 'MII'],
    ['H11 a certificate as nginx tells it', 'SSL-Client-Verify', 'SUCCESS'],
    ['H11 a user that a proxy let in', 'X-Auth-Request-Email', 'admin@example.com'],
    ['H11 X-Remote-User', 'X-Remote-User', 'admin'],
    ['H11 what Envoy adds', 'X-Envoy-Internal', 'true'],
    ['H11 what skips a middleware', 'X-Middleware-Subrequest', 'middleware'],
    ['H20 httpoxy', 'Proxy', 'http://evil'],
    ['H23 __proto__', '__proto__', 'z'],
    ['H26 TE: trailers', 'TE', 'trailers'],
    ['H28 vendor key', 'X-Api-Key', 'sk_live_x'],
    ['cookie', 'Cookie', 'session=1'],
    ['Proxy-Authorization', 'Proxy-Authorization', 'Basic eDp5'],
    ['Accept-Encoding', 'Accept-Encoding', 'gzip, br'],
    ['Keep-Alive', 'Keep-Alive', 'timeout=5'],
    ['Connection', 'Connection', 'keep-alive, TE'],
    ['Content-Encoding: identity', 'Content-Encoding', 'identity'],
    ['a name of the door', 'Interlock-Verdict', 'allow'],
  ])('%s is neither judged nor sent', (_, name, value) => {
    const { forward, judged } = read(name, value, 'Accept', '*/*');
    expect(forward).toEqual(['accept', '*/*']);
    expect(judged).toEqual({ accept: '*/*' });
  });

  test('H05 an offer of HTTP/2 is overlooked: Java’s client makes one with every request', () => {
    const offer = [
      'Connection',
      'Upgrade, HTTP2-Settings',
      'Upgrade',
      'h2c',
      'HTTP2-Settings',
      'AAEAAEAAAAIAAAABAAMAAABk',
    ];
    const { forward, judged, offersHttp2 } = read(...offer, 'Accept', '*/*');
    expect(forward).toEqual(['accept', '*/*']);
    expect(judged).toEqual({ accept: '*/*' });
    expect(offersHttp2).toBe(true);
    expect(read('Accept', '*/*').offersHttp2).toBe(false);
  });

  test('judged inherits nothing, so a condition cannot read what was never sent', () => {
    const { judged, apiKeys } = read('Accept', '*/*');
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      expect(name in judged).toBe(false);
      expect(name in apiKeys).toBe(false);
    }
  });

  test('lists that are safe to repeat become one, in the first one’s place', () => {
    const { forward, judged } = read('Accept', 'a/b', 'X-A', 'accept', 'Accept', 'c/d', 'accept', 'e/f');
    expect(forward).toEqual(['accept', 'a/b, c/d, e/f', 'x-a', 'accept']);
    expect(judged['accept']).toBe('a/b, c/d, e/f');
  });

  test('credentials are kept for the door: Authorization, known API keys, and names of the door’s own', () => {
    const raw = ['Host', 'd', 'Authorization', 'Bearer t', 'X-API-Key', 'a', 'X-Acme-Key', 'b'];
    const headers = accepted(readHeaders(raw, headerTable(['x-acme-key'])));
    expect(headers.authorization).toBe('Bearer t');
    expect(headers.apiKeys).toEqual({ 'x-api-key': 'a', 'x-acme-key': 'b' });
    expect(headers.forward).toEqual([]);
  });

  test('what the door needs is read: host, length, chunks, media type, session', () => {
    const headers = read('Content-Type', 'text/x', 'Content-Length', '12', 'Interlock-Session', 'run:1');
    expect(headers).toMatchObject({ host: 'door', contentType: 'text/x', contentLength: 12, chunked: false });
    expect(headers.session).toBe('run:1');
    expect(headers.judged).toEqual({ 'content-type': 'text/x' });
    expect(read('Transfer-Encoding', 'Chunked')).toMatchObject({ chunked: true, contentLength: undefined });
    expect(read()).toMatchObject({ session: undefined, authorization: undefined, contentType: undefined });
  });

  test('exactly 100 headers pass, 101 do not', () => {
    const raw = (count: number) => Array.from({ length: count }, (_, i) => [i === 0 ? 'host' : `x-${i}`, 'v']).flat();
    expect(outcome(readHeaders(raw(HEADERS_MAX)))).toBe('accepted');
    expect(outcome(readHeaders(raw(HEADERS_MAX + 1)))).toBe('431 headers_too_many');
  });
});

const name = fc.constantFrom(
  'Accept',
  'X-A',
  'x-b',
  'Authorization',
  'Connection',
  'TE',
  'X_A',
  'Cookie',
  'Content-Type',
  '__proto__',
);
const pair = fc.tuple(name, fc.oneof(fc.string(), fc.constantFrom('close', 'a', 'Bearer t')));

describe('laws of headers', () => {
  property.prop([fc.array(pair, { maxLength: 12 })])('judged and sent are the same, each name once', (pairs) => {
    const result = readHeaders(['Host', 'd', ...pairs.flat()]);
    if (!result.ok) return;
    const { forward, judged } = result.value;
    expect(Object.entries(judged).flat()).toEqual(forward);
    expect(Object.keys(judged)).not.toContain('authorization');
  });

  property.prop([fc.array(pair, { maxLength: 12 })])('reading what was forwarded again changes nothing', (pairs) => {
    const result = readHeaders(['Host', 'd', ...pairs.flat()]);
    if (!result.ok) return;
    expect(read(...result.value.forward).forward).toEqual(result.value.forward);
  });
});
