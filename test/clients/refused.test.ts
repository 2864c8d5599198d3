import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { drive as driveApi } from '@googleapis/drive';
import { Octokit } from '@octokit/rest';
import { WebSocket } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readJournal } from '../../src/journal/index.ts';
import { loadPolicy } from '../../src/policy/index.ts';
import { serve, site, token, type Served, type Site } from '../cli/served.ts';
import { json } from './answers.ts';
import { policyFor } from './policy.ts';
import { printed } from './program.ts';
import { standIn, type StandIn } from './stand-in.ts';

const PAGE = readFileSync(path.join(import.meta.dirname, '../../docs/clients.md'), 'utf8');

let business: StandIn;
let place: Site;
let door: Served;
let grant: string;
let url: string;
beforeAll(async () => {
  business = await standIn(() => json({ fine: true }));
  const client = { name: 'any', respond: () => '', run: async () => ({}) };
  place = site(policyFor([{ client, id: 'shop', origin: business.origin }]));
  [door, grant] = [await serve(place), await token(place, 'tester')];
  url = door.upstreams.shop as string;
});
afterAll(async () => {
  await door.end('SIGTERM');
  await business.close();
});

const bearer = (): Record<string, string> => ({ authorization: `Bearer ${grant}` });
const typed = (): Record<string, string> => ({ ...bearer(), 'content-type': 'application/json' });
const curl = (...args: readonly string[]): Promise<string> => printed('curl', ['-sS', ...args]);

/** What is sent, by what the page says of it. An error of the client's own is how it takes the refusal. */
const REFUSED: readonly (readonly [told: string, what: string, send: () => Promise<unknown>])[] = [
  [
    '401 grant_unknown',
    'SigV4',
    () => curl('--aws-sigv4', 'aws:amz:us-east-1:s3', '-u', `${grant}:secret`, `${url}/bucket/a`),
  ],
  [
    '401 grant_missing',
    'a key in the query',
    () => driveApi({ version: 'v3', auth: grant, retry: false }).files.list({}, { rootUrl: `${url}/` }),
  ],
  [
    '400 path_segment',
    'a slash in a segment',
    () =>
      new Octokit({ auth: grant, baseUrl: url }).rest.repos.getContent({
        owner: 'acme',
        repo: 'shop',
        path: 'src/a.ts',
      }),
  ],
  ['400 path_empty_segment', 'a base URL with a slash', () => fetch(`${url}//v1/orders`, { headers: bearer() })],
  ['400 field_duplicate', 'a name twice', () => fetch(`${url}/v1/a?tag=a&tag=b`, { headers: bearer() })],
  ['400 query_character', 'a second question mark', () => fetch(`${url}/v1/a?next=/a?b=1`, { headers: bearer() })],
  [
    '415 media_type',
    'a text without a type',
    () => fetch(`${url}/v1/a`, { method: 'DELETE', headers: bearer(), body: '{"a":1}' }),
  ],
  [
    '415 media_type',
    'an upload where none is taken',
    () => curl('-X', 'DELETE', '-F', 'a=b', '-H', `Authorization: Bearer ${grant}`, `${url}/v1/a`),
  ],
  [
    '415 content_encoding',
    'a compressed body',
    () =>
      fetch(`${url}/v1/a`, {
        method: 'POST',
        headers: { ...typed(), 'content-encoding': 'gzip' },
        body: gzipSync('{}'),
      }),
  ],
  [
    '400 body_unexpected',
    'a body of a GET',
    () => curl('-X', 'GET', '--json', '{}', '-H', `Authorization: Bearer ${grant}`, `${url}/v1/a`),
  ],
  [
    '400 json_number',
    'a 64-bit id',
    () => fetch(`${url}/v1/a`, { method: 'POST', headers: typed(), body: '{"id":175928847299117063}' }),
  ],
  [
    '400 json_too_large',
    'many elements',
    () =>
      fetch(`${url}/v1/a`, { method: 'POST', headers: typed(), body: JSON.stringify({ a: Array(10_001).fill(1) }) }),
  ],
  [
    '400 header_value',
    'a header in UTF-8',
    () => curl('-H', 'X-Name: größe', '-H', `Authorization: Bearer ${grant}`, `${url}/v1/a`),
  ],
  ['505 http_version', 'HTTP/1.0', () => curl('--http1.0', '-H', `Authorization: Bearer ${grant}`, `${url}/v1/a`)],
  [
    '400 header_upgrade',
    'a WebSocket',
    () => opened(new WebSocket(url.replace('http:', 'ws:') + '/v1/a', { headers: bearer() })),
  ],
  ['405 method_not_allowed', 'OPTIONS', () => fetch(`${url}/v1/a`, { method: 'OPTIONS', headers: bearer() })],
];

test.each(REFUSED)('%s: %s', async (told, _, send) => {
  const before = refusals().length;
  await send().catch(() => undefined);
  // A record is written at the end of its batch.
  while (refusals().length === before) await new Promise((resolve) => setTimeout(resolve, 10));
  const [refusal, ...others] = refusals().slice(before);
  expect(others).toEqual([]);
  expect(`${refusal?.status} ${refusal?.reason}`).toBe(told);
  expect(business.taken()).toEqual([]);
});

test('the page tells of each, and of no other', () => {
  const section = PAGE.slice(PAGE.indexOf('## What stays refused'));
  const sorted = (all: readonly string[]): string[] => all.toSorted((a, b) => a.localeCompare(b));
  const onPage = [...section.matchAll(/\| `(\d{3} \w+)` \|/g)].map((match) => match[1] as string);
  expect(sorted(onPage)).toEqual(sorted(REFUSED.map(([told]) => told)));
});

test('the policy on the page is one', () => {
  const block = /```yaml\n([^]*?)```/.exec(PAGE)?.[1] ?? '';
  const shop = 'upstreams: { shop: { url: "https://shop.example", credential: { env: KEY, as: bearer } } }';
  expect(loadPolicy(`version: 1\n${shop}\n${block}`, 'page.yaml')).toMatchObject({ ok: true, value: { warnings: [] } });
});

function refusals() {
  return [...readJournal(place.data, { tail: 'live' })].filter((record) => record.kind === 'refusal');
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error('the WebSocket was refused')));
  });
}
