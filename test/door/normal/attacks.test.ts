import { describe, expect, test } from 'vitest';
import { BODY_MAX_BYTES } from '../../../src/door/normal/body.ts';
import { outcome } from './outcome.ts';
import { readRequest } from './request.ts';

/** Attacks as they arrive on the wire; what breaks the framing itself is refused by the listener and tested there. */
type Row = readonly [name: string, raw: string, outcome: string];

const AUTH = 'Host: x\r\nAuthorization: Bearer agent-1\r\n';
const get = (target: string): string => `GET ${target} HTTP/1.1\r\n${AUTH}\r\n`;
const getWith = (header: string): string => `GET /v1/x HTTP/1.1\r\n${AUTH}${header}\r\n\r\n`;
const post = (type: string, body: string): string =>
  `POST /v1/payouts HTTP/1.1\r\n${AUTH}Content-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const json = (body: string): string => post('application/json', body);
const form = (body: string): string => post('application/x-www-form-urlencoded', body);

const framing: readonly Row[] = [
  [
    'F01 CL.TE',
    `POST /v1/payouts HTTP/1.1\r\n${AUTH}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n`,
    '400 framing',
  ],
  [
    'F02 TE.CL',
    `POST /v1/payouts HTTP/1.1\r\n${AUTH}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n`,
    '400 framing',
  ],
  ['F04 list Content-Length', getWith('Content-Length: 5, 5'), '400 content_length'],
  ['F05 Content-Length +5', getWith('Content-Length: +5'), '400 content_length'],
  ['F07 Content-Length over 2^64', getWith('Content-Length: 18446744073709551617'), '400 content_length'],
  ['F08 TE value xchunked', getWith('Transfer-Encoding: xchunked'), '400 transfer_encoding'],
  ['F10 TE chunked, identity', getWith('Transfer-Encoding: chunked, identity'), '400 transfer_encoding'],
  ['F11 TE gzip, chunked', getWith('Transfer-Encoding: gzip, chunked'), '400 transfer_encoding'],
  ['F16 NUL in a header value', getWith('X-A: a\0b'), '400 header_value'],
  ['F25 OPTIONS', 'OPTIONS /v1/x HTTP/1.1\r\nHost: x\r\n\r\n', '405 method_not_allowed'],
  ['F26 1500 headers', `GET /v1/x HTTP/1.1\r\nHost: x\r\n${'a:\r\n'.repeat(1500)}\r\n`, '431 headers_too_many'],
  ['F34 Expect: 100-continue', getWith('Expect: 100-continue'), '417 header_expect'],
  ['F35 Expect: other', getWith('Expect: z'), '417 header_expect'],
];

const headers: readonly Row[] = [
  ['H01 Trailer header', getWith('Trailer: a'), '400 header_trailer'],
  ['H04 Upgrade: websocket', getWith('Connection: Upgrade\r\nUpgrade: websocket'), '400 header_upgrade'],
  ['H04 Connection: Upgrade without Upgrade', getWith('Connection: Upgrade'), '400 header_connection'],
  ['H04 two offers', getWith('Upgrade: h2c\r\nUpgrade: h2c'), '400 header_repeated'],
  ['H04 h2c among others', getWith('Connection: Upgrade\r\nUpgrade: h2c, websocket'), '400 header_upgrade'],
  [
    'H04 an offer that names another header',
    getWith('Connection: Upgrade, X-A\r\nUpgrade: h2c'),
    '400 header_connection',
  ],
  ['H04 Upgrade without Connection', getWith('Upgrade: websocket'), '400 header_upgrade'],
  ['H05 settings without an offer', getWith('HTTP2-Settings: AAMAAABkAAQAAP__'), '400 header_upgrade'],
  ['H07 X-HTTP-Method-Override', getWith('X-HTTP-Method-Override: DELETE'), '400 header_method_override'],
  ['H07 X-HTTP-Method', getWith('X-HTTP-Method: DELETE'), '400 header_method_override'],
  ['H08 X-Method-Override', getWith('X-Method-Override: DELETE'), '400 header_method_override'],
  ['H10 X-Rewrite-URL', getWith('X-Rewrite-URL: /v1/admin'), '400 header_target_override'],
  ['H10 X-Original-URL', getWith('X-Original-URL: /v1/admin'), '400 header_target_override'],
  ['H13 two Host headers', getWith('Host: y'), '400 header_repeated'],
  ['H14 no Host', 'GET /v1/x HTTP/1.1\r\nAccept: a\r\n\r\n', '400 host_missing'],
  ['H19 two Idempotency-Keys', getWith('Idempotency-Key: a\r\nidempotency-key: b'), '400 header_repeated'],
  ['H19 two Content-Types', getWith('Content-Type: a/b\r\nContent-Type: c/d'), '400 header_repeated'],
  ['H19 two Content-Lengths', getWith('Content-Length: 0\r\nContent-Length: 0'), '400 header_repeated'],
  ['H19 two Authorizations', getWith('Authorization: Bearer other'), '400 header_repeated'],
  ['H19 two X-Api-Keys', getWith('X-Api-Key: a\r\nX-Api-Key: b'), '400 header_repeated'],
  ['H19 two of a custom header', getWith('X-Tenant: a\r\nX-Tenant: b'), '400 header_repeated'],
  ['H22 latin-1 byte in a value', getWith('X-A: caf\xe9'), '400 header_value'],
  ['H25 Content-Encoding: gzip', getWith('Content-Encoding: gzip'), '415 content_encoding'],
  ['Connection strips Authorization', getWith('Connection: close, Authorization'), '400 header_connection'],
  ['Connection strips a judged header', getWith('Connection: idempotency-key'), '400 header_connection'],
  ['session id with a space', getWith('Interlock-Session: a b'), '400 session_form'],
];

const targets: readonly Row[] = [
  ['P01 leading //', get('//v1/payouts'), '400 path_empty_segment'],
  ['P02 inner //', get('/v1//payouts'), '400 path_empty_segment'],
  ['P02 trailing //', get('/v1/payouts//'), '400 path_empty_segment'],
  ['P04 /../', get('/v1/x/../payouts'), '400 path_dot_segment'],
  ['P04 /./', get('/v1/./payouts'), '400 path_dot_segment'],
  ['P04 last ..', get('/v1/x/..'), '400 path_dot_segment'],
  ['P05 %2e%2e', get('/v1/%2e%2e/payouts'), '400 path_dot_segment'],
  ['P05 .%2E', get('/v1/.%2E/payouts'), '400 path_dot_segment'],
  ['P05 full-width dots', get('/v1/%EF%BC%8E%EF%BC%8E/payouts'), '400 path_dot_segment'],
  ['P10 matrix parameter', get('/v1/payouts;a=1'), '400 path_character'],
  ['P10 escaped matrix parameter', get('/v1/payouts%3Ba=1'), '400 path_segment'],
  ['P11 backslash', get('/v1\\payouts'), '400 path_character'],
  ['P11 %5C', get('/v1%5Cpayouts'), '400 path_segment'],
  ['%2F within a segment', get('/v1/a%2fb'), '400 path_segment'],
  ['full-width slash', get('/v1/a%EF%BC%8Fb'), '400 path_segment'],
  ['P13 %00', get('/v1/payouts%00'), '400 path_segment'],
  ['%0d%0a', get('/v1/payouts%0d%0aX:1'), '400 path_segment'],
  ['C1 control', get('/v1/a%C2%85'), '400 path_segment'],
  ['zero-width space', get('/v1/a%E2%80%8B'), '400 path_segment'],
  ['P14 trailing %20', get('/v1/payouts%20'), '400 path_segment'],
  ['P16 double escape', get('/v1/%252e%252e/payouts'), '400 path_double_escape'],
  ['P16 double escape that only decoding shows', get('/v1/%25%32%65%25%32%65/payouts'), '400 path_double_escape'],
  ['P17 overlong %c0%af', get('/v1%c0%afpayouts'), '400 escape_invalid'],
  ['surrogate in UTF-8', get('/v1/%ED%A0%80'), '400 escape_invalid'],
  ['P19 fragment', get('/v1/payouts#/v1/ok'), '400 path_character'],
  ['fragment in the query', get('/v1/payouts?a=1#b'), '400 query_character'],
  ['P20 lone %', get('/v1/payouts%'), '400 escape_invalid'],
  ['lone % in the query', get('/v1/payouts?a=%zz'), '400 escape_invalid'],
  ['P22 absolute form', get('http://[::1/'), '400 target_form'],
  ['P23 //user@evil', get('//user@evil/v1/payouts'), '400 path_empty_segment'],
  ['asterisk form', get('*'), '400 target_form'],
  ['empty target', get(''), '400 target_form'],
  ['NFD twin of an id', get('/v1/cafe%CC%81'), '400 path_not_nfc'],
  ['raw non-ASCII', get('/v1/caf\xe9'), '400 path_character'],
  ['P25 duplicate query key', get('/v1/payouts?amount=1&amount=1000'), '400 field_duplicate'],
  ['scalar, then nested', get('/v1/payouts?amount=1&amount[]=2'), '400 field_conflict'],
  ['nested, then scalar', get('/v1/payouts?amount[x]=1&amount=2'), '400 field_conflict'],
  ['P28 second ? in the query', get('/v1/payouts?a=1?b=2'), '400 query_character'],
  ['P29 _method in the query', get('/v1/payouts?_method=DELETE'), '400 field_name'],
  ['P29 _METHOD, escaped', get('/v1/payouts?_%4DETHOD=DELETE'), '400 field_name'],
  ['P31 10 kB target', get(`/${'a'.repeat(10_000)}`), '414 target_too_long'],
  ['P32 escaped key twin', get('/v1/payouts?amount=1&amoun%74=9'), '400 field_duplicate'],
  ['key twin in another case', get('/v1/payouts?amount=1&Amount=9'), '400 field_duplicate'],
  ['key twin for PHP', get('/v1/payouts?unit_amount=1&unit.amount=9'), '400 field_duplicate'],
  ['key escaped twice', get('/v1/payouts?amoun%2574=9'), '400 field_name'],
  ['semicolon as a separator', get('/v1/payouts?a=1;amount=9'), '400 field_separator'],
  ['P34 CONNECT', 'CONNECT evil:443 HTTP/1.1\r\nHost: evil:443\r\n\r\n', '405 method_not_allowed'],
  ['P35 TRACE', 'TRACE /v1/x HTTP/1.1\r\nHost: x\r\n\r\n', '405 method_not_allowed'],
  ['P37 PROPFIND', 'PROPFIND /v1/x HTTP/1.1\r\nHost: x\r\n\r\n', '405 method_not_allowed'],
  ['method in small letters', 'get /v1/x HTTP/1.1\r\nHost: x\r\n\r\n', '405 method_not_allowed'],
  ['P38 authority-less target', get('v1/payouts'), '400 target_form'],
  ['P40 raw tab', get('/v1/pay\touts'), '400 path_character'],
];

const bodies: readonly Row[] = [
  ['B01 duplicate key', json('{"amount":1,"amount":100000}'), '400 json_duplicate_key'],
  ['B02 duplicate via escape', json('{"amount":1,"am\\u006funt":100000}'), '400 json_duplicate_key'],
  ['B02 duplicate deep inside', json('{"a":[{"b":{"c":1,"c":2}}]}'), '400 json_duplicate_key'],
  ['duplicate in another case', json('{"amount":1,"Amount":100000}'), '400 json_duplicate_key'],
  ['duplicate by the Kelvin sign', json('{"key":1,"\\u212Aey":2}'), '400 json_duplicate_key'],
  ['duplicate by an invisible character', json('{"amount":1,"amount\\u200b":2}'), '400 json_duplicate_key'],
  ['B04 __proto__ key', json('{"__proto__":{"amount":1}}'), '400 json_key'],
  ['B04 constructor key', json('{"a":{"constructor":1}}'), '400 json_key'],
  ['B04 prototype key, escaped', json('{"protot\\u0079pe":1}'), '400 json_key'],
  ['_method key', json('{"_method":"DELETE"}'), '400 json_key'],
  ['B05 1e400', json('{"amount":1e400}'), '400 json_number'],
  ['B05 1e-400', json('{"amount":1e-400}'), '400 json_number'],
  ['B07 2^53+1', json('{"amount":9007199254740993}'), '400 json_number'],
  ['B07 2^53', json('{"amount":-9007199254740992}'), '400 json_number'],
  ['B08 negative zero', json('{"amount":-0}'), '400 json_number'],
  ['B08 negative zero with decimals', json('{"amount":-0.0}'), '400 json_number'],
  ['B10 UTF-8 BOM', json('\xef\xbb\xbf{"amount":1}'), '400 json_bom'],
  ['B11 UTF-16', post('application/json; charset=utf-16', '{\0"\0a\0"\0:\x001\0}\0'), '415 media_type'],
  ['B13 invalid UTF-8', json('{"am\xffount":1}'), '400 json_not_utf8'],
  ['B14 lone surrogate', json('{"a":"\\ud800"}'), '400 json_surrogate'],
  ['B14 lone surrogate in a key', json('{"\\udc00":1}'), '400 json_key'],
  ['B16 comment', json('{/*x*/"amount":1}'), '400 json_invalid'],
  ['B17 NaN', json('{"amount":NaN}'), '400 json_invalid'],
  ['B19 NUL in a key', json('{"amount\\u0000":1}'), '400 json_key'],
  ['B19 NUL in a string', json('{"amount":"1\\u0000"}'), '400 json_nul'],
  ['B20 JSON as text/plain', post('text/plain', '{"amount":1}'), '415 media_type'],
  ['multipart', post('multipart/form-data; boundary=x', '--x--'), '415 media_type'],
  ['no media type', `POST /v1/x HTTP/1.1\r\n${AUTH}Content-Length: 2\r\n\r\n{}`, '415 media_type'],
  ['two charsets', post('application/json; charset=utf-8; charset=utf-16', '{}'), '415 media_type'],
  ['B22 JSON labelled as form', form('{"amount":1}'), '400 form_is_json'],
  ['B23 duplicate form key', form('amount=1&amount=1000'), '400 field_duplicate'],
  ['B26 _method in a form', form('_method=DELETE'), '400 field_name'],
  ['_method nested in a form', form('a[_Method]=DELETE'), '400 field_name'],
  ['__proto__ in a form', form('__proto__[amount]=1'), '400 field_name'],
  ['__proto__ nested in a form', form('a[__proto__][amount]=1'), '400 field_name'],
  ['form escape that is not UTF-8', form('a=%ff'), '400 escape_invalid'],
  ['form bytes that are not UTF-8', form('a=\xff'), '400 form_not_utf8'],
  ['form with a NUL', form('a=1%00'), '400 field_nul'],
  ['form list beside positions', form('a[]=1&a[0]=2'), '400 field_conflict'],
  ['form position gap', form('a[0]=1&a[2]=2'), '400 field_conflict'],
  ['form positions from 1', form('a[1]=1'), '400 field_conflict'],
  ['form position twice', form('a[0]=1&a[0]=2'), '400 field_conflict'],
  ['form list of objects without positions', form('a[][b]=1&a[][c]=2'), '400 field_conflict'],
  ['form name and position', form('a[0]=1&a[b]=2'), '400 field_conflict'],
  ['form bracket left open', form('a[b=1'), '400 field_brackets'],
  ['form text behind a bracket', form('a[b]c=1'), '400 field_brackets'],
  ['form bracket without a base', form('x=1&[a]=1'), '400 field_brackets'],
  ['form without a name', form('=1'), '400 field_unnamed'],
  ['form key with a space before it', form('+amount=1'), '400 field_name'],
  ['B28 JSON patch', post('application/json-patch+json', '[{"op":"replace"}]'), '415 media_type'],
  ['B29 batch', json('[{"jsonrpc":"2.0","id":1},{"jsonrpc":"2.0","id":2}]'), '400 json_list'],
  ['scalar body', json('"amount"'), '400 json_not_object'],
  [
    'B31 20 000 keys',
    json(`{${Array.from({ length: 20_000 }, (_, i) => `"k${i}":1`).join(',')}}`),
    '400 json_too_large',
  ],
  ['10 001 form fields', form(Array.from({ length: 10_001 }, (_, i) => `k${i}=1`).join('&')), '400 field_count'],
  ['form nine deep', form(`a${'[b]'.repeat(9)}=1`), '400 field_depth'],
  ['100 000 open brackets', json('['.repeat(100_000)), '400 json_too_deep'],
  ['B32 NFC and NFD twins', json('{"\xc3\xa9":1,"e\xcc\x81":2}'), '400 json_duplicate_key'],
  ['B34 body over the cap', json(`"${'a'.repeat(BODY_MAX_BYTES)}"`), '413 body_too_large'],
  ['B35 many digits', json('{"amount":0.1000000000000000055}'), '400 json_number'],
  ['GET with a body', `GET /v1/x HTTP/1.1\r\n${AUTH}Content-Type: application/json\r\n\r\n{}`, '400 body_unexpected'],
];

describe.each([
  ['framing', framing],
  ['headers', headers],
  ['target and method', targets],
  ['body', bodies],
])('attacks on %s', (_, rows) => {
  test.each(rows)('%s is refused', (_name, raw, expected) => {
    const result = readRequest(raw);
    expect(outcome(result)).toBe(expected);
    // oxlint-disable-next-line no-control-regex
    if (!result.ok) expect(result.failure.detail).toMatch(/^[^\u0000-\u001f\u007f]{10,250}\.$/);
  });
});
