import * as zlib from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { OVERLAID_MAX_BYTES } from '../../src/door/flight/overlaid-answer.ts';
import { rig, type Rig, type RigOptions } from './open-door.ts';
import { rawUpstream, type RawUpstream, type Script } from './raw-upstream.ts';
import { SimpleShadow } from './simple-shadow.ts';

const OPTIONS: RigOptions = {
  stage: 'shadow',
  routes: `
get_charge: { match: "GET /v1/charges/{id}", upstream: api, effect: read, subject: "charge:{id}" }
refund: { match: "POST /v1/charges/{id}/refund", upstream: api, effect: write, subject: "charge:{id}", precondition: { read: "GET /v1/charges/{id}", require: "!has(response.body.refunded)" } }
note: { match: "POST /v1/charges/{id}/notes", upstream: api, effect: write, subject: "charge:{id}" }
`,
  allow: '[get_charge, refund, note]',
};

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

/** A session that has written to `ch_1`, in front of an upstream that answers so. */
async function written(
  script: Script,
  options: Partial<RigOptions> = {},
): Promise<{ its: Rig; upstream: RawUpstream; read: (headers?: Record<string, string>) => Promise<Response> }> {
  const upstream = await rawUpstream(script);
  opened.push(() => upstream.close());
  const its = await rig(upstream.origin, { ...OPTIONS, shadow: new SimpleShadow(), ...options });
  opened.push(() => its.close());
  await (await ask(its, 'POST', '/v1/charges/ch_1/notes', { noted: true })).json();
  return { its, upstream, read: (headers) => ask(its, 'GET', '/v1/charges/ch_1', undefined, headers) };
}

function ask(
  its: Rig,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Response> {
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const all = { authorization: `Bearer ${its.token}`, ...type, ...headers };
  return fetch(new URL(path, its.url), { method, headers: all, ...(body && { body: JSON.stringify(body) }) });
}

function answer(body: Buffer, headers: Readonly<Record<string, string>> = {}): Buffer {
  const fields = { 'Content-Type': 'application/json', ...headers, 'Content-Length': String(body.length) };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${lines.join('')}\r\n`), body]);
}

const BODY = Buffer.from(JSON.stringify({ id: 'ch_1', text: 'é'.repeat(1_000) }));
const CODINGS = {
  gzip: zlib.gzipSync,
  deflate: zlib.deflateSync,
  br: zlib.brotliCompressSync,
  zstd: zlib.zstdCompressSync,
} as const;

describe('an answer that captured writes are merged into', () => {
  test.each(Object.entries(CODINGS))(
    'is decoded where it comes compressed by %s against what was asked',
    async (coding, encode) => {
      const { read } = await written((_, wire) =>
        wire.send(answer(encode(BODY), { 'Content-Encoding': coding, ETag: '"a"' })),
      );
      const response = await read();
      expect(response.headers.get('content-encoding')).toBeNull();
      expect(await response.json()).toMatchObject({ text: 'é'.repeat(1_000), noted: true });
    },
  );

  test.each([
    ['longer than any', (): Buffer => answer(Buffer.alloc(OVERLAID_MAX_BYTES + 1, ' ')), 'overlay_too_long'],
    [
      'a bomb',
      (): Buffer => answer(zlib.gzipSync(Buffer.alloc(8_000_000)), { 'Content-Encoding': 'gzip' }),
      'overlay_unreadable',
    ],
    [
      'torn where it is compressed',
      (): Buffer => answer(zlib.gzipSync(BODY).subarray(0, 20), { 'Content-Encoding': 'gzip' }),
      'overlay_unreadable',
    ],
  ])('is refused where it is %s, and nothing of it counts', async (_, bytes, reason) => {
    const { its, read } = await written((_request, wire) => wire.send(bytes()));
    const response = await read();
    expect([response.status, ((await response.json()) as { type: string }).type]).toEqual([
      501,
      `urn:interlock:problem:${reason}`,
    ]);
    expect((await its.records()).findLast(({ kind }) => kind === 'outcome')).toMatchObject({
      effectiveness: 'ineffective',
      failure: 'unanswerable',
    });
  });

  test('that breaks off is a 502, as it would be without', async () => {
    const { read } = await written((_, wire) => {
      void wire.send(answer(BODY).subarray(0, 200));
      wire.rst();
    });
    expect((await read()).status).toBe(502);
  });

  test('that holds the upstream’s key goes nowhere', async () => {
    const { its, read } = await written((_, wire) => wire.send(answer(Buffer.from('{"echo":"sk_live_the_only_key"}'))));
    await expect(read().then((response) => response.text())).rejects.toThrow();
    expect((await its.records()).findLast(({ kind }) => kind === 'outcome')).toMatchObject({
      failure: 'leaked_credential',
      answer: null,
    });
  });

  test('is cut by a kill while it is awaited, and its agent hears nothing', async () => {
    const { its, read, upstream } = await written(() => undefined);
    const pending = expect(read()).rejects.toThrow();
    await upstream.arrived(1);
    await its.door.operations.kill('tester', 'stop', 'ann');
    await pending;
    expect((await its.records()).find(({ kind }) => kind === 'freeze')).toMatchObject({
      severed: [expect.any(String)],
    });
    await upstream.deserted();
  });

  test('answers a precondition, too: what the session wrote is what its next write is held against', async () => {
    const { its, upstream } = await written((_, wire) => wire.send(answer(Buffer.from('{"id":"ch_1"}'))));
    const first = await ask(its, 'POST', '/v1/charges/ch_1/refund', { refunded: true });
    expect(first.headers.get('interlock-verdict')).toBe('captured');
    const second = await ask(its, 'POST', '/v1/charges/ch_1/refund', { refunded: true });
    expect([second.status, ((await second.json()) as { type: string }).type]).toEqual([
      412,
      'urn:interlock:problem:precondition_failed',
    ]);
    // For another session nothing was refunded.
    const other = await ask(its, 'POST', '/v1/charges/ch_1/refund', { refunded: true }, { 'interlock-session': 's2' });
    expect(other.headers.get('interlock-verdict')).toBe('captured');
    const reads = (await its.records()).flatMap((record) =>
      record.kind === 'outcome' && record.origin === 'overlay' ? [record] : [],
    );
    expect(reads).toHaveLength(2);
    expect(upstream.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET']);
  });

  test('says nothing of the upstream where it was made without asking: an open circuit is closed by real answers alone', async () => {
    const breaker = 'breaker: { errors: 50%, within: 60s, minimum: 2, open: 1s, probes: 1 }';
    const { its, read, upstream } = await written(
      (_, wire) => wire.send('HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n'),
      { upstream: breaker },
    );
    await read();
    await read();
    expect((await read()).status).toBe(503);
    const levels = await ask(its, 'POST', '/v1/charges/ch_1/notes', { noted: 1 });
    expect(levels.headers.get('interlock-verdict')).toBe('captured');
    expect((await read()).status).toBe(503);
    expect(upstream.requests).toHaveLength(2);
  });

  test.each([
    ['is longer than any', (): Buffer => answer(Buffer.alloc(OVERLAID_MAX_BYTES + 1, ' ')), OVERLAID_MAX_BYTES + 1],
    ['is no JSON', (): Buffer => answer(BODY, { 'Content-Type': 'application/pdf' }), BODY.length],
    ['is coded otherwise than it says', (): Buffer => answer(BODY, { 'Content-Encoding': 'gzip' }), undefined],
  ])('that nothing is merged into passes as it stands where it %s', async (_, bytes, length) => {
    const { its, read } = await written((_request, wire) => wire.send(bytes()));
    const came = read({ 'x-spare': '1', 'if-none-match': '"a"' }).then(async (response) => {
      expect(response.headers.get('x-looked')).toBeNull();
      return (await response.arrayBuffer()).byteLength;
    });
    // A client that cannot decode it fails by itself.
    if (length === undefined) await expect(came).rejects.toThrow();
    else expect(await came).toBe(length);
    expect((await its.records()).findLast(({ kind }) => kind === 'call')).toMatchObject({
      headers: { 'if-none-match': '"a"' },
    });
  });

  test('that nothing is merged into is looked at where it can be, and is the upstream’s own', async () => {
    const { its, read } = await written((_, wire) => wire.send(answer(BODY, { ETag: '"a"' })));
    const response = await read({ 'x-spare': '1' });
    expect([
      response.headers.get('x-looked'),
      response.headers.get('interlock-origin'),
      response.headers.get('etag'),
    ]).toEqual(['1', null, '"a"']);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(BODY);
    expect((await its.records()).findLast(({ kind }) => kind === 'outcome')).not.toHaveProperty('origin');
  });
});
