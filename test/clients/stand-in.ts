import * as net from 'node:net';
import { readRequest, type WireRequest } from './wire.ts';

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
    let pending = Buffer.alloc(0);
    let toldToGoOn = false;
    let answered = Promise.resolve();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      for (let read = readRequest(pending); ; read = readRequest(pending)) {
        if (read.kind === 'partial') {
          if (read.waits && !toldToGoOn) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
          toldToGoOn ||= read.waits;
          return;
        }
        toldToGoOn = false;
        pending = pending.subarray(read.bytes);
        const { request } = read;
        requests.push(request);
        const what = `${request.method} ${request.target}`;
        const nth = asked.get(what) ?? 0;
        asked.set(what, nth + 1);
        answered = answered.then(() => answer(socket, respond(request, nth)));
      }
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
  if (typeof said === 'string' || Buffer.isBuffer(said)) {
    socket.write(said, 'latin1');
    return;
  }
  for await (const piece of said) socket.write(piece, 'latin1');
}
