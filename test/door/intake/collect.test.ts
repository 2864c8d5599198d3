import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, test } from 'vitest';
import { Bodies } from '../../../src/door/intake/bodies.ts';
import { collect } from '../../../src/door/intake/collect.ts';
import { intakeOf, STRICT_BODY } from '../../../src/door/normal/body.ts';
import type { AgentId } from '../../../src/engine/ids.ts';

const TERMS = { ...STRICT_BODY, opaqueTypes: ['application/octet-stream'], opaqueMaxBytes: 1_000_000 };

let server: Server | undefined;
afterEach(() => server?.close());

/** A server that takes bodies in, for the agent that the path names, and lets none of them go. */
async function takingIn(bodies: Bodies): Promise<{ url: string; calledBack: () => number }> {
  let times = 0;
  server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const room = bodies.room(request.url as AgentId);
    collect(request, intakeOf(request.headers['content-type'], TERMS), room, (body, sha256) => {
      times += 1;
      if (body === 'gone') return;
      response.shouldKeepAlive = Buffer.isBuffer(body);
      response.statusCode = Buffer.isBuffer(body) ? 200 : body.status;
      response.end(Buffer.isBuffer(body) ? `${body.length} ${sha256}` : body.reason);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calledBack: () => times };
}

const put = async (url: string, body: NonNullable<RequestInit['body']>): Promise<string> => {
  const answer = await fetch(url, { method: 'PUT', body, duplex: 'half' });
  return `${answer.status} ${await answer.text()}`;
};

test('one agent’s bodies fill its own share and no more: another’s still find room', async () => {
  const { url } = await takingIn(new Bodies(1_000_000, 600_000));
  const body = Buffer.alloc(400_000, 7);
  expect(await put(`${url}/ana`, body)).toMatch(/^200 400000 [0-9a-f]{64}$/);
  expect(await put(`${url}/ana`, body)).toBe('503 bodies_full');
  expect(await put(`${url}/ben`, new Blob([body]).stream())).toMatch(/^200 400000/);
  expect(await put(`${url}/cem`, body)).toBe('503 bodies_full');
});

test('only what has arrived takes room, not what a client says that it will send', async () => {
  const bodies = new Bodies(1_000_000, 1_000_000);
  const { url } = await takingIn(bodies);
  const { port, hostname } = new URL(url);
  const idle = Array.from({ length: 20 }, () => {
    const socket = connect(Number(port), hostname);
    socket.write('PUT /ana HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\nx');
    return socket;
  });
  while (bodies.bytes < idle.length) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(bodies.bytes).toBe(idle.length);
  expect(await put(`${url}/ben`, Buffer.alloc(900_000))).toMatch(/^200 900000/);
  for (const socket of idle) socket.destroy();
});

test('whoever asks is called back once, also where more comes behind what was too much', async () => {
  const { url, calledBack } = await takingIn(new Bodies());
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write('PUT /ana HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
  for (let i = 0; i < 4; i += 1) socket.write(`7a120\r\n${'x'.repeat(500_000)}\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1.1 413 /);
  socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(calledBack()).toBe(1);
});

test('a body that comes a byte at a time takes the memory of its bytes', async () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const bodies = new Bodies();
  const { url } = await takingIn(bodies);
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  gc();
  const before = process.memoryUsage().heapUsed;
  const pieces = 150_000;
  socket.write(
    'PUT /ana HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n',
  );
  for (let i = 0; i < 15; i += 1) socket.write('1\r\nx\r\n'.repeat(pieces / 15));
  while (bodies.bytes < pieces) await new Promise((resolve) => setTimeout(resolve, 5));
  gc();
  // A list of pieces took 230 bytes for each of them: 35 MB here, and all of a door's memory within the time of a request.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(12_000_000);
  socket.write('0\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toContain(`${pieces} `);
  socket.destroy();
});
