import { once } from 'node:events';
import * as net from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Handshakes, HANDSHAKES_MAX } from '../../../src/door/intake/handshakes.ts';

test('connections that never shake hands are bounded: the longest begun gives way, and those that are done never', async () => {
  const handshakes = new Handshakes();
  const accepted: net.Socket[] = [];
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    accepted.push(socket);
    handshakes.begun(socket);
    if (accepted.length === 1) handshakes.done(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as net.AddressInfo;
  const clients: net.Socket[] = [];
  onTestFinished(() => {
    for (const client of clients) client.destroy();
    server.close();
  });
  const connect = async (count: number): Promise<void> => {
    const all = Array.from({ length: count }, () => net.connect(port, '127.0.0.1').on('error', () => undefined));
    clients.push(...all);
    await Promise.all(all.map((client) => once(client, 'connect')));
  };
  await connect(1 + HANDSHAKES_MAX);
  await expect.poll(() => accepted.length).toBe(1 + HANDSHAKES_MAX);
  expect(accepted.filter((socket) => socket.destroyed)).toEqual([]);
  await connect(2);
  await expect.poll(() => accepted.length).toBe(3 + HANDSHAKES_MAX);
  expect(accepted.filter((socket) => socket.destroyed)).toEqual(accepted.slice(1, 3));
});
