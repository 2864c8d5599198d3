import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { rig, type Rig, type RigOptions } from '../door/open-door.ts';
import { rawUpstream, type RawUpstream, type Script, type Wire } from '../door/raw-upstream.ts';
import { Client, get, post } from './socket.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const ROUTES = `
read: { match: GET /v1/read, upstream: api, effect: read }
refund: { match: POST /v1/refunds, upstream: api, effect: money, subject: "charge:{body.charge}", amount: { minor: body.amount, currency: USD } }
`;

let upstream: RawUpstream;
let door: Rig;
const clients: Client[] = [];

async function open(script: Script, more: Partial<RigOptions> = {}): Promise<void> {
  upstream = await rawUpstream(script);
  door = await rig(upstream.origin, { routes: ROUTES, allow: '[read, refund]', ...more });
}

function client(): Client {
  const one = new Client(door.url);
  clients.push(one);
  return one;
}

afterEach(async () => {
  for (const one of clients.splice(0)) one.end();
  await door.close();
  await upstream.close();
});

const refund = (index: number, padding = 0): string =>
  post('/v1/refunds', door.token, JSON.stringify({ charge: `ch_${index}`, amount: 1, pad: 'x'.repeat(padding) }));

describe('a connection carries one request at a time', () => {
  test('requests sent at once are judged one after the other, and answered in order', async () => {
    const wires: Wire[] = [];
    await open((_, wire) => wires.push(wire));
    const pipelining = client();
    pipelining.send([1, 2, 3].map((index) => refund(index, 900)).join(''));
    for (const count of [1, 2, 3]) {
      await upstream.arrived(count);
      expect((await door.records()).filter(({ kind }) => kind === 'call')).toHaveLength(count);
      void wires.at(-1)?.send(OK);
      expect(await pipelining.answers(count)).toEqual(Array.from({ length: count }, () => 200));
    }
  });

  test.each(['', '\r\n\r\n'])(
    'a request that never arrives whole is cut off, also behind one whose answer takes long (%j)',
    async (end) => {
      const wires: Wire[] = [];
      const limits = { headersTimeoutMs: 200, requestTimeoutMs: 300 };
      await open((_, wire) => wires.push(wire), { limits });
      const slow = client();
      const head = `POST /v1/refunds HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${door.token}\r\nContent-Length: 9\r\nX-Pad: `;
      slow.send(`${get('/v1/read', door.token)}${head}${'x'.repeat(3_000)}${end}`);
      await upstream.arrived(1);
      // So long that its time is over while the door lets it wait.
      await sleep(800);
      void wires[0]?.send(OK);
      await slow.closed();
      expect(slow.statuses).toEqual([200, 408]);
      expect(upstream.requests).toHaveLength(1);
    },
  );

  test('whoever floods a connection feels it: what is not its turn stays in its own hands', async () => {
    await open(() => undefined);
    const flooding = client();
    const volley = get('/v1/read', door.token).repeat(5_000);
    for (let count = 0; count < 20; count += 1) flooding.send(volley);
    await upstream.arrived(1);
    const other = client();
    other.send('GET /v1/read HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await other.answers(1)).toEqual([401]);
    // Well above what the kernel buffers on both sides of a loopback connection.
    expect(flooding.socket.writableLength).toBeGreaterThan(volley.length);
    expect((await door.records()).filter(({ kind }) => kind === 'call')).toHaveLength(1);
  });

  test('behind an answer that ends the connection nothing is a request', async () => {
    await open((_, wire) => wire.send(OK));
    const closing = client();
    closing.send(get('/v1/read', door.token, 'Connection: close\r\n') + refund(1) + refund(2));
    await closing.closed();
    expect(closing.statuses).toEqual([200]);
    expect(upstream.requests.map(({ method }) => method)).toEqual(['GET']);
  });

  test('a client that sends several and ends its side gets every answer, however long they are', async () => {
    await open((_, wire) => wire.send(OK));
    const ending = client();
    ending.socket.end([1, 2, 3, 4].map((index) => refund(index, 2_500)).join(''), 'latin1');
    await ending.answers(4);
    expect(ending.statuses).toEqual([200, 200, 200, 200]);
    expect(upstream.requests).toHaveLength(4);
  });

  test('L05: a kill between two requests sent at once: the second is refused', async () => {
    const wires: Wire[] = [];
    await open((_, wire) => wires.push(wire), { others: ['other'] });
    const killed = client();
    killed.send(refund(1) + refund(2));
    await upstream.arrived(1);
    await door.door.operations.kill('tester', 'drill', 'ana');
    await killed.closed();
    const again = client();
    again.send(refund(3));
    expect(await again.answers(1)).toEqual([403]);
    expect(upstream.requests).toHaveLength(1);
  });

  test('a long body in many pieces arrives whole', async () => {
    await open((_, wire) => wire.send(OK));
    const long = client();
    long.send(refund(1, 700_000));
    expect(await long.answers(1)).toEqual([200]);
    expect(upstream.requests[0]?.body.length).toBeGreaterThan(700_000);
  });
});
