import * as net from 'node:net';
import * as tls from 'node:tls';
import type { RawRequest } from './raw-request.ts';
import { parseRequest } from './raw-request.ts';

/** The upstream's side of one connection. */
export interface Wire {
  /** Exactly these bytes (text is latin-1). Resolves when the kernel has taken them, or the connection is gone. */
  send(bytes: string | Buffer): Promise<void>;
  /** One byte at a time, one event-loop turn apart. */
  drip(bytes: string): Promise<void>;
  fin(): void;
  rst(): void;
  /** Bytes handed to the kernel so far. */
  readonly sentBytes: number;
  /** Resolves when the other side, or a fault, has ended the connection. */
  readonly closed: Promise<void>;
}

/** What the upstream does with a request: sends, ends, or, doing nothing, stays silent. */
export type Script = (request: RawRequest, wire: Wire) => unknown;

/**
 * An upstream that is a bare socket: it records the exact bytes it received, and sends exactly the bytes it is told.
 * The witness of what truly reached an upstream.
 */
export interface RawUpstream {
  readonly origin: URL;
  /** Whole requests, in order of arrival. */
  readonly requests: readonly RawRequest[];
  /** What no upstream should ever receive: unparsable bytes, ambiguous framing, half a request at the end. */
  readonly faults: readonly string[];
  /** Connections opened so far, and those still open. */
  readonly opened: number;
  readonly open: number;
  /** Bytes received on all connections. */
  readonly receivedBytes: number;
  /** Resolves when so many whole requests have arrived. */
  arrived(count: number): Promise<void>;
  /** Resolves when so many connections have been accepted. */
  accepted(count: number): Promise<void>;
  /** Resolves when no connection is open. */
  deserted(): Promise<void>;
  /** Another behaviour from the next request on. */
  act(script: Script): void;
  close(): Promise<void>;
}

export interface RawUpstreamOptions {
  /** Speaks TLS with this identity. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Reads whatever comes, understands none of it, and says nothing. */
  readonly silent?: boolean;
}

/** Listens on a free port of the loopback. */
export async function rawUpstream(script: Script, options: RawUpstreamOptions = {}): Promise<RawUpstream> {
  let acting = script;
  const requests: RawRequest[] = [];
  const faults: string[] = [];
  const sockets = new Set<net.Socket>();
  const waits = new Waits();
  let opened = 0;
  let receivedBytes = 0;

  const serve = (socket: net.Socket): void => {
    const connection = opened;
    opened += 1;
    sockets.add(socket);
    const wire = wireOf(socket);
    let pending = Buffer.alloc(0);
    socket.on('data', (bytes) => {
      receivedBytes += bytes.length;
      if (options.silent === true) return;
      pending = Buffer.concat([pending, bytes]);
      try {
        for (let parsed = parseRequest(pending); parsed !== null; parsed = parseRequest(pending)) {
          pending = Buffer.from(parsed.rest);
          const request = { ...parsed.request, connection };
          requests.push(request);
          void acting(request, wire);
        }
      } catch (error) {
        faults.push(String(error));
        socket.destroy();
      }
      waits.check();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (pending.length > 0) faults.push(`${pending.length} bytes of an unfinished request`);
      sockets.delete(socket);
      waits.check();
    });
    waits.check();
  };

  const server =
    options.tls === undefined
      ? net.createServer({ allowHalfOpen: true, noDelay: true }, serve)
      : tls.createServer({ ...options.tls, noDelay: true }, serve).on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the upstream has no port');
  const { port } = address;

  return {
    origin: new URL(`${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`),
    requests,
    faults,
    get opened() {
      return opened;
    },
    get open() {
      return sockets.size;
    },
    get receivedBytes() {
      return receivedBytes;
    },
    arrived: (count) => waits.until(() => requests.length >= count),
    accepted: (count) => waits.until(() => opened >= count),
    deserted: () => waits.until(() => sockets.size === 0),
    act: (next) => {
      acting = next;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The bytes of an answer with an explicit length. */
export function answer(status: number, headers: Readonly<Record<string, string>> = {}, body = ''): string {
  const fields = Object.entries({ ...headers, 'Content-Length': String(body.length) });
  return `HTTP/1.1 ${status} X\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}

function wireOf(socket: net.Socket): Wire {
  const send = (bytes: string | Buffer): Promise<void> =>
    new Promise((resolve) => {
      if (socket.destroyed) return resolve();
      socket.once('close', resolve);
      socket.write(bytes, 'latin1', () => {
        socket.off('close', resolve);
        resolve();
      });
    });
  return {
    send,
    async drip(bytes) {
      for (const byte of bytes) {
        await send(byte);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    fin: () => socket.end(),
    rst: () => socket.resetAndDestroy(),
    get sentBytes() {
      return socket.bytesWritten - socket.writableLength;
    },
    closed: new Promise((resolve) => {
      // With half-open connections allowed, the client's end is ours to answer.
      socket.once('end', () => socket.end());
      socket.once('close', () => resolve());
    }),
  };
}

/** Conditions that somebody awaits, looked at whenever something happened. */
class Waits {
  readonly #waits = new Set<{ readonly holds: () => boolean; readonly resolve: () => void }>();

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waits.add({ holds, resolve });
      this.check();
    });
  }

  check(): void {
    for (const wait of this.#waits) {
      if (!wait.holds()) continue;
      this.#waits.delete(wait);
      wait.resolve();
    }
  }
}
