import { AUTH, row, type BypassRow } from './bypass-rows.ts';

const MANY_KEYS = `{${Array.from({ length: 20_000 }, (_, index) => `"k${index}":1`).join(',')}}`;

/** Classes B (bodies) and A (credentials). */
export const CONTENT_ROWS: readonly BypassRow[] = [
  row(
    'B01',
    'duplicate JSON key',
    [400],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json\r\nContent-Length: 28\r\n\r\n{"amount":1,"amount":100000}`,
  ),
  row(
    'B02',
    'duplicate via \\u escape',
    [400],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json\r\nContent-Length: 33\r\n\r\n{"amount":1,"am\\u006funt":100000}`,
  ),
  row(
    'B04',
    '__proto__ key',
    [400],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json\r\nContent-Length: 26\r\n\r\n{"__proto__":{"amount":1}}`,
  ),
  row(
    'B05',
    '1e400',
    [400],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json\r\nContent-Length: 16\r\n\r\n{"amount":1e400}`,
  ),
  row(
    'B07',
    '2^53+1',
    [400],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json\r\nContent-Length: 27\r\n\r\n{"amount":9007199254740993}`,
  ),
  row(
    'B08',
    'negative zero',
    [400],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json\r\nContent-Length: 13\r\n\r\n{"amount":-0}`,
  ),
  row(
    'B10',
    'UTF-8 BOM',
    [400],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json\r\nContent-Length: 15\r\n\r\n\xef\xbb\xbf{"amount":1}`,
  ),
  row(
    'B11',
    'UTF-16 JSON with charset=utf-16',
    [415],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json; charset=utf-16\r\nContent-Length: 14\r\n\r\n{\x00"\x00a\x00"\x00:\x001\x00}\x00`,
  ),
  row(
    'B13',
    'invalid UTF-8 byte',
    [400],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json\r\nContent-Length: 13\r\n\r\n{"am\xffount":1}`,
  ),
  row(
    'B14',
    'lone surrogate',
    [400],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json\r\nContent-Length: 14\r\n\r\n{"a":"\\ud800"}`,
  ),
  row(
    'B16',
    'comment',
    [400],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json\r\nContent-Length: 17\r\n\r\n{/*x*/"amount":1}`,
  ),
  row(
    'B17',
    'NaN',
    [400],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json\r\nContent-Length: 14\r\n\r\n{"amount":NaN}`,
  ),
  row(
    'B19',
    'NUL in key',
    [400],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json\r\nContent-Length: 18\r\n\r\n{"amount\\u0000":1}`,
  ),
  row(
    'B20',
    'JSON as text/plain',
    [415],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: text/plain\r\nContent-Length: 12\r\n\r\n{"amount":1}`,
  ),
  row(
    'B22',
    'JSON labelled as form',
    [400],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 12\r\n\r\n{"amount":1}`,
  ),
  row(
    'B23',
    'form duplicate key',
    [400],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 20\r\n\r\namount=1&amount=1000`,
  ),
  row(
    'B25',
    'form bracket key',
    [400],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 13\r\n\r\namount[]=1000`,
  ),
  row(
    'B26',
    'form _method',
    [400],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 14\r\n\r\n_method=DELETE`,
  ),
  row(
    'B28',
    'application/json-patch+json',
    [415],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json-patch+json\r\nContent-Length: 45\r\n\r\n[{"op":"replace","path":"/amount","value":9}]`,
  ),
  row(
    'B29',
    'JSON-RPC / MCP batch',
    [400],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json\r\nContent-Length: 95\r\n\r\n[{"jsonrpc":"2.0","id":1,"method":"tools/call"},{"jsonrpc":"2.0","id":2,"method":"tools/call"}]`,
  ),
  row(
    'B31',
    '20 000 keys',
    [400],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json\r\nContent-Length: ${MANY_KEYS.length}\r\n\r\n${MANY_KEYS}`,
  ),
  row(
    'B32',
    'NFC/NFD key twin',
    [400],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json\r\nContent-Length: 16\r\n\r\n{"\xc3\xa9":1,"e\xcc\x81":2}`,
  ),
  row(
    'B34',
    'body > cap (2 MiB)',
    [413],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json\r\nContent-Length: 2097154\r\n\r\n"${'a'.repeat(2_097_152)}"`,
  ),
  row(
    'B35',
    'many digits 0.1000000000000000055',
    [400],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json\r\nContent-Length: 32\r\n\r\n{"amount":0.1000000000000000055}`,
  ),
  row(
    'A01',
    'bearer lower-case scheme / double space',
    [401],
    `GET /v1/x HTTP/1.1\r\nHost: x\r\nAuthorization: bearer  agent-1\r\n\r\n`,
  ),
  row(
    'A02',
    'two tokens in one value',
    [401],
    `GET /v1/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a, Bearer b\r\n\r\n`,
  ),
  row(
    'A04',
    'control char in token (log injection)',
    [400],
    `GET /v1/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\x1b[31m\r\n\r\n`,
  ),
  row(
    'B36',
    'amount in the query of a call whose amount is in the body',
    [400],
    `POST /v1/payouts?amount=1 HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json\r\nContent-Length: 15\r\n\r\n{"amount":5000}`,
  ),
  row(
    'B37',
    'amount only in the query of a call whose amount belongs in the body',
    [400],
    `POST /v1/payouts?amount=5000 HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Length: 0\r\n\r\n`,
  ),
];
