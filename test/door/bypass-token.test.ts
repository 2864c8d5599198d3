import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAnswers } from './fuzz/answers.ts';
import { KEY, rig, type Rig } from './open-door.ts';
import { exchange } from './raw-client.ts';
import { valuesOf } from './raw-request.ts';
import { rawUpstream, type RawUpstream } from './raw-upstream.ts';

// L14: a grant's token where it does not belong is refused, and stands in clear nowhere.

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const ROUTES = `
read: { match: "GET /v1/reads/{id}", upstream: api, effect: read }
write: { match: "POST /v1/writes/{id}", upstream: api, effect: write }
`;

let upstream: RawUpstream;
let door: Rig;
beforeAll(async () => {
  upstream = await rawUpstream((_, wire) => wire.send(OK));
  door = await rig(upstream.origin, { routes: ROUTES, allow: '[read, write]' });
});
afterAll(async () => {
  await door.close();
  await upstream.close();
});

const AUTH = 'Host: x\r\nAuthorization: Bearer ‹token›\r\n';
const get = (target: string, more = ''): string => `GET ${target} HTTP/1.1\r\n${AUTH}${more}\r\n`;
const post = (target: string, type: string, body: string): string =>
  `POST ${target} HTTP/1.1\r\n${AUTH}Content-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n‹chunk:${body}›0\r\n\r\n`;
const json = (body: string): string => post('/v1/writes/w_1', 'application/json', body);
const form = (body: string): string => post('/v1/writes/w_1', 'application/x-www-form-urlencoded', body);

/** The token written in escapes: `%69…`, or `\u0069…`. */
const escaped = (token: string, prefix: string): string =>
  token.replaceAll(/./g, (letter) => prefix + letter.charCodeAt(0).toString(16));

test.each([
  ['in the query', 400, get('/v1/reads/r_1?token=‹token›')],
  ['in the query, as a name', 400, get('/v1/reads/r_1?‹token›')],
  ['in the query, escaped', 400, get('/v1/reads/r_1?token=‹percent›')],
  ['in the query, without a header', 401, 'GET /v1/reads/r_1?access_token=‹token› HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['in the path', 400, get('/v1/reads/‹token›')],
  ['in the path, escaped', 400, get('/v1/reads/‹percent›')],
  ['in the path, without a header', 401, 'GET /v1/reads/‹token› HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['in the path, escaped, without a header', 401, 'GET /v1/reads/‹percent› HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['in a path that is refused for another reason', 400, get('/v1//reads/‹token›')],
  ['across the place where a refused path is cut', 400, get(`/v1//${'a'.repeat(230)}‹token›`)],
  ['in a fragment', 400, get('/v1/reads/r_1#‹token›')],
  ['as user information', 400, get('http://‹token›@x/v1/reads/r_1')],
  ['in a JSON body', 400, json('{"note":"‹token›"}')],
  ['in a JSON body, as a name', 400, json('{"‹token›":1}')],
  ['in a JSON body, escaped', 400, json('{"note":"‹unicode›"}')],
  ['in a form', 400, form('a=1&token=‹token›')],
  ['in a form, escaped', 400, form('a=1&token=‹percent›')],
  ['in a body of a type that is refused', 400, post('/v1/writes/w_1', 'text/plain', '‹token›')],
  ['in a body for a route that is denied', 400, post('/v1/else', 'application/json', '{"note":"‹token›"}')],
  ['in a header of another name', 400, get('/v1/reads/r_1', 'X-Token: ‹token›\r\n')],
  ['within a header of another name', 400, get('/v1/reads/r_1', 'User-Agent: sdk (‹token›)\r\n')],
  ['as the session', 400, get('/v1/reads/r_1', 'Interlock-Session: ‹token›\r\n')],
  ['in a note', 400, post('/.interlock/notes', 'application/json', '{"text":"I was given ‹token›"}')],
  ['in the reason of a freeze', 400, post('/.interlock/freeze', 'application/json', '{"reason":"‹token›"}')],
  ['in an expectation', 417, get('/v1/reads/r_1?‹token›', 'Expect: ‹token›\r\n')],
  ['behind a method that is refused', 405, 'TRACE /v1/reads/‹token› HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['in a header that breaks the request', 400, get('/v1/reads/r_1', 'X-A: ‹token›\0\r\n')],
  ['in a cookie, which goes no further', 200, get('/v1/reads/r_1', 'Cookie: session=‹token›\r\n')],
])('a token %s', async (_, status, raw) => {
  const { token } = door;
  const before = upstream.requests.length;
  const text = raw
    .replaceAll('‹token›', token)
    .replaceAll('‹percent›', escaped(token, '%'))
    .replaceAll('‹unicode›', escaped(token, '\\u00'))
    .replace(/‹chunk:(.*)›/, (__, body: string) => `${body.length.toString(16)}\r\n${body}\r\n`);
  const { answers } = readAnswers((await exchange(door.url, [text], 'patient')).text);
  expect(answers.map((answer) => answer.status)).toEqual([status]);

  // What was told, what was sent, and every byte of the data directory.
  await door.records();
  const files = readdirSync(door.dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const texts = [
    ...files.map(({ parentPath, name }) => readFileSync(path.join(parentPath, name), 'latin1')),
    ...answers.map(({ body }) => body),
    ...upstream.requests.map((request) => request.raw.toString('latin1')),
  ];
  for (const secret of [token, token.slice(10), escaped(token, '%'), escaped(token, '\\u00')]) {
    for (const one of texts) expect(one.includes(secret)).toBe(false);
  }
  expect(upstream.requests.length - before).toBe(status === 200 ? 1 : 0);
});

test('a name that only begins like a token is no token', async () => {
  const { text } = await exchange(
    door.url,
    [get('/v1/reads/interlock_report?x=interlock_').replaceAll('‹token›', door.token)],
    'patient',
  );
  expect(readAnswers(text).answers.map(({ status }) => status)).toEqual([200]);
});

test('the header of an upstream’s own key is where its SDK puts the grant, and nothing an agent sends in it passes', async () => {
  const other = await rig(upstream.origin, { routes: ROUTES, allow: '[read, write]', keyHeader: 'x-vendor-secret' });
  const ask = async (more: string): Promise<number[]> => {
    const raw = `GET /v1/reads/r_1 HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
    return readAnswers((await exchange(other.url, [raw], 'patient')).text).answers.map(({ status }) => status);
  };
  expect(await ask(`X-Vendor-Secret: ${other.token}\r\n`)).toEqual([200]);
  expect(await ask(`Authorization: Bearer ${other.token}\r\nX-Vendor-Secret: sk_of_the_agent\r\n`)).toEqual([200]);
  expect(await ask(`Authorization: Bearer ${other.token}\r\nX_Vendor_Secret: sk_of_the_agent\r\n`)).toEqual([200]);
  for (const request of upstream.requests.slice(-3)) {
    expect(valuesOf(request, 'x-vendor-secret')).toEqual([KEY]);
    expect(request.raw.toString()).not.toContain('sk_of_the_agent');
  }
  expect(JSON.stringify(await other.records())).not.toContain('sk_of_the_agent');
  await other.close();
});
