import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { RequestHandler } from 'msw';
import { WORLD_URL, respond } from './msw.ts';
import { closed, listenOnLoopback, wholeBody } from '../loopback.ts';

/** The newest requests kept as witness; a longer run only needs the count. */
const RECEIVED_KEPT_MAX = 10_000;
/** No mock needs more, and a client gone wild must not fill the memory. */
const BODY_MAX_BYTES = 1_048_576;

/** One request as it arrived, whatever was answered. */
export interface Received {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

export interface WorldServer {
  readonly url: string;
  readonly port: number;
  /** The newest {@link RECEIVED_KEPT_MAX} requests, oldest first: a witness of what truly came in. */
  readonly received: readonly Received[];
  readonly receivedCount: number;
  /** Stops listening and destroys every connection, hanging ones too. */
  close(): Promise<void>;
}

export interface WorldServerOptions {
  readonly handlers: readonly RequestHandler[];
  /** 0: any free port. */
  readonly port: number;
  /** The origin that the handlers were made for. Default {@link WORLD_URL}. */
  readonly baseUrl?: string;
}

/**
 * Serves MSW handlers on 127.0.0.1 over plain node:http.
 * `Response.error()` destroys the socket, a body that errors resets it mid-body, and a hang holds it until it closes.
 */
export async function serveWorld(options: WorldServerOptions): Promise<WorldServer> {
  const { handlers, baseUrl = WORLD_URL, port } = options;
  const received: Received[] = [];
  let receivedCount = 0;

  const server = createServer((incoming, outgoing) => {
    // A connection that breaks while we read or write is the client's affair.
    void answer(incoming, outgoing).catch(() => incoming.socket.destroy());
  });

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '/', headers } = incoming;
    const body = await wholeBody(incoming, BODY_MAX_BYTES);
    receivedCount += 1;
    received.push({ method, url, headers, body: body.toString() });
    if (received.length > RECEIVED_KEPT_MAX) received.shift();

    const gone = new AbortController();
    outgoing.once('close', () => gone.abort());
    const bodiless = method === 'GET' || method === 'HEAD' || body.length === 0;
    const request = new Request(`${baseUrl}${url}`, {
      method,
      headers: Object.entries(headers).map(([name, value]) => [name, String(value)]),
      body: bodiless ? null : new Uint8Array(body),
      signal: gone.signal,
    });
    await write(await respond(handlers, request), method, outgoing);
  };

  const bound = await listenOnLoopback(server, port);
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    received,
    get receivedCount() {
      return receivedCount;
    },
    close: () => closed(server),
  };
}

async function write(response: Response, method: string, outgoing: ServerResponse): Promise<void> {
  if (response.type === 'error') return reset(outgoing);
  outgoing.writeHead(response.status, [...response.headers].flat());
  if (method === 'HEAD' || response.body === null) {
    await response.body?.cancel();
    outgoing.end();
    return;
  }
  try {
    for await (const chunk of response.body) await flushed(outgoing, chunk);
    outgoing.end();
  } catch {
    reset(outgoing);
  }
}

/** Waits until the kernel has the bytes, so that a reset behind them does not swallow them. */
function flushed(outgoing: ServerResponse, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    outgoing.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

function reset(outgoing: ServerResponse): void {
  outgoing.socket?.resetAndDestroy();
}
