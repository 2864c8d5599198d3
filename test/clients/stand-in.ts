import * as net from 'node:net';
import { Incoming, type WireRequest } from './wire.ts';

/** What a business API would say to a request: bytes, in as many pieces as it likes. `nth`: how often it was asked this before. */
export type Respond = (request: WireRequest, nth: number) => string | Buffer | AsyncIterable<string | Buffer>;

/** A local stand-in for business APIs: a bare socket that records what arrived, and answers what it is told. */
export interface StandIn {
  readonly origin: string;
  /** What arrived since it was last asked. Forgets it, and how often it was asked what. */
  taken(): readonly WireRequest[];
  close(): Promise<void>;
}

export async function standIn(respond: Respond): Promise<StandIn> {
  let requests: WireRequest[] = [];
  let asked = new Map<string, number>();
  const sockets = new Set<net.Socket>();

  const serve = (socket: net.Socket): void => {
    const incoming = new Incoming();
    let toldToGoOn = false;
    let answered = Promise.resolve();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const arrived = incoming.add(chunk);
      for (const request of arrived.requests) {
        toldToGoOn = false;
        requests.push(request);
        const what = `${request.method} ${request.target}`;
        const nth = asked.get(what) ?? 0;
        asked.set(what, nth + 1);
        answered = answered.then(() => answer(socket, respond(request, nth)));
      }
      if (arrived.waits && !toldToGoOn) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      toldToGoOn ||= arrived.waits;
    });
  };

  const server = net.createServer({ noDelay: true }, serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    taken() {
      const taken = requests;
      requests = [];
      asked = new Map();
      return taken;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(socket: net.Socket, said: ReturnType<Respond>): Promise<void> {
  if (typeof said === 'string' || Buffer.isBuffer(said)) return sent(socket, said);
  for await (const piece of said) {
    if (socket.destroyed) return;
    await sent(socket, piece);
  }
}

/** Resolves when the kernel has taken it, or the connection is gone. */
function sent(socket: net.Socket, bytes: string | Buffer): Promise<void> {
  return new Promise((resolve) => {
    const gone = (): void => resolve();
    socket.once('close', gone);
    socket.write(bytes, 'latin1', () => {
      socket.off('close', gone);
      resolve();
    });
  });
}
