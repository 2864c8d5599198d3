import { AUTH, row, type BypassRow } from './bypass-rows.ts';

const get = (target: string, more = ''): string => `GET ${target} HTTP/1.1\r\nHost: x\r\n${AUTH}${more}\r\n`;
const pay = (head: string, body: string): string => `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}${head}\r\n${body}`;
const JSON_TYPE = 'Content-Type: application/json\r\n';
const CHUNKED = `${JSON_TYPE}Transfer-Encoding: chunked\r\n`;
const SMUGGLED = 'POST /v1/smuggled HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}';

/** More of every class than the measured rows: what stands beside each of them. */
export const CLASS_ROWS: readonly BypassRow[] = [
  row('F03', 'two Content-Lengths that differ', [400], pay('Content-Length: 2\r\nContent-Length: 5\r\n', '{}abc')),
  row('F03', 'two Content-Lengths that agree', [400], pay('Content-Length: 2\r\nContent-Length: 2\r\n', '{}')),
  row('F06', 'negative Content-Length', [400], pay('Content-Length: -2\r\n', '{}')),
  row('F06', 'hexadecimal Content-Length', [400], pay('Content-Length: 0x2\r\n', '{}')),
  row('F06', 'empty Content-Length', [400], pay('Content-Length:\r\n', '')),
  row('F06', 'Content-Length with a space before its colon', [400], pay('Content-Length : 2\r\n', '{}')),
  row(
    'F09',
    'Transfer-Encoding twice',
    [400],
    pay('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
  ),
  row('F09', 'Transfer-Encoding behind a vertical tab', [400], pay('Transfer-Encoding: \x0bchunked\r\n', '0\r\n\r\n')),
  row('F12', 'Transfer-Encoding: identity', [400], pay('Transfer-Encoding: identity\r\n', SMUGGLED)),
  row('F15', 'bare CR within a header', [400], get('/v1/x', 'X-A: a\rTransfer-Encoding: chunked\r\n')),
  row('F15', 'bare LF behind a header', [400], get('/v1/x', 'X-A: a\nTransfer-Encoding: chunked\r\n')),
  row('F18', 'chunk size with a space', [400], pay(CHUNKED, '2 \r\n{}\r\n0\r\n\r\n')),
  row('F18', 'chunk size beyond 2^64', [400], pay(CHUNKED, 'fffffffffffffffff\r\n{}\r\n0\r\n\r\n')),
  row('F18', 'chunk size with a sign', [400], pay(CHUNKED, '+2\r\n{}\r\n0\r\n\r\n')),
  row('F18', 'chunk extension, which says nothing', ['forward', 400, 422], pay(CHUNKED, '2;a="b"\r\n{}\r\n0\r\n\r\n')),
  row('F22', 'trailer field of any kind', [400], pay(CHUNKED, '2\r\n{}\r\n0\r\nX-Amount: 9\r\n\r\n')),
  row('F24', 'chunked GET with a body', [400], get('/v1/x', CHUNKED).concat('2\r\n{}\r\n0\r\n\r\n')),
  row('F24', 'chunked GET without one', ['forward', 400], get('/v1/x', CHUNKED).concat('0\r\n\r\n')),
  row('F27', 'headers beyond 32 kB', [431], get('/v1/x', `X-A: ${'a'.repeat(40_000)}\r\n`)),
  row('F30', 'the preface of HTTP/2', [400, 505], 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  row('F30', 'TLS to a plain port', [400], '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
  row('F33', 'header without a colon', [400], get('/v1/x', 'X-A\r\n')),
  row('F33', 'header without a name', [400], get('/v1/x', ': a\r\n')),
  row('F36', 'Expect with 100-continue in a list', [417], pay('Expect: z, 100-continue\r\nContent-Length: 0\r\n', '')),
  row('H06', 'Connection that strips the grant', [400], get('/v1/x', 'Connection: close, Authorization\r\n')),
  row('H06', 'Connection that strips a judged header', [400], get('/v1/x', 'X-A: b\r\nConnection: x-a\r\n')),
  row(
    'H12',
    'an identity that a trusted proxy would tell',
    ['forward'],
    get('/v1/x', 'X-Auth-Request-User: admin\r\n'),
  ),
  row(
    'H15',
    'Host twice, the second with a space before it',
    [400],
    'GET /v1/x HTTP/1.1\r\nHost: x\r\n Host: y\r\n\r\n',
  ),
  row('H18', 'dotted twin of a header', ['forward'], get('/v1/x', 'If.Match: a\r\n')),
  row('H24', 'constructor header', ['forward'], get('/v1/x', 'constructor: z\r\n')),
  row('P03', 'absolute form', [400], get('http://127.0.0.1/v1/payouts')),
  row('P03', 'absolute form of another scheme', [400], get('file:///etc/passwd')),
  row('P06', '%2f within a segment', [400], get('/v1%2fpayouts')),
  row('P06', 'full-width dots', [400], get('/v1/%EF%BC%8E%EF%BC%8E/payouts')),
  row('P12', 'escaped backslash', [400], get('/v1%5c..%5cpayouts')),
  row('P15', 'escaped line ends', [400], get('/v1/x%0d%0aX-A:%20b')),
  row('P18', 'IIS escape %u002e', [400], get('/v1/%u002e%u002e/payouts')),
  row('P30', 'method override in the query', [400], get('/v1/payouts?X-HTTP-Method-Override=DELETE')),
  row('P36', 'OPTIONS *', [405], `OPTIONS * HTTP/1.1\r\nHost: x\r\n${AUTH}\r\n`),
  row('P36', 'method in small letters', [400, 405], `get /v1/x HTTP/1.1\r\nHost: x\r\n${AUTH}\r\n`),
  row(
    'P36',
    'two spaces in the request line, which say nothing',
    ['forward', 400],
    `GET  /v1/x HTTP/1.1\r\nHost: x\r\n${AUTH}\r\n`,
  ),
  row(
    'B03',
    'body on a HEAD',
    [400],
    `HEAD /v1/x HTTP/1.1\r\nHost: x\r\n${AUTH}${JSON_TYPE}Connection: close\r\nContent-Length: 2\r\n\r\n{}`,
  ),
  row(
    'B06',
    'two charsets',
    [415],
    pay('Content-Type: application/json; charset=utf-8; charset=utf-7\r\nContent-Length: 2\r\n', '{}'),
  ),
  row('B06', 'two Content-Types', [400], pay(`${JSON_TYPE}Content-Type: text/plain\r\nContent-Length: 2\r\n`, '{}')),
  row(
    'B09',
    'multipart form',
    [415],
    pay('Content-Type: multipart/form-data; boundary=a\r\nContent-Length: 5\r\n', '--a--'),
  ),
  row(
    'A03',
    'grant as a basic password',
    [401],
    `GET /v1/x HTTP/1.1\r\nHost: x\r\nAuthorization: Basic eDppbnRlcmxvY2tfeA==\r\n\r\n`,
  ),
  row('A05', 'Authorization twice', [400], get('/v1/x', AUTH)),
];
