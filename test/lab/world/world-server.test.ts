import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { http } from 'msw';
import { afterEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../src/lab/world/faults.ts';
import { WORLD_URL } from '../../../src/lab/world/msw.ts';
import { type WorldServer, serveWorld } from '../../../src/lab/world/world-server.ts';
import { type Served, tinyWorld } from './tiny-world.ts';

const servers: WorldServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

async function open(fault?: Fault): Promise<Served & { server: WorldServer }> {
  const served = tinyWorld(fault);
  const server = await serveWorld({ handlers: served.handlers, port: 0 });
  servers.push(server);
  return { ...served, server };
}

interface Seen {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly error: string | undefined;
}

/** What a plain HTTP client gets, broken or not. */
function fetchRaw(url: string, method = 'POST', body?: string): Promise<Seen> {
  return new Promise((resolve) => {
    let seen: Seen = { status: undefined, headers: {}, text: '', error: undefined };
    const failed = (error: NodeJS.ErrnoException): void => resolve({ ...seen, error: error.code ?? error.message });
    const asked = request(url, { method, agent: false }, (response) => {
      seen = { ...seen, status: response.statusCode, headers: response.headers };
      response.on('data', (chunk: Buffer) => (seen = { ...seen, text: seen.text + chunk.toString() }));
      response.on('error', failed).on('end', () => resolve(seen));
    });
    asked.on('error', failed).end(body);
  });
}

describe('a world behind HTTP', () => {
  it('answers, and keeps a witness of what came in', async () => {
    const { server, world } = await open();
    const seen = await fetchRaw(`${server.url}/count/a%20b%2Fc?x[]=1&x[]=2`, 'PUT', '{"n":1}');
    expect(seen).toMatchObject({
      status: 200,
      error: undefined,
      headers: { 'x-count': '1', 'content-type': 'application/json' },
    });
    expect(JSON.parse(seen.text)).toEqual({
      count: 1,
      path: '/count/a b%2Fc',
      query: { 'x[0]': '1', 'x[1]': '2' },
      body: { n: 1 },
    });
    expect(Number(seen.headers['content-length'])).toBe(Buffer.byteLength(seen.text));
    expect(server.received).toMatchObject([{ method: 'PUT', url: '/count/a%20b%2Fc?x[]=1&x[]=2', body: '{"n":1}' }]);
    expect(world.ledger).toMatchObject([{ at: 5 }]);
  });

  it('answers HEAD without a body, and refuses an unreadable one', async () => {
    const { server, world } = await open();
    expect(await fetchRaw(`${server.url}/count`, 'HEAD')).toMatchObject({ status: 200, text: '', error: undefined });
    expect(await fetchRaw(`${server.url}/count`, 'POST', '{"n":')).toMatchObject({ status: 400 });
    expect(world.ledger).toHaveLength(1);
  });

  it('answers 404 where nothing handles a path', async () => {
    const { server } = await open();
    expect(await fetchRaw(`${server.url}/else`)).toMatchObject({
      status: 404,
      text: expect.stringContaining('No mock handles'),
    });
  });

  it('holds slow answers back, and does the work', async () => {
    const { server, world, slept } = await open({ kind: 'latency', ms: 1_500 });
    expect(await fetchRaw(`${server.url}/count`)).toMatchObject({ status: 200 });
    expect(slept).toEqual([1_500]);
    expect(world.ledger).toHaveLength(1);
  });

  it('answers a status in its place, with Retry-After, and does nothing', async () => {
    const { server, world } = await open({ kind: 'status', status: 429, retryAfterS: 7 });
    expect(await fetchRaw(`${server.url}/count`)).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
    expect(world.ledger).toHaveLength(0);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('crashes %s the effect with a 500', async (when, effects) => {
    const { server, world } = await open({ kind: 'crash', when });
    expect(await fetchRaw(`${server.url}/count`)).toMatchObject({ status: 500 });
    expect(world.ledger).toHaveLength(effects);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('resets %s the effect without a byte of an answer', async (when, effects) => {
    const { server, world } = await open({ kind: 'reset', when });
    expect(await fetchRaw(`${server.url}/count`)).toMatchObject({ status: undefined, text: '', error: 'ECONNRESET' });
    expect(world.ledger).toHaveLength(effects);
    expect(server.receivedCount).toBe(1);
  });

  it('resets half-way: the head says how much there is, and half of it comes', async () => {
    const { server, world } = await open({ kind: 'reset', when: 'during' });
    const seen = await fetchRaw(`${server.url}/count`);
    expect(seen).toMatchObject({ status: 200, error: 'ECONNRESET' });
    expect(seen.text).toHaveLength(Math.ceil(Number(seen.headers['content-length']) / 2));
    expect(world.ledger).toHaveLength(1);
  });

  it.each([
    [true, 1],
    [false, 0],
  ] as const)('hangs until it closes, committed: %s', async (commit, effects) => {
    const { server, world } = await open({ kind: 'hang', commit });
    const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
    let bytes = 0;
    socket.on('data', (chunk) => (bytes += chunk.length));
    socket.write('POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n');
    // Another answer on another connection shows that the first was taken in and still waits.
    await fetchRaw(`${server.url}/else`);
    expect([bytes, socket.destroyed, world.ledger.length]).toEqual([0, false, effects]);
    const closed = once(socket, 'close');
    await server.close();
    await closed;
    expect(bytes).toBe(0);
  });
});

describe('a user’s own handlers', () => {
  it('may stand before the world’s, fail, and try to reach the real API in vain', async () => {
    const { handlers, world } = tinyWorld();
    const own = [
      http.post(`${WORLD_URL}/count`, () => Response.json({ mine: true }, { status: 201 })),
      http.get(`${WORLD_URL}/count`, () => {
        throw new Error('a bug of mine');
      }),
    ];
    const server = await serveWorld({ handlers: [...own, ...handlers], port: 0 });
    servers.push(server);
    expect(await fetchRaw(`${server.url}/count`)).toMatchObject({ status: 201, text: '{"mine":true}' });
    expect(await fetchRaw(`${server.url}/count`, 'GET')).toMatchObject({
      status: 500,
      text: expect.stringContaining('a bug of mine'),
    });
    expect(await fetchRaw(`${server.url}/count/1`)).toMatchObject({ status: 200 });
    expect(world.ledger).toHaveLength(1);
  });
});
