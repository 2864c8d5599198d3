import { AUTH } from '../bypass-rows.ts';

/** Routes for every request of {@link CORPUS}, so that only the door's reading stands between a mutation and the upstream. */
export const ROUTES = `
get_list: { match: "GET /v1/{things}", upstream: api, effect: read }
get_one: { match: "GET /v1/{things}/{id}", upstream: api, effect: read }
get_deep: { match: "GET /v1/{things}/{id}/{parts}/{part}", upstream: api, effect: read }
get_folder: { match: "GET /v1/{things}/", upstream: api, effect: read }
head_one: { match: "HEAD /v1/{things}/{id}", upstream: api, effect: read }
pay: { match: POST /v1/payouts, upstream: api, effect: money, subject: "charge:{body.charge}", amount: { minor: body.amount, currency: USD } }
post_one: { match: "POST /v1/{things}/{id}", upstream: api, effect: write }
put_one: { match: "PUT /v1/{things}/{id}", upstream: api, effect: write }
patch_one: { match: "PATCH /v1/{things}/{id}", upstream: api, effect: write }
delete_one: { match: "DELETE /v1/{things}/{id}", upstream: api, effect: destructive }
upload: { match: "POST /v1/{things}/{id}/files", upstream: api, effect: write, body: { opaque: [application/octet-stream, multipart/form-data], max: 1MiB } }
bulk: { match: "POST /v1/{things}/{id}/batch", upstream: api, effect: write, body: { json: ["application/vnd.api+json"], lists: true } }
smuggled: { match: POST /v1/smuggled, upstream: api, effect: write }
`;

/** The names of all of {@link ROUTES}. */
export const ALLOW = `[${[...ROUTES.matchAll(/^(\w+):/gm)].map((match) => match[1]).join(', ')}]`;

const HEAD = `Host: x\r\n${AUTH}`;
const get = (target: string, more = ''): string => `GET ${target} HTTP/1.1\r\n${HEAD}${more}\r\n`;
const send = (method: string, target: string, type: string, body: string, more = ''): string =>
  `${method} ${target} HTTP/1.1\r\n${HEAD}Content-Type: ${type}\r\n${more}Content-Length: ${Buffer.byteLength(body, 'latin1')}\r\n\r\n${body}`;
const chunked = (method: string, target: string, type: string, ...chunks: readonly string[]): string =>
  `${method} ${target} HTTP/1.1\r\n${HEAD}Content-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n` +
  `${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`;

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/**
 * Well-formed requests of many kinds, as clients send them, for mutation. Texts are latin-1: one character is one byte.
 * Each by itself is sent on (`test/door/fuzz/fuzz.test.ts` holds it to that), so that a mutation starts from what passes.
 */
export const CORPUS: readonly string[] = [
  get('/v1/payouts'),
  get('/v1/payouts/po_1?expand[]=data.charge&limit=10&created[gte]=1700000000'),
  get('/v1/customers/cus%20a%C3%A9/cards/card_1', 'Accept: application/json\r\nUser-Agent: sdk/1.0 (x; y)\r\n'),
  get('/v1/payouts/', 'If-None-Match: "abc"\r\nAccept-Encoding: gzip\r\nConnection: keep-alive\r\n'),
  get('/v1/search/all?query=status%3A%27paid%27+AND+total%3E5', 'Cookie: a=b\r\nX-Forwarded-For: 10.0.0.1\r\n'),
  `HEAD /v1/payouts/po_1 HTTP/1.1\r\n${HEAD}\r\n`,
  `DELETE /v1/payouts/po_1 HTTP/1.1\r\n${HEAD}\r\n`,
  send('DELETE', '/v1/payouts/po_1', JSON_TYPE, '{"reason":"duplicate"}'),
  send('POST', '/v1/payouts', JSON_TYPE, '{"charge":"ch_1","amount":1500}', 'Idempotency-Key: k-1\r\n'),
  send('POST', '/v1/payouts', `${JSON_TYPE}; charset=utf-8`, '{"charge":"ch_2","amount":25,"metadata":{"a":[1,2]}}'),
  send('POST', '/v1/payouts', FORM_TYPE, 'charge=ch_3&amount=900&metadata[order]=6735&expand[]=charge'),
  send('POST', '/v1/payouts', FORM_TYPE, 'charge=ch%5F4&amount=90&items[0][price]=p_1&items[1][price]=p_2'),
  send('PUT', '/v1/contacts/c_1', JSON_TYPE, '{"email":"a@example.com","name":"Zo\xc3\xab"}', 'If-Match: "v1"\r\n'),
  send('PATCH', '/v1/contacts/c_1', JSON_TYPE, '{"tags":["a","b"],"vip":false,"note":null,"ratio":0.25}'),
  `POST /v1/payouts/po_1 HTTP/1.1\r\n${HEAD}Content-Length: 0\r\n\r\n`,
  chunked('POST', '/v1/payouts', JSON_TYPE, '{"charge":"ch_5",', '"amount":700}'),
  chunked('POST', '/v1/payouts', FORM_TYPE, 'charge=ch_6&', 'amount=42'),
  chunked('DELETE', '/v1/payouts/po_9', JSON_TYPE, '{}'),
  send('POST', '/v1/payouts', JSON_TYPE, '{"charge":"ch_7","amount":3}', 'Expect: 100-continue\r\n'),
  send(
    'POST',
    '/v1/contacts/c_1/files',
    'application/octet-stream',
    '\0\x01\xff{"amount":1}\r\n0\r\n\r\nPOST /v1/smuggled',
  ),
  send(
    'POST',
    '/v1/contacts/c_1/files',
    'multipart/form-data; boundary=b',
    '--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--',
  ),
  chunked('POST', '/v1/contacts/c_1/files', 'application/octet-stream', 'GIF89a\xff\xfe', '\0\0'),
  send('POST', '/v1/contacts/c_1/batch', 'application/vnd.api+json', '[{"a":1},{"a":2}]'),
  `GET /v1/x HTTP/1.1\r\nHost: x\r\nX-Api-Key: ‹token›\r\nX-Request-Id: 7\r\n\r\n`,
];
