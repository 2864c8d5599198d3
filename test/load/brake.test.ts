import { afterEach, describe, expect, test } from 'vitest';
import { rig, type Rig, type RigOptions } from '../door/open-door.ts';
import { rawUpstream, type RawUpstream } from '../door/raw-upstream.ts';
import { Client, get } from './socket.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const ROUTES = 'read: { match: GET /v1/read, upstream: api, effect: read }\n';
/** A sender's first three refusals leave at once, and nothing after them while this test runs. */
const BRAKED = { freeAnswersBurst: 3, freeAnswersPerSecond: 0.001, heldBackMaxMs: 600_000 };

let upstream: RawUpstream;
let door: Rig;
const clients: Client[] = [];

async function open(more: Partial<RigOptions> = {}): Promise<void> {
  upstream = await rawUpstream((_, wire) => wire.send(OK));
  door = await rig(upstream.origin, {
    routes: ROUTES,
    allow: '[read]',
    limits: BRAKED,
    others: ['neighbour'],
    ...more,
  });
}

function client(): Client {
  const one = new Client(door.url);
  clients.push(one);
  return one;
}

/** A request on a connection of its own. */
function ask(bytes: string): Client {
  const one = client();
  one.send(bytes);
  return one;
}

afterEach(async () => {
  for (const one of clients.splice(0)) one.end();
  await door.close();
  await upstream.close();
});

/** Polled, so that sockets are read meanwhile: a loop over a journal at rest never leaves its turn. */
async function recorded(calls: number): Promise<void> {
  await expect.poll(async () => (await door.records()).filter(({ kind }) => kind === 'call').length).toBe(calls);
}

async function denied(token: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    expect(await ask(get('/v1/other', token)).answers(1)).toEqual([403]);
  }
}

describe('whoever is refused again and again waits for its refusals', () => {
  test('its calls that are let through never wait, nor do its neighbours', async () => {
    await open();
    await denied(door.token, 3);
    const held = ask(get('/v1/other', door.token) + get('/v1/read', door.token));
    // In the journal at once, although its answer is held back (I4).
    await recorded(4);
    expect(await ask(get('/v1/read', door.token)).answers(1)).toEqual([200]);
    const neighbour = await door.grant('neighbour');
    expect(await ask(get('/v1/read', neighbour)).answers(1)).toEqual([200]);
    expect(await ask(get('/v1/other', neighbour)).answers(1)).toEqual([403]);
    expect(await ask(get('/v1/read', 'nobody')).answers(1)).toEqual([401]);
    // Behind the refusal that is held back, its connection is not read.
    expect(held.text).toBe('');
    expect(upstream.requests).toHaveLength(2);
  });

  test('a stranger who tries tokens slows down strangers, and nobody else', async () => {
    await open();
    for (const token of ['one', 'two', 'three']) expect(await ask(get('/v1/read', token)).answers(1)).toEqual([401]);
    const held = ask(get('/v1/read', 'four'));
    expect(await ask(get('/v1/read', door.token)).answers(1)).toEqual([200]);
    await denied(door.token, 3);
    expect(held.text).toBe('');
  });

  test('a large body counts for as many refusals as reading it costs', async () => {
    await open();
    const body = `{"a":"${'x'.repeat(150_000)}"}`;
    const head = `POST /v1/other HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${door.token}\r\n`;
    const held = ask(`${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    await expect.poll(async () => (await door.records()).filter(({ kind }) => kind === 'call')).toHaveLength(1);
    expect(await ask(get('/v1/read', door.token)).answers(1)).toEqual([200]);
    expect(held.text).toBe('');
  });

  test('whoever has a token and not its certificate slows down strangers, and not the agent it was stolen from', async () => {
    await open();
    const request = { task: 'test', expiresMs: 60_000, routes: null, parent: null, by: 'test' };
    const certificate = 'c'.repeat(43);
    const bound = await door.door.operations.createGrant({ agent: 'neighbour', certificate, ...request });
    const stolen = bound.ok ? bound.value.token : '';
    for (let count = 0; count < 3; count += 1) expect(await ask(get('/v1/read', stolen)).answers(1)).toEqual([401]);
    const held = ask(get('/v1/read', stolen));
    expect(await ask(get('/.interlock/self', await door.grant('neighbour'))).answers(1)).toEqual([200]);
    expect(held.text).toBe('');
  });

  test('what the door answers by itself counts like a refusal, but an agent can always stop itself', async () => {
    await open();
    for (let count = 0; count < 3; count += 1) {
      expect(await ask(get('/.interlock/self', door.token)).answers(1)).toEqual([200]);
    }
    const held = ask(get('/.interlock/self', door.token));
    const body = '{"reason":"lost"}';
    const head = `POST /.interlock/freeze HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${door.token}\r\n`;
    const freeze = `${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    expect(await ask(freeze).answers(1)).toEqual([200]);
    expect(held.text).toBe('');
  });

  test('a door that closes holds nothing back', async () => {
    await open();
    await denied(door.token, 3);
    const held = ask(get('/v1/other', door.token, 'Connection: close\r\n'));
    await recorded(4);
    await door.door.close(5_000);
    await held.closed();
    expect(held.statuses).toEqual([403]);
  });
});

describe('I4 in a flood', () => {
  test('every refusal is in the journal: one by one at first, then summed up', async () => {
    await open({ limits: { freeAnswersPerSecond: Infinity, recordedBurst: 10, recordedPerSecond: 0.001 } });
    const flood = client();
    const asked = 400;
    flood.send(get('/v1/read', 'nobody').repeat(asked));
    expect(await flood.answers(asked)).toHaveLength(asked);
    expect(await ask(get('/.interlock/nothing', door.token)).answers(1)).toEqual([404]);
    door.door.door.tell();
    const refusals = (await door.records()).filter((record) => record.kind === 'refusal');
    const alone = refusals.filter(({ flood: sum }) => sum === undefined);
    const summed = refusals.filter(({ flood: sum }) => sum !== undefined);
    expect(alone).toHaveLength(11);
    expect(summed.map(({ agent, status, reason }) => ({ agent, status, reason }))).toContainEqual({
      agent: null,
      status: 401,
      reason: 'grant_unknown',
    });
    expect(summed.reduce((sum, { flood: { count } = { count: 0 } }) => sum + count, 0)).toBe(asked - 10);
    expect(summed.length).toBeLessThan(asked / 10);
  });
});

describe('bodies in memory', () => {
  test('an agent whose bodies fill its room is refused one more; a neighbour is not', async () => {
    const write = 'write: { match: POST /v1/write, upstream: api, effect: write }';
    await open({ routes: ROUTES + write, allow: '[read, write]', limits: { agentBodiesMaxBytes: 100_000 } });
    const half = (token: string): string =>
      `POST /v1/write HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 90000\r\n\r\n{"a":"${'x'.repeat(60_000)}`;
    ask(half(door.token));
    const second = ask(half(door.token));
    expect(await second.answers(1)).toEqual([503]);
    const neighbour = ask(half(await door.grant('neighbour')));
    neighbour.send(`${'x'.repeat(29_992)}"}`);
    expect(await neighbour.answers(1)).toEqual([200]);
    expect(upstream.requests).toHaveLength(1);
  });
});
