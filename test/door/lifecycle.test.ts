import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { readAnswers, type RawAnswer } from './fuzz/answers.ts';
import { AGENT, rig, type Rig, type RigOptions } from './open-door.ts';
import { exchange } from './raw-client.ts';
import { valuesOf } from './raw-request.ts';
import { rawUpstream, type RawUpstream, type Script } from './raw-upstream.ts';

// Class L: what happens around requests, in their time. L01, L02 and L10 are about load and stand with it.

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const ROUTES = `
read: { match: "GET /v1/reads/{id}", upstream: api, effect: read }
refund: { match: POST /v1/refunds, upstream: api, effect: money, subject: "charge:{body.charge}", amount: { minor: body.amount, currency: USD } }
`;
const FORM = 'Content-Type: application/x-www-form-urlencoded\r\n';

const open: { upstream?: RawUpstream; door?: Rig } = {};
afterEach(async () => {
  await open.door?.close();
  await open.upstream?.close();
});

const respond: Script = (_, wire) => wire.send(OK);

async function start(
  script: Script = respond,
  more: Partial<RigOptions> = {},
): Promise<{ upstream: RawUpstream; door: Rig }> {
  const upstream = (open.upstream = await rawUpstream(script));
  const door = (open.door = await rig(upstream.origin, { routes: ROUTES, allow: '[read, refund]', ...more }));
  return { upstream, door };
}

const get = (token: string, more = ''): string =>
  `GET /v1/reads/r_1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n${more}\r\n`;
const post = (token: string, body = 'charge=ch_1&amount=100', more = ''): string =>
  `POST /v1/refunds HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n${FORM}${more}Content-Length: ${body.length}\r\n\r\n${body}`;

/** A connection that stays, and what has been told on it. */
class Line {
  readonly #socket: Socket;
  #text = '';

  constructor({ url }: Rig) {
    this.#socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true, allowHalfOpen: true });
    this.#socket.on('data', (chunk: Buffer) => (this.#text += chunk.toString('latin1')));
    this.#socket.on('end', () => this.#socket.end());
    this.#socket.on('error', () => undefined);
  }

  say(text: string): void {
    this.#socket.write(text, 'latin1');
  }

  /** The client has said all it will. */
  end(): void {
    this.#socket.end();
  }

  /** The first so many answers; fewer if the connection ends before. */
  async answers(count: number): Promise<readonly RawAnswer[]> {
    for (;;) {
      const { answers } = readAnswers(this.#text);
      if (answers.length >= count || this.#socket.destroyed) return answers;
      await Promise.race([once(this.#socket, 'data'), once(this.#socket, 'close')]);
    }
  }
}

const statuses = (answers: readonly RawAnswer[]): number[] => answers.map(({ status }) => status);

describe('L04 a client that ends its side behind its request', () => {
  test.each([
    ['a read', get],
    ['a write', post],
  ])('gets the answer to %s, and its outcome is journalled', async (_, request) => {
    const { door, upstream } = await start(async (_request, wire) => {
      // Later than the door asks whether anybody is there.
      await new Promise((resolve) => setTimeout(resolve, 150));
      await wire.send(OK);
    });
    const line = new Line(door);
    line.say(request(door.token));
    line.end();
    expect(statuses(await line.answers(1))).toEqual([200]);
    expect(upstream.requests).toHaveLength(1);
    expect((await door.records()).at(-1)).toMatchObject({ kind: 'outcome', status: 200, failure: null });
  });

  test('gets all answers to what it pipelined, in their order', async () => {
    const { door } = await start((request, wire) => {
      const isFirst = request.method === 'POST';
      setTimeout(() => void wire.send(OK), isFirst ? 60 : 0);
    });
    const { text } = await exchange(door.url, [post(door.token) + get(door.token) + get('interlock_none')], 'at-once');
    expect(statuses(readAnswers(text).answers)).toEqual([200, 200, 401]);
  });
});

describe('L05 a kill between two requests of one connection', () => {
  test('refuses the second', async () => {
    const { door, upstream } = await start();
    const line = new Line(door);
    line.say(post(door.token));
    expect(statuses(await line.answers(1))).toEqual([200]);
    await door.door.operations.kill(AGENT, 'drill', 'tester');
    line.say(post(door.token, 'charge=ch_2&amount=100'));
    const [, second] = await line.answers(2);
    expect(second?.status).toBe(403);
    expect(JSON.parse(second?.body ?? '')).toMatchObject({ guard: 'freeze' });
    expect(upstream.requests).toHaveLength(1);
  });

  test('refuses the second, of which half had come', async () => {
    const { door, upstream } = await start();
    const line = new Line(door);
    const second = post(door.token, 'charge=ch_2&amount=100');
    line.say(get(door.token) + second.slice(0, -4));
    expect(statuses(await line.answers(1))).toEqual([200]);
    await door.door.operations.kill(AGENT, 'drill', 'tester');
    line.say(second.slice(-4));
    expect(statuses(await line.answers(2))).toEqual([200, 403]);
    expect(upstream.requests).toHaveLength(1);
  });

  test('lets nothing out of what was admitted and had not left', async () => {
    const { door, upstream } = await start(respond, {
      // A disk that takes its time: the kill comes while the intent is not on it yet.
      journal: (journal) => ({
        append: (entry) => journal.append(entry),
        durable: async () => {
          await new Promise((resolve) => setTimeout(resolve, 50));
          await journal.durable();
        },
      }),
    });
    const lines = [new Line(door), new Line(door)];
    for (const [index, line] of lines.entries()) line.say(post(door.token, `charge=ch_${index}&amount=100`));
    while (door.door.door.flights.count < 2) await new Promise((resolve) => setImmediate(resolve));
    await door.door.operations.kill(AGENT, 'drill', 'tester');
    for (const line of lines) expect(await line.answers(1)).toEqual([]);
    expect(upstream.requests).toEqual([]);
    const outcomes = (await door.records()).filter(({ kind }) => kind === 'outcome');
    expect(outcomes).toMatchObject([{ failure: 'not_sent' }, { failure: 'not_sent' }]);
  });
});

test('L07 a kill after dispatch: unknown counts as spent, also after a restart', async () => {
  const rules = 'budgets: [{ max: 10 USD, per: day, timezone: UTC, onTrip: deny }]';
  const { door, upstream } = await start(() => undefined, { rules });
  const line = new Line(door);
  line.say(post(door.token));
  await upstream.arrived(1);
  await door.door.operations.kill(AGENT, 'drill', 'tester');
  expect(await line.answers(1)).toEqual([]);
  await upstream.deserted();
  expect((await door.records()).filter(({ kind }) => kind === 'outcome')).toMatchObject([
    { effectiveness: 'unknown', failure: 'killed' },
  ]);
  await door.close();

  const { door: again } = await restarted(upstream, door.dir, { rules });
  expect(statuses(readAnswers((await exchange(again.url, [get(again.token)], 'patient')).text).answers)).toEqual([403]);
  const [budget] = again.door.engine
    .levels(AGENT as never, again.door.clock.now())
    .filter(({ guard }) => guard === 'budget');
  expect(budget?.remaining).toBe('9.00 USD');
});

async function restarted(upstream: RawUpstream, dir: string, more: Partial<RigOptions>): Promise<{ door: Rig }> {
  const door = (open.door = await rig(upstream.origin, { routes: ROUTES, allow: '[read, refund]', dir, ...more }));
  return { door };
}

test('L08 a grant revoked while its connection is open ends with the next request', async () => {
  const { door, upstream } = await start();
  const line = new Line(door);
  line.say(get(door.token));
  expect(statuses(await line.answers(1))).toEqual([200]);
  const [grant] = door.door.grants.all();
  await door.door.operations.revokeGrant(grant?.id ?? '', 'tester');
  line.say(get(door.token));
  const [, second] = await line.answers(2);
  expect(second?.status).toBe(401);
  expect(JSON.parse(second?.body ?? '')).toMatchObject({ type: 'urn:interlock:problem:grant_revoked' });
  expect(upstream.requests).toHaveLength(1);
});

describe('L19 an idempotency key', () => {
  const key = (value: string, name = 'Idempotency-Key'): string => `${name}: ${value}\r\n`;
  const ask = async ({ url }: Rig, raw: string): Promise<readonly [number, string]> => {
    const [answer] = readAnswers((await exchange(url, [raw], 'patient')).text).answers;
    return [answer?.status ?? 0, (/idempotency_\w+/.exec(answer?.body ?? '') ?? ['sent'])[0]];
  };

  test('reaches the upstream byte by byte, and again with the very same call', async () => {
    const { door, upstream } = await start();
    for (const value of ['k-1', 'k-1', 'K-1', '"k-1"']) {
      expect(await ask(door, post(door.token, undefined, key(value)))).toEqual([200, 'sent']);
    }
    expect(upstream.requests.flatMap((request) => valuesOf(request, 'idempotency-key'))).toEqual([
      'k-1',
      'k-1',
      'K-1',
      '"k-1"',
    ]);
  });

  test('with another body is refused, also after a restart', async () => {
    const { door, upstream } = await start();
    expect(await ask(door, post(door.token, undefined, key('k-1')))).toEqual([200, 'sent']);
    const other = post(door.token, 'charge=ch_1&amount=999', key('k-1'));
    expect(await ask(door, other)).toEqual([422, 'idempotency_key_reused']);
    await door.close();
    const { door: again } = await restarted(upstream, door.dir, {});
    expect(await ask(again, other.replace(door.token, again.token))).toEqual([422, 'idempotency_key_reused']);
    expect(await ask(again, post(again.token, undefined, key('k-1')))).toEqual([200, 'sent']);
    expect(upstream.requests).toHaveLength(2);
  });

  test('of another agent is refused: neither gets the other’s answer, and nobody is told whose it is', async () => {
    const { door, upstream } = await start(respond, { others: ['other'] });
    const stranger = await door.grant('other');
    expect(await ask(door, post(door.token, undefined, key('k-1')))).toEqual([200, 'sent']);
    expect(await ask(door, post(stranger, undefined, key('k-1')))).toEqual([409, 'idempotency_key_taken']);
    expect(await ask(door, post(stranger, undefined, key('k-1', 'X-Idempotency-Key')))).toEqual([
      409,
      'idempotency_key_taken',
    ]);
    expect(await ask(door, post(stranger, undefined, key('k-2')))).toEqual([200, 'sent']);
    expect(upstream.requests).toHaveLength(2);
  });

  test('in flight is refused', async () => {
    const { door, upstream } = await start(() => undefined);
    const line = new Line(door);
    line.say(post(door.token, undefined, key('k-1')));
    await upstream.arrived(1);
    expect(await ask(door, post(door.token, undefined, key('k-1')))).toEqual([409, 'idempotency_key_in_flight']);
    expect(upstream.requests).toHaveLength(1);
    await door.door.operations.kill(AGENT, 'drill', 'tester');
    expect(await line.answers(1)).toEqual([]);
  });

  test('of a call that surely took no effect is free again', async () => {
    const { door } = await start((_, wire) => wire.send('HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n'));
    expect(await ask(door, post(door.token, undefined, key('k-1')))).toEqual([400, 'sent']);
    expect(await ask(door, post(door.token, 'charge=ch_1&amount=999', key('k-1')))).toEqual([400, 'sent']);
  });

  test('under two names that differ is refused', async () => {
    const { door, upstream } = await start();
    const twins = key('k-1') + key('k-2', 'X-Idempotency-Key');
    expect(await ask(door, post(door.token, undefined, twins))).toEqual([400, 'idempotency_keys']);
    expect(upstream.requests).toEqual([]);
  });
});
