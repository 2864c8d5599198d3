import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallEntry } from '../../src/journal/entry.ts';
import type { Recorded } from '../../src/journal/index.ts';
import { KEY, rig, type Rig } from './open-door.ts';
import { rawUpstream, type RawUpstream } from './raw-upstream.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const ROUTES = `
closed: { match: "PUT /closed/{id}", upstream: api, effect: write }
put: { match: "PUT /files/{id}", upstream: api, effect: write, body: { opaque: [multipart/form-data, application/octet-stream, image/*], max: 3MiB } }
post: { match: "POST /files/{id}", upstream: api, effect: write, body: { opaque: [application/json], max: 3MiB } }
vendor: { match: "PUT /articles/{id}", upstream: api, effect: write, subject: "article:{body.data.id}", body: { json: [application/vnd.api+json] } }
batch: { match: POST /batches, upstream: api, effect: write, items: body, body: { lists: true } }
`;
const RULES = `
once: [{ route: vendor, per: subject }]
collar: [{ route: batch, items: 2 }]
`;

let upstream: RawUpstream;
let door: Rig;
beforeAll(async () => {
  upstream = await rawUpstream((_, wire) => wire.send(OK));
  door = await rig(upstream.origin, { routes: ROUTES, allow: '[closed, put, post, vendor, batch]', rules: RULES });
});
afterAll(async () => {
  await door.close();
  await upstream.close();
});

/** Every byte there is, in no order that a text would have. */
const BYTES = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 167 + (index >> 8)) % 256));
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Resolves once it holds; the test's own time limit is the end of waiting. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

interface Sent {
  readonly status: number;
  readonly problem: { readonly type?: string; readonly detail?: string };
  readonly call: Recorded<CallEntry> | undefined;
  readonly received: Buffer | undefined;
}

async function send(
  method: string,
  path: string,
  body: NonNullable<RequestInit['body']>,
  type?: string,
): Promise<Sent> {
  const before = { seen: upstream.requests.length, records: (await door.records()).length };
  const headers = { authorization: `Bearer ${door.token}`, ...(type === undefined ? {} : { 'content-type': type }) };
  const answer = await fetch(new URL(path, door.url), { method, headers, body, duplex: 'half' });
  const records = (await door.records()).slice(before.records);
  return {
    status: answer.status,
    problem: (await answer.json()) as Sent['problem'],
    call: records.find((record): record is Recorded<CallEntry> => record.kind === 'call'),
    received: upstream.requests.slice(before.seen)[0]?.body,
  };
}

describe('an upload', () => {
  test.each([
    ['bytes without a type', undefined],
    ['bytes', 'application/octet-stream'],
    ['a picture, by its family', 'image/png'],
    ['a form with files', 'multipart/form-data; boundary=----x'],
    ['a form with a boundary in quotes', 'multipart/form-data; boundary="a b:c"; charset=utf-8'],
  ])('%s are sent byte for byte where the route takes them, and the journal keeps their digest', async (_, type) => {
    const { status, call, received } = await send('PUT', '/files/1', BYTES, type);
    expect(status).toBe(200);
    expect(received?.equals(BYTES)).toBe(true);
    expect(call).toMatchObject({
      verdict: 'allow',
      body: null,
      opaque: { bytes: BYTES.length, sha256: sha256(BYTES) },
    });
  });

  test('in chunks of the client’s own arrives whole, its length stated', async () => {
    const { status, call, received } = await send('PUT', '/files/1', new Blob([BYTES, BYTES]).stream());
    expect(status).toBe(200);
    expect(received?.equals(Buffer.concat([BYTES, BYTES]))).toBe(true);
    expect(call?.opaque?.sha256).toBe(sha256(Buffer.concat([BYTES, BYTES])));
  });

  test.each(['application/octet-stream', 'multipart/form-data; boundary=x', 'image/png'])(
    'as %s is refused where the route says nothing of it, and told which key would let it through',
    async (type) => {
      const { status, problem, received } = await send('PUT', '/closed/1', BYTES, type);
      expect(status).toBe(415);
      expect(problem.detail).toContain('`body: { opaque: [TYPE] }`');
      expect(received).toBeUndefined();
    },
  );

  test.each([
    ['text/plain', 'a type that is not named'],
    ['imagex/png', 'a family that begins like a named one'],
    ['application/x-www-form-urlencoded', 'a form, which could name another method'],
    ['image/png, text/plain', 'two types'],
    ['image/png; a="', 'a parameter without its end'],
  ])('as %s is refused: %s', async (type) => {
    const { status, received } = await send('PUT', '/files/1', '{"a":1}&;_method=DELETE', type);
    expect([400, 415]).toContain(status);
    expect(received).toBeUndefined();
  });

  test('may be as large as the route says and no byte larger, stated or in chunks', async () => {
    const max = Buffer.alloc(3 * 1_048_576, 1);
    expect((await send('PUT', '/files/1', max)).received?.length).toBe(max.length);
    const over = Buffer.alloc(max.length + 1, 1);
    for (const body of [over, new Blob([over]).stream()]) {
      const { status, problem, received } = await send('PUT', '/files/1', body);
      expect(status).toBe(413);
      expect(problem.detail).toContain('`body: { max: … }`');
      expect(received).toBeUndefined();
    }
  });

  test('leaves JSON on the same route to be read as ever, unless the route says that nobody reads it', async () => {
    const twice = '{"a":1,"a":2}';
    expect((await send('PUT', '/files/1', twice, 'application/json')).problem.type).toContain('json_duplicate_key');
    const { call, received } = await send('POST', '/files/1', twice, 'application/json');
    expect(received?.toString()).toBe(twice);
    expect(call).toMatchObject({ body: null, opaque: { bytes: twice.length } });
  });

  test('is another call when one byte differs, and never the same as a text that names its digest', async () => {
    const fingerprints = new Set<string>();
    const other = Buffer.from(BYTES);
    other[50_000] = other[50_000]! ^ 1;
    for (const body of [BYTES, other]) {
      fingerprints.add((await send('PUT', '/files/1', body)).call!.facts.fingerprint);
      const text = `${body.length} ${sha256(body)}`;
      fingerprints.add(
        (await send('PUT', '/files/1', text, 'application/x-www-form-urlencoded')).call!.facts.fingerprint,
      );
    }
    expect(fingerprints.size).toBe(4);
    expect((await send('PUT', '/files/1', BYTES)).call!.facts.fingerprint).toBe([...fingerprints][0]);
  });

  test('with the agent’s own grant in it is refused: it would be sent on', async () => {
    const body = Buffer.concat([BYTES, Buffer.from(door.token), BYTES]);
    const { status, problem, received } = await send('PUT', '/files/1', body);
    expect([status, problem.type, received]).toEqual([400, 'urn:interlock:problem:grant_misplaced', undefined]);
    expect(JSON.stringify(await door.records())).not.toContain(KEY);
  });
});

describe('the memory that bodies take', () => {
  test('is given back however a call ends', async () => {
    const { bodies } = door.door.door;
    await send('PUT', '/files/1', BYTES);
    await send('PUT', '/closed/1', BYTES, 'image/png');
    await send('PUT', '/closed/1', '{"a":', 'application/json');
    await send('POST', '/batches', '[1,2,3]', 'application/json');
    await send('POST', '/.interlock/notes', '{"text":"x"}', 'application/json');
    expect(bodies.bytes).toBe(0);
  });

  test('is given back when a client goes in the middle of its body', async () => {
    const { bodies } = door.door.door;
    const socket = connect(Number(door.url.port), door.url.hostname);
    socket.write(
      `PUT /files/1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${door.token}\r\nContent-Length: 999999\r\n\r\n`,
    );
    socket.write(Buffer.alloc(500_000));
    await until(() => bodies.bytes === 500_000);
    socket.destroy();
    await until(() => bodies.bytes === 0);
  });

  test('is held as long as the answer to a write is awaited, though its client has gone', async () => {
    const { bodies } = door.door.door;
    let answer = (): unknown => undefined;
    upstream.act((_, wire) => (answer = () => wire.send(OK)));
    const gone = new AbortController();
    const arrived = upstream.arrived(upstream.requests.length + 1);
    const init = {
      method: 'PUT',
      headers: { authorization: `Bearer ${door.token}` },
      body: BYTES,
      signal: gone.signal,
    };
    const sent = fetch(new URL('/files/1', door.url), init).catch(() => undefined);
    await arrived;
    gone.abort();
    await sent;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(bodies.bytes).toBe(BYTES.length);
    answer();
    await until(() => bodies.bytes === 0);
    upstream.act((_, wire) => wire.send(OK));
  });
});

describe('other JSON', () => {
  test('of a vendor’s type is read as JSON where the route says so, by every rule', async () => {
    const article = '{"data": {"id":"7"}}';
    const type = 'application/vnd.api+json; charset=utf-8';
    const first = await send('PUT', '/articles/7', article, type);
    expect(first.call).toMatchObject({ verdict: 'allow', body: article, facts: { subject: 'article:7' } });
    expect(first.received?.toString()).toBe(article);
    expect((await send('PUT', '/articles/7', article, type)).status).toBe(409);
    expect((await send('PUT', '/articles/7', article, 'application/vnd.api+json; ext=x')).status).toBe(415);
    const elsewhere = await send('PUT', '/closed/7', article, type);
    expect(elsewhere.status).toBe(415);
    expect(elsewhere.problem.detail).toContain('`body: { json: [TYPE] }`');
  });

  test('a list is judged by its length where the route takes lists, and refused elsewhere', async () => {
    expect((await send('POST', '/batches', '[{"a":1},{"a":2}]', 'application/json')).received?.length).toBe(17);
    expect((await send('POST', '/batches', '[1,2,3]', 'application/json')).status).toBe(422);
    const elsewhere = await send('PUT', '/closed/7', '[]', 'application/json');
    expect(elsewhere.problem.type).toContain('json_list');
    expect(elsewhere.problem.detail).toContain('`body: { lists: true }`');
  });
});
