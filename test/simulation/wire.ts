import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';

/** What a client heard: an answer, or that the connection was cut. */
export type Heard = Reply | 'cut';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body, where it is JSON. */
  readonly json: Readonly<Record<string, unknown>>;
}

export interface Ask {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Takes requests as a socket would bring them: node's own parser and responses, and no socket. */
export class Wire {
  readonly #server: Server;
  readonly #ends = new Set<End>();

  constructor(handle: (request: IncomingMessage, response: ServerResponse) => void) {
    this.#server = createServer({ keepAlive: true, requireHostHeader: false }, handle);
  }

  /** Sends one request on a connection of its own. Calls back once; gives what hangs up. */
  ask({ method, path, headers, body }: Ask, heard: (heard: Heard) => void): () => void {
    // Hangs up once the door has.
    const near = new End({ allowHalfOpen: false });
    const far = new End();
    near.peer = far;
    far.peer = near;
    this.#ends.add(near);
    const chunks: Buffer[] = [];
    near.on('data', (chunk: Buffer) => chunks.push(chunk));
    near.on('error', () => undefined);
    far.on('error', () => undefined);
    near.once('close', () => {
      this.#ends.delete(near);
      heard(parsed(Buffer.concat(chunks).toString('latin1')));
    });
    this.#server.emit('connection', far);
    const lines = Object.entries({ host: 'door.example', connection: 'close', ...headers });
    if (body !== undefined) lines.push(['content-length', String(Buffer.byteLength(body))]);
    near.write(
      `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body ?? ''}`,
    );
    return () => near.destroy();
  }

  /** The process is gone: whoever waits hears that the connection was cut. */
  cut(): void {
    for (const end of this.#ends) end.destroy();
  }
}

/** One end of a connection in memory. */
class End extends Duplex {
  peer: End | undefined;

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.peer?.push(chunk);
    done();
  }

  override _final(done: () => void): void {
    this.peer?.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { peer } = this;
    if (peer !== undefined && !peer.destroyed) process.nextTick(() => peer.destroy());
    done(error);
  }
}

/** An answer that is not whole counts as none. */
function parsed(text: string): Heard {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return 'cut';
  const [line = '', ...fields] = text.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    fields.map((field) => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()] as const;
    }),
  );
  const rest = text.slice(end + 4);
  const body = headers['transfer-encoding'] === 'chunked' ? unchunked(rest) : rest;
  if (
    body === undefined ||
    (headers['content-length'] !== undefined && body.length < Number(headers['content-length']))
  ) {
    return 'cut';
  }
  return { status: Number(line.split(' ')[1]), headers, json: jsonOf(body) };
}

function unchunked(text: string): string | undefined {
  let body = '';
  for (let at = 0; ;) {
    const end = text.indexOf('\r\n', at);
    if (end === -1) return undefined;
    const size = Number.parseInt(text.slice(at, end), 16);
    if (size === 0) return body;
    body += text.slice(end + 2, end + 2 + size);
    at = end + 2 + size + 2;
  }
}

function jsonOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
