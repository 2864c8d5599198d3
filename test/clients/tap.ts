import * as net from 'node:net';
import { Incoming, type WireRequest } from './wire.ts';

/** Stands between a client and a door, and writes down what the client sends as it passes. */
export interface Tap {
  readonly port: number;
  /** Whole requests, in the order in which they became whole. */
  readonly requests: readonly WireRequest[];
  close(): Promise<void>;
}

export async function tap(to: URL): Promise<Tap> {
  const requests: WireRequest[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const door = net.connect({ host: to.hostname, port: Number(to.port), noDelay: true, allowHalfOpen: true });
    for (const socket of [client, door]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    const incoming = new Incoming();
    client.on('data', (chunk) => requests.push(...incoming.add(chunk).requests));
    client.pipe(door);
    door.pipe(client);
    client.on('close', () => {
      sockets.delete(client);
      door.destroy();
    });
    door.on('close', () => {
      sockets.delete(door);
      client.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    requests,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
