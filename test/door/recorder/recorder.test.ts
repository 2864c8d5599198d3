import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { openRecorder } from '../../../src/door/recorder/open.ts';
import { previousRecording } from '../../../src/door/recorder/previous.ts';
import { machine } from '../../../src/door/machine.ts';
import { disk } from '../../../src/journal/disk.ts';
import { valuesOf } from '../raw-request.ts';
import { answer, rawUpstream, type RawUpstream, type Script } from '../raw-upstream.ts';
import { failingDisk } from './failing-disk.ts';
import { answersIn, callsIn, filesIn, linesIn, recorder, refusedIn } from './recorders.ts';

const KEY = 'sk_live_the_agents_own';
const JSON_TYPE = { 'Content-Type': 'application/json' };
const OK: Script = (_, wire) => wire.send(answer(200, JSON_TYPE, '{"ok":true}'));

let upstream: RawUpstream;
afterEach(() => upstream.close());

const refund = (url: string, more: RequestInit = {}): Promise<Response> =>
  fetch(`${url}/api/v1/refunds?expand=charge`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', 'interlock-session': 'run-7' },
    body: '{"charge":"ch_1","amount":500}',
    ...more,
  });

test('a request reaches the upstream byte for byte with the agent’s own credential, and its answer comes back as it was', async () => {
  const body = JSON.stringify({ id: 're_1', text: 'Grüße 🎈' });
  const head = answer(201, { ...JSON_TYPE, 'Set-Cookie': 'sid=1', ETag: '"7"', 'X-Odd': 'a  b' }, '');
  upstream = await rawUpstream(async (_, wire) => {
    await wire.send(head.replace('Content-Length: 0', `Content-Length: ${Buffer.byteLength(body)}`));
    await wire.send(Buffer.from(body));
  });
  const { url, dir } = await recorder(upstream.origin);
  const response = await refund(url);
  expect([response.status, await response.text()]).toEqual([201, body]);
  expect(response.headers.get('etag')).toBe('"7"');
  expect(response.headers.getSetCookie()).toEqual(['sid=1']);
  const [sent] = upstream.requests;
  expect([sent?.method, sent?.target]).toEqual(['POST', '/v1/refunds?expand=charge']);
  expect(sent?.body.toString()).toBe('{"charge":"ch_1","amount":500}');
  expect(valuesOf(sent!, 'authorization')).toEqual([`Bearer ${KEY}`]);
  expect(valuesOf(sent!, 'interlock-session')).toEqual([]);

  const [call] = callsIn(dir);
  expect(call).toMatchObject({
    trace_id: 'run-7',
    http: {
      method: 'POST',
      path: `${upstream.origin.origin}/v1/refunds?expand=charge`,
      body: '{"charge":"ch_1","amount":500}',
    },
  });
  expect(answersIn(dir)).toMatchObject([{ answer_to: call?.id, status: 201, text: body, whole: true, failure: null }]);
  for (const file of filesIn(dir)) expect(fs.readFileSync(file, 'utf8')).not.toContain(KEY);
});

test('a write is on the disk before the upstream sees it', async () => {
  let seen: readonly string[] = [];
  let dir = '';
  upstream = await rawUpstream((request, wire) => {
    seen = callsIn(dir).map(({ http: { body = '' } }) => body);
    return OK(request, wire);
  });
  const rig = await recorder(upstream.origin);
  ({ dir } = rig);
  await (await refund(rig.url)).text();
  expect(seen).toEqual(['{"charge":"ch_1","amount":500}']);
});

test('nobody has an answer’s end before its line is on the disk: bodies of known length, chunked, and none at all', async () => {
  const scripts: Record<string, string> = {
    '/known': answer(200, JSON_TYPE, '{"a":1}'),
    '/chunked': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
    '/none': answer(204),
    '/empty': answer(200),
  };
  upstream = await rawUpstream(({ target }, wire) => wire.send(scripts[target] ?? answer(404)));
  const slow = failingDisk({ syncMs: 60 });
  const { url, dir } = await recorder(upstream.origin, { machine: { ...machine, disk: slow.disk } });
  for (const path of Object.keys(scripts)) {
    const before = slow.synced();
    await (await fetch(`${url}/api${path}`)).text();
    expect(slow.synced()).toBeGreaterThan(before);
    expect(answersIn(dir).length).toBe(callsIn(dir).length);
  }
});

test('a stream passes in lock-step: each event is there before the next is sent', async () => {
  const seen: string[] = [];
  let told: () => void = () => undefined;
  upstream = await rawUpstream(async (_, wire) => {
    await wire.send('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n');
    for (const event of ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']) {
      const heard = new Promise<void>((resolve) => (told = resolve));
      await wire.send(`${event.length.toString(16)}\r\n${event}\r\n`);
      await heard;
    }
    await wire.send('0\r\n\r\n');
  });
  const { url, dir } = await recorder(upstream.origin);
  const response = await fetch(`${url}/api/events`);
  for await (const chunk of response.body!) {
    seen.push(Buffer.from(chunk).toString());
    told();
  }
  expect(seen).toEqual(['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']);
  expect(answersIn(dir)).toMatchObject([{ text: 'data: 1\n\ndata: 2\n\ndata: 3\n\n', whole: true }]);
});

test('what no door would take is refused in the same words, sent nowhere, and written down', async () => {
  upstream = await rawUpstream(OK);
  const { url, dir } = await recorder(upstream.origin);
  const headers = { 'x-http-method-override': 'DELETE' };
  const refused = await fetch(`${url}/api/v1/charges`, { headers });
  expect([refused.status, ((await refused.json()) as { type: string }).type]).toEqual([
    400,
    'urn:interlock:problem:header_method_override',
  ]);
  expect((await fetch(`${url}/elsewhere/v1`)).status).toBe(404);
  expect((await fetch(`${url}/api/a%2fb`)).status).toBe(400);
  expect(upstream.requests).toEqual([]);
  const told = (): unknown => refusedIn(dir).map(({ refused: { reason, path } }) => [reason, path]);
  await expect.poll(told).toEqual([
    ['header_method_override', '/api/v1/charges'],
    ['upstream_unknown', '/elsewhere/v1'],
    [expect.any(String), '/api/a%2fb'],
  ]);
});

test('an ambiguous body passes as it came: which bodies are calls, a policy says', async () => {
  upstream = await rawUpstream(OK);
  const { url, dir } = await recorder(upstream.origin);
  const body = '{"amount":1,"amount":900}';
  await (await refund(url, { body })).text();
  expect(upstream.requests[0]?.body.toString()).toBe(body);
  expect(callsIn(dir)[0]?.http.body).toBe(body);
});

test('a body that is no text is passed on, and told of by its length and digest', async () => {
  upstream = await rawUpstream(OK);
  const { url, dir } = await recorder(upstream.origin);
  const body = Buffer.from([0xff, 0xfe, 0x00, 0x01]);
  await (await refund(url, { body })).text();
  expect(upstream.requests[0]?.body.equals(body)).toBe(true);
  expect(callsIn(dir)[0]?.http).toMatchObject({
    body_bytes: 4,
    body_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
});

test('an answer that the upstream compressed unasked passes as it came, and is written down in the clear', async () => {
  const packed = gzipSync('{"id":1}');
  upstream = await rawUpstream(async (_, wire) => {
    await wire.send(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`);
    await wire.send(packed);
  });
  const { url, dir } = await recorder(upstream.origin);
  expect(await (await fetch(`${url}/api/x`)).json()).toEqual({ id: 1 });
  const [line] = answersIn(dir);
  expect(line).toMatchObject({ text: '{"id":1}', whole: true, bytes: packed.length });
  expect(line?.headers.map(({ name }) => name)).not.toContain('content-encoding');
});

test('a long answer passes whole; its beginning is written down, and how long it was', async () => {
  const long = 'x'.repeat(1_500_000);
  upstream = await rawUpstream((_, wire) => wire.send(answer(200, { 'Content-Type': 'text/plain' }, long)));
  const { url, dir } = await recorder(upstream.origin);
  expect(await (await fetch(`${url}/api/x`)).text()).toBe(long);
  const [line] = answersIn(dir);
  expect(line).toMatchObject({ whole: false, bytes: 1_500_000, failure: null });
  expect(line?.text?.length).toBeGreaterThan(1_000_000);
});

describe('an answer that does not come', () => {
  test.each<[string, Script, object, number]>([
    ['a connection that breaks', (_, wire) => wire.rst(), { status: null, failure: 'reset' }, 502],
    ['silence', () => undefined, { status: null, failure: 'timeout' }, 504],
  ])('%s is written down as that', async (_, script, expected, status) => {
    upstream = await rawUpstream(script);
    const { url, dir } = await recorder(upstream.origin);
    expect((await refund(url)).status).toBe(status);
    expect(answersIn(dir)).toMatchObject([{ ...expected, whole: false }]);
  });

  test('one that breaks off within is cut off for the client too, and its beginning written down', async () => {
    upstream = await rawUpstream(async (_, wire) => {
      await wire.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345');
      await pause(20);
      wire.rst();
    });
    const { url, dir } = await recorder(upstream.origin);
    await expect(refund(url).then((response) => response.text())).rejects.toThrow();
    await expect.poll(() => answersIn(dir)).toMatchObject([{ status: 200, failure: 'reset', whole: false, bytes: 5 }]);
  });

  test('whoever leaves before it: a read is let go, what a write did is still written down', async () => {
    let release: () => void = () => undefined;
    upstream = await rawUpstream(async (request, wire) => {
      if (request.method === 'GET') return;
      await new Promise<void>((resolve) => (release = resolve));
      await OK(request, wire);
    });
    const { url, dir } = await recorder(upstream.origin);
    const leaving = new AbortController();
    const asked = [refund(url, { signal: leaving.signal }), fetch(`${url}/api/x`, { signal: leaving.signal })];
    await upstream.arrived(2);
    leaving.abort();
    await Promise.allSettled(asked);
    await expect.poll(() => answersIn(dir)).toMatchObject([{ failure: 'client_gone', status: null }]);
    release();
    await expect.poll(() => answersIn(dir)[1]).toMatchObject({ status: 200, whole: true, failure: null });
  });
});

describe('a disk that takes no more', () => {
  test('calls pass on; the gap is told of at once, counted, and stands in the next file', async () => {
    upstream = await rawUpstream(OK);
    const failing = failingDisk({});
    const { url, dir, gaps } = await recorder(upstream.origin, { machine: { ...machine, disk: failing.disk } });
    await (await refund(url)).text();
    failing.fail(true);
    expect((await refund(url)).status).toBe(200);
    expect((await refund(url)).status).toBe(200);
    expect(gaps).toMatchObject([{ why: 'ENOSPC' }]);
    failing.fail(false);
    await expect.poll(() => gaps.at(-1), { timeout: 4_000 }).toBe('over');
    await (await refund(url)).text();
    const gap = linesIn(dir).find((line) => 'gap' in line);
    expect(gap).toMatchObject({ gap: { lines: 4, why: 'ENOSPC' } });
    expect(upstream.requests).toHaveLength(4);
    expect(callsIn(dir)).toHaveLength(2);
    expect(filesIn(dir)).toHaveLength(2);
  });

  test('a strict recorder refuses what changes something, and passes reads on', async () => {
    upstream = await rawUpstream(OK);
    const failing = failingDisk({});
    const { url } = await recorder(upstream.origin, { strict: true, machine: { ...machine, disk: failing.disk } });
    failing.fail(true);
    expect((await refund(url)).status).toBe(503);
    expect((await fetch(`${url}/api/x`)).status).toBe(200);
    expect(upstream.requests.map(({ method }) => method)).toEqual(['GET']);
  });
});

test('a file that is full is closed and the next begun; every line stands in one of them', async () => {
  upstream = await rawUpstream(OK);
  const { url, dir, close } = await recorder(upstream.origin, { fileBytesMax: 2_000 });
  for (let count = 0; count < 20; count += 1) await (await refund(url)).text();
  await close(100);
  expect(filesIn(dir).length).toBeGreaterThan(3);
  for (const file of filesIn(dir)) {
    expect(fs.readFileSync(file, 'utf8')).toMatch(/^\{"interlock_recording":1,/);
    expect(fs.statSync(file).mode & 0o077).toBe(0);
  }
  expect([callsIn(dir).length, answersIn(dir).length]).toEqual([20, 20]);
  expect(linesIn(dir).at(-1)).toMatchObject({ ended: { calls: 20 } });
});

test('closing lets calls under way finish, takes no more, and cuts what outlasts its grace', async () => {
  let release: () => void = () => undefined;
  upstream = await rawUpstream(async (request, wire) => {
    if (request.target === '/hang') return;
    await new Promise<void>((resolve) => (release = resolve));
    await OK(request, wire);
  });
  const { url, dir, close } = await recorder(upstream.origin);
  const [asked, hanging] = [refund(url), fetch(`${url}/api/hang`, { method: 'POST' })];
  await upstream.arrived(2);
  const closed = close(300);
  release();
  expect((await asked).status).toBe(200);
  await expect(hanging).rejects.toThrow();
  await closed;
  expect(answersIn(dir)).toMatchObject([{ status: 200 }, { status: null, failure: expect.any(String) as string }]);
  expect(linesIn(dir).at(-1)).toMatchObject({ ended: { calls: 2 } });
});

test('a second recorder on one directory is refused; after the first it goes on, never earlier', async () => {
  upstream = await rawUpstream(OK);
  const first = await recorder(upstream.origin, { startsAt: Date.now() + 3_600_000 });
  await expect(
    openRecorder({ dir: first.dir, upstreams: new Map(), port: 0, onGap: () => 0, onFault: () => 0 }),
  ).rejects.toThrow(/process \d+/);
  await (await refund(first.url)).text();
  await first.close(100);
  const before = previousRecording(first.dir, disk);
  expect(before).toMatchObject({ unanswered: 0, torn: false });
  const second = await recorder(upstream.origin, { dir: first.dir, startsAt: before?.lastAt ?? 0 });
  await (await refund(second.url)).text();
  const [one, two] = callsIn(first.dir);
  expect(two!.at).toBeGreaterThanOrEqual(one!.at);
  expect(filesIn(first.dir).map((file) => path.basename(file))).toEqual(['000001.ndjson', '000002.ndjson']);
});

describe('which run a call belongs to', () => {
  const asked = async (url: string, authorization?: string, agent?: http.Agent): Promise<void> => {
    const headers = authorization === undefined ? {} : { authorization };
    await new Promise<void>((resolve, reject) => {
      const options = { headers, ...(agent !== undefined && { agent }) };
      http.get(`${url}/api/x`, options, (response) => response.resume().once('end', resolve)).once('error', reject);
    });
  };

  test('that of its credential, by a digest nobody can look up; without one, that of its connection', async () => {
    upstream = await rawUpstream(OK);
    const { url, dir } = await recorder(upstream.origin);
    const agent = new http.Agent({ keepAlive: true });
    for (const key of ['Bearer key-one-1234', 'Bearer key-two-1234', 'Bearer key-one-1234']) await asked(url, key);
    for (let count = 0; count < 2; count += 1) await asked(url, undefined, agent);
    await asked(url, undefined, new http.Agent());
    agent.destroy();
    const [a, b, c, d, e, f] = callsIn(dir).map(({ trace_id }) => trace_id);
    expect([a === c, a === b, d === e, e === f]).toEqual([true, false, true, false]);
    expect(a).toMatch(/^key-[0-9a-f]{8}-[0-9a-f]{12}\.1$/);
  });

  test('with --session-by connection, that of its connection whoever asks', async () => {
    upstream = await rawUpstream(OK);
    const { url, dir } = await recorder(upstream.origin, { sessionBy: 'connection' });
    for (let count = 0; count < 2; count += 1) await asked(url, 'Bearer key-one-1234', new http.Agent());
    expect(new Set(callsIn(dir).map(({ trace_id }) => trace_id)).size).toBe(2);
  });
});
