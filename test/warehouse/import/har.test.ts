import { expect, test } from 'vitest';
import { har, entry, refund, type Entry } from './hars.ts';
import { readHar } from '../../../src/warehouse/import/har.ts';
import type { Reading } from '../../../src/warehouse/import/recording.ts';

function readings(entries: readonly unknown[], session?: string): readonly Reading[] {
  const read = readHar(har(entries), session);
  if (!read.ok) throw new Error(read.failure);
  return read.value;
}

function exchange(one: Entry) {
  const [reading] = readings([one]);
  if (reading?.kind !== 'exchange') throw new Error(JSON.stringify(reading));
  return reading.exchange;
}

function without(one: Entry, ...path: string[]): Entry {
  const copy = structuredClone(one);
  const last = path.at(-1) as string;
  let at: Record<string, unknown> = copy;
  for (const step of path.slice(0, -1)) at = at[step] as Record<string, unknown>;
  Reflect.deleteProperty(at, last);
  return copy;
}

const OTHER_HOST = { headers: [{ name: 'Host', value: 'evil.example' }] };
const PSEUDO = { headers: [{ name: ':method', value: 'DELETE' }] };
const PSEUDO_PATH = { headers: [{ name: ':path', value: '/v2/orders/W2' }] };

const UNUSABLE: readonly (readonly [why: string, entry: unknown, said: RegExp])[] = [
  ['an entry that is a number', 7, /not an object/],
  ['no time', without(entry(0, {}), 'startedDateTime'), /startedDateTime/],
  ['a time that is a number', entry(0, {}, { startedDateTime: 1_700_000_000 }), /startedDateTime/],
  ['a time in words', entry(0, {}, { startedDateTime: 'March 1, 2026' }), /startedDateTime/],
  ['no request', { ...entry(0, {}), request: undefined }, /no method or no url/],
  ['no url', without(entry(0, {}), 'request', 'url'), /no method or no url/],
  ['a url of no web', entry(0, { url: 'data:text/plain,hello' }), /http or https/],
  ['credentials in the url', entry(0, { url: 'https://me:secret@api.shop.example/v2/orders/W1' }), /credentials/],
  ['headers that are an object', entry(0, { headers: { host: 'x' } }), /request headers/],
  ['a header without a value', entry(0, { headers: [{ name: 'accept' }] }), /request headers/],
  ['a Host header of another host', entry(0, OTHER_HOST), /`host`.*disagree/],
  ['an HTTP/2 :method that is another', entry(0, PSEUDO), /`:method`.*disagree/],
  ['an HTTP/2 :path that is another', entry(0, PSEUDO_PATH), /`:path`.*disagree/],
  ['a body that was left out', entry(0, { method: 'POST', bodySize: 12 }), /12 bytes was not recorded/],
  [
    'a body that was cut',
    entry(0, { method: 'POST', bodySize: 500, postData: { mimeType: 'application/json', text: '{"a":1}' } }),
    /cut: 7 of 500/,
  ],
  [
    'a body that claims to be base64',
    entry(0, { method: 'POST', postData: { mimeType: 'application/json', text: '{"a":1}', encoding: 'base64' } }),
    /base64 and is not/,
  ],
  [
    'a multipart form of which only names are kept',
    entry(0, { method: 'POST', postData: { mimeType: 'multipart/form-data', params: [{ name: 'f', fileName: 'x' }] } }),
    /no form/,
  ],
  [
    'a form whose parameters have no values',
    entry(0, { method: 'POST', postData: { mimeType: 'application/x-www-form-urlencoded', params: [{ name: 'f' }] } }),
    /form parameters/,
  ],
  ['a page without a name', entry(0, {}, { pageref: '' }), /pageref/],
];

test.each(UNUSABLE)('%s is listed, with its place and why', (_, one, said) => {
  expect(readings([entry(5, {}), one])[0]).toEqual({
    kind: 'unusable',
    place: 'entry 2',
    reason: expect.stringMatching(/^(malformed|incomplete)$/) as string,
    why: expect.stringMatching(said) as string,
  });
});

test.each([
  ['no JSON', '{"log":', /not JSON/],
  ['no log', '{"entries":[]}', /no `log`/],
  ['entries that are no list', '{"log":{"version":"1.2","entries":{}}}', /not a list/],
  ['another version', '{"log":{"version":"2.0","entries":[]}}', /HAR 2\.0/],
  ['a list', '[]', /no `log`/],
])('a file with %s is no HAR', (_, text, said) => {
  expect(readHar(text, undefined)).toEqual({ ok: false, failure: expect.stringMatching(said) as string });
});

test('a byte order mark in front is no part of the file', () => {
  expect(readHar(`\ufeff${har([entry(0, {})])}`, undefined)).toMatchObject({ ok: true });
});

test('an entry that is there twice, to the last character, is one call; one that differs in its time is another', () => {
  const again = { ...refund(0, 'W1', 500), time: 40.5 };
  const read = readings([refund(0, 'W1', 500), refund(0, 'W1', 500), again]);
  expect(read.map(({ kind }) => kind)).toEqual(['unusable', 'exchange', 'exchange']);
  expect(read[0]).toMatchObject({ place: 'entry 2', why: expect.stringContaining('entry 1 once more') as string });
});

test('entries come in the order of their times, those of one instant as they stand', () => {
  const read = readings([entry(3, {}), entry(1, {}), entry(3, { url: 'https://api.shop.example/v2/orders/W2' })]);
  expect(read.map((one) => one.kind === 'exchange' && one.exchange.place)).toEqual(['entry 2', 'entry 1', 'entry 3']);
});

test('HTTP/2 pseudo headers that agree go, and the host stays the url’s', () => {
  const headers = [
    { name: ':method', value: 'GET' },
    { name: ':authority', value: 'API.shop.example' },
    { name: ':scheme', value: 'https' },
    { name: ':path', value: '/v2/orders/W1' },
    { name: 'Accept', value: 'application/json' },
  ];
  expect(exchange(entry(0, { httpVersion: 'h2', headers })).request.headers).toEqual([
    'host',
    'api.shop.example',
    'accept',
    'application/json',
  ]);
});

test('a fragment is never sent, so it is no part of the address', () => {
  const { request } = exchange(entry(0, { url: 'https://api.shop.example/v2/orders/W1?a=1#top' }));
  expect(request.address).toBe('https://api.shop.example/v2/orders/W1?a=1');
});

test('a base64 body is the bytes it stands for, and an answer in base64 its text', () => {
  const postData = {
    mimeType: 'application/json',
    text: Buffer.from('{"ü":1}').toString('base64'),
    encoding: 'base64',
  };
  const content = { mimeType: 'application/json', text: Buffer.from('{"é":2}').toString('base64'), encoding: 'base64' };
  const { request, answer } = exchange(
    entry(0, { method: 'POST', postData }, { response: { status: 201, headers: [], content } }),
  );
  expect(request.body.toString()).toBe('{"ü":1}');
  expect(answer).toMatchObject({ status: 201, text: '{"é":2}', whole: true });
});

test('form parameters become the bytes of a form', () => {
  const params = [
    { name: 'a b', value: '1&2' },
    { name: 'metadata[k]', value: 'ü' },
  ];
  const { request } = exchange(
    entry(0, { method: 'POST', postData: { mimeType: 'application/x-www-form-urlencoded', params } }),
  );
  expect(request.body.toString()).toBe('a+b=1%262&metadata%5Bk%5D=%C3%BC');
  expect(request.headers).toEqual(['host', 'api.shop.example', 'content-type', 'application/x-www-form-urlencoded']);
});

test.each([
  ['no response', undefined],
  ['a response with status 0', { status: 0, headers: [], content: {} }],
  ['a status in words', { status: 'ok' }],
])('%s leaves the outcome unknown', (_, response) => {
  expect(exchange(entry(0, {}, { response })).answer).toMatchObject({ status: null, text: null });
});

test('a page is a session; an entry of no page belongs to the file; --session makes everything one', () => {
  const entries = [entry(0, {}), entry(1, {}, { pageref: 'page_2' }), without(entry(2, {}), 'pageref')];
  const sessions = (session?: string) =>
    readings(entries, session).map((one) => one.kind === 'exchange' && one.exchange.session);
  expect(sessions()).toEqual(['page_1', 'page_2', 'har']);
  expect(sessions('night')).toEqual(['night', 'night', 'night']);
});
