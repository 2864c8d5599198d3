import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { AGENT, KEY, rig, type Rig, type RigOptions } from './open-door.ts';
import { sendRaw } from './raw-client.ts';
import { undiciTransport } from '../../src/door/transports/undici.ts';
import { rawUpstream, type RawUpstream, type Script } from './raw-upstream.ts';

// Faults that a review found; each once crashed the door or broke a promise.

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const ROUTES = `
read: { match: GET /v1/read, upstream: api, effect: read }
head: { match: HEAD /v1/read, upstream: api, effect: read }
refund: { match: POST /v1/refunds, upstream: api, effect: money, subject: "charge:{body.charge}", amount: { minor: body.amount, currency: USD } }
`;

const open: { upstream?: RawUpstream; door?: Rig } = {};
afterEach(async () => {
  await open.door?.close();
  await open.upstream?.close();
});

async function start(script: Script, more: Partial<RigOptions> = {}): Promise<{ upstream: RawUpstream; door: Rig }> {
  const upstream = (open.upstream = await rawUpstream(script));
  const door = (open.door = await rig(upstream.origin, { routes: ROUTES, allow: '[read, head, refund]', ...more }));
  return { upstream, door };
}

const refund = ({ url, token }: Rig, charge: string, amount = 100): Promise<Response> =>
  fetch(new URL('/v1/refunds', url), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: new URLSearchParams({ charge, amount: String(amount) }),
  });

async function raw({ url }: Rig, bytes: string): Promise<Socket> {
  const socket = connect(Number(url.port), url.hostname);
  await once(socket, 'connect');
  socket.write(bytes, 'latin1');
  return socket;
}

test('a refused HEAD is answered without a body', async () => {
  const { door, upstream } = await start((_, wire) => wire.send(OK));
  await upstream.close();
  for (const [head, status] of [
    ['HEAD /v1/read HTTP/1.1\r\nHost: x\r\n\r\n', 401],
    ['HEAD /v1/read HTTP/1.1\r\nHost: x\r\nExpect: foo\r\n\r\n', 417],
    [`HEAD /v1/other HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${door.token}\r\n\r\n`, 403],
    [`HEAD /v1/read HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${door.token}\r\n\r\n`, 502],
  ] as const) {
    const socket = await raw(door, head);
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    expect(chunk.toString()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(chunk.toString().endsWith('\r\n\r\n')).toBe(true);
    socket.destroy();
  }
});

test('a CONNECT whose client is gone before the answer does no harm', async () => {
  const { door } = await start((_, wire) => wire.send(OK));
  for (let round = 0; round < 50; round += 1) {
    const socket = await raw(door, 'CONNECT evil:443 HTTP/1.1\r\nHost: evil:443\r\n\r\n');
    socket.resetAndDestroy();
    await once(socket, 'close');
  }
  expect((await refund(door, 'ch_1')).status).toBe(200);
});

test('a grant revoked while a body arrives sends nothing', async () => {
  const { door, upstream } = await start((_, wire) => wire.send(OK));
  const body = 'charge=ch_1&amount=100';
  const socket = await raw(
    door,
    `POST /v1/refunds HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${door.token}\r\n` +
      `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, -3)}`,
  );
  // Once a later request is answered, the door has seen the head of this one.
  await refund(door, 'ch_2');
  const [grant] = door.door.grants.all();
  await door.door.operations.revokeGrant(grant?.id ?? '', 'tester');
  socket.write(body.slice(-3));
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  expect(chunk.toString()).toMatch(/^HTTP\/1.1 401 /);
  socket.destroy();
  expect(upstream.requests).toHaveLength(1);
});

test('I6: a resume that cannot be recorded thaws nobody', async () => {
  let failing = false;
  const { door, upstream } = await start((_, wire) => wire.send(OK), {
    journal: (journal) => ({
      append: (entry) => {
        if (failing && entry.kind === 'resume') throw new Error('no');
        journal.append(entry);
      },
      durable: () => journal.durable(),
    }),
  });
  await door.door.operations.kill(AGENT, 'drill', 'tester');
  failing = true;
  await expect(door.door.operations.resume(AGENT, 'fixed', 'tester')).rejects.toThrow('no');
  expect((await refund(door, 'ch_1')).status).toBe(403);
  expect(upstream.requests).toEqual([]);
});

test('a call that something else refuses trips no budget', async () => {
  const { door } = await start((_, wire) => wire.send(OK), {
    rules: 'budgets: [{ max: 3 USD, per: day, timezone: UTC }]\nonce: [{ route: refund, per: subject }]',
  });
  expect((await refund(door, 'ch_1', 200)).status).toBe(200);
  expect((await refund(door, 'ch_1', 200)).status).toBe(409);
  expect(door.door.engine.frozen(AGENT as never)).toBeUndefined();
  const over = await refund(door, 'ch_2', 200);
  expect(await over.json()).toMatchObject({
    guard: 'budget',
    trip: 'freeze',
    hint: expect.stringContaining('You are frozen'),
  });
});

test('I5: spellings of an id that some upstreams take for the same count as one', async () => {
  const { door, upstream } = await start((_, wire) => wire.send(OK), {
    rules: 'once: [{ route: refund, per: subject }]',
  });
  expect((await refund(door, 'ch_1')).status).toBe(200);
  for (const spelling of ['ch_1 ', ' ch_1', 'CH_1', 'ch_1\u200b', 'ch_1\t']) {
    expect((await refund(door, spelling)).status).toBe(409);
  }
  expect(upstream.requests).toHaveLength(1);
});

test('I10: an upstream that echoes the key is cut off, and neither agent nor journal has it', async () => {
  const body = `{"seen":"Bearer ${KEY}"}`;
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const { door } = await start(async (_, wire) => {
    await wire.send(head + body.slice(0, 20));
    await wire.send(body.slice(20));
  });
  const socket = await raw(door, `GET /v1/read HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${door.token}\r\n\r\n`);
  let seen = '';
  socket.on('data', (chunk) => (seen += String(chunk)));
  socket.on('error', () => undefined);
  await once(socket, 'close');
  expect(seen).not.toContain(KEY);
  const records = await door.records();
  expect(records.at(-1)).toMatchObject({ kind: 'outcome', failure: 'leaked_credential', effectiveness: 'effective' });
  expect(JSON.stringify(records)).not.toContain(KEY);
});

test('garbage behind a request is never answered as if it were that request', async () => {
  const { door } = await start((_, wire) => wire.send(OK));
  const request = `GET /v1/read HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${door.token}\r\n\r\n`;
  const { statuses } = await sendRaw(door.url, `${request}\x00garbage\r\n\r\n`);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
});

test('a long answer to a slow reader arrives whole, and leaves no listeners behind', async () => {
  const piece = 'x'.repeat(65_536);
  const pieces = 200;
  const { door } = await start(async (_, wire) => {
    await wire.send(`HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${piece.length * pieces}\r\n\r\n`);
    for (let sent = 0; sent < pieces; sent += 1) await wire.send(piece);
  });
  const warnings: Error[] = [];
  const warn = (warning: Error): number => warnings.push(warning);
  process.on('warning', warn);
  const response = await fetch(new URL('/v1/read', door.url), { headers: { authorization: `Bearer ${door.token}` } });
  let bytes = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    await new Promise((resolve) => setImmediate(resolve));
  }
  process.off('warning', warn);
  expect(bytes).toBe(piece.length * pieces);
  expect(warnings.filter(({ name }) => name === 'MaxListenersExceededWarning')).toEqual([]);
});

test('a revoked grant hears nothing more of its stream, nor does one narrowed from it, and its neighbours hear on', async () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n';
  const { door } = await start((_, wire) => wire.send(head));
  const { operations } = door.door;
  const [parent] = operations.listGrants();
  const request = { agent: AGENT, task: 'narrow', expiresMs: 60_000, routes: null, parent: parent!.grant, by: 'ann' };
  const child = await operations.createGrant(request);
  const other = await door.grant(AGENT);
  const streams = await Promise.all(
    [door.token, child.ok ? child.value.token : '', other].map(async (token) => {
      const socket = await raw(door, `GET /v1/read HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
      await once(socket, 'data');
      return socket;
    }),
  );
  const ended = streams.slice(0, 2).map((socket) =>
    once(
      socket.on('error', () => undefined),
      'close',
    ),
  );
  await operations.revokeGrant(parent!.grant, 'ann');
  await Promise.all(ended);
  expect(streams[2]!.destroyed).toBe(false);
  expect(door.door.door.flights.count).toBe(1);
  streams[2]!.destroy();
});

test('a write that its grant was revoked under is told to nobody, and its outcome is still learned', async () => {
  let answer = (): void => undefined;
  const { door, upstream } = await start((_, wire) => {
    answer = () => void wire.send(OK);
  });
  const told = refund(door, 'ch_1').catch(() => 'cut');
  await upstream.arrived(1);
  await door.door.operations.revokeGrant(door.door.operations.listGrants()[0]!.grant, 'ann');
  expect(await told).toBe('cut');
  answer();
  await expect
    .poll(async () => (await door.records()).at(-1))
    .toMatchObject({ kind: 'outcome', effectiveness: 'effective' });
});

test('a rate holds at the upstream, also where all connections to it were busy', async () => {
  let free = (): void => undefined;
  const { door, upstream } = await start(
    ({ target }, wire) => {
      if (target !== '/v1/read') return wire.send(OK);
      free = () => void wire.send(OK);
      return undefined;
    },
    {
      transport: (origin) =>
        undiciTransport(
          origin,
          { headTimeoutMs: 20_000, idleTimeoutMs: 5_000, connectionsMax: 1 },
          { network: 'loopback' },
        ),
    },
  );
  const read = fetch(new URL('/v1/read', door.url), { headers: { authorization: `Bearer ${door.token}` } });
  await expect.poll(() => upstream.requests.length).toBe(1);
  // It would have been sent whenever the read ended, beside all that was allowed by then.
  expect(await (await refund(door, 'ch_1')).json()).toMatchObject({ type: 'urn:interlock:problem:sent_too_late' });
  free();
  expect((await read).status).toBe(200);
  expect(upstream.requests).toHaveLength(1);
  expect((await door.records()).find(({ kind }) => kind === 'outcome')).toMatchObject({
    effectiveness: 'ineffective',
    failure: 'not_sent',
  });
});

test('an answer nested deeper than anybody can look is sealed whole, and its call ends', async () => {
  const deep = `${'['.repeat(50_000)}"anna"${']'.repeat(50_000)}`;
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${deep.length}\r\n\r\n`;
  const { door } = await start((_, wire) => wire.send(head + deep), {
    routes: `personal: { match: GET /v1/personal, upstream: api, effect: read, pii: [answer.name], person: "person:{answer.id}" }`,
    allow: '[personal]',
  });
  const told = await fetch(new URL('/v1/personal', door.url), { headers: { authorization: `Bearer ${door.token}` } });
  expect(await told.text()).toBe(deep);
  const outcome = (await door.records()).find((record) => record.kind === 'outcome');
  expect(outcome).toMatchObject({ status: 200, failure: null, answer: expect.stringMatching(/^sealed_[\w-]+$/) });
});
