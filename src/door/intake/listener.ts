import * as http from 'node:http';
import * as https from 'node:https';
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { UpstreamId } from '../../engine/ids.ts';
import { Dialogues } from './dialogue.ts';
import type { Gate } from './gate.ts';
import type { Refusal } from '../normal/refusal.ts';
import { Handshakes } from './handshakes.ts';
import { tlsOptions, type DoorTls } from './tls.ts';
import { Turns } from './turns.ts';

/** All headers of a request together. */
export const HEADERS_MAX_BYTES = 32_768;
/** How often the times of requests that are still arriving are looked at. */
export const CHECK_EVERY_MS = 1_000;

/** While draining: how often connections whose answer is out are let go, and the others' time is looked at. */
export const DRAIN_CHECK_MS = 25;

export interface Listening {
  readonly server: http.Server | https.Server;
  readonly url: string;
  /** Ends every connection, those still shaking hands included. */
  readonly cut: () => void;
}

/**
 * Listens, by TLS where it is given what to show. `upstream`: whose own port this is; `undefined` for the common one.
 * Port 0 takes a free one.
 */
export function listen(
  door: Gate,
  host: string,
  port: number,
  upstream: UpstreamId | undefined,
  tls?: DoorTls,
): Promise<Listening> {
  const dialogues = new Dialogues();
  const { connections, limits } = door;
  /** Requests whose sender waits for a word before it sends the body. */
  const expecting = new WeakSet<IncomingMessage>();
  const turns = new Turns((request, response) => {
    const { socket } = request;
    response.once('close', () => connections.rests(socket));
    if (expecting.has(request)) response.writeContinue();
    const stays = response.shouldKeepAlive;
    door.handle(request, response, upstream);
    // The door's own doing, and no `Connection: close`, whose request must still arrive whole.
    if (stays && !response.shouldKeepAlive) dialogues.of(socket).end();
  });
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const dialogue = dialogues.of(request.socket);
    // Sent behind a request whose answer ends the connection: it stays unread, as the client is told by that answer.
    if (dialogue.ending) return;
    dialogue.owes(response);
    turns.take(request, response);
  };
  const options: http.ServerOptions = {
    keepAlive: true,
    noDelay: true,
    headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(CHECK_EVERY_MS, limits.headersTimeoutMs),
    maxHeaderSize: HEADERS_MAX_BYTES,
    // Strictness of our own answers for a missing Host, so that the refusal is journalled.
    requireHostHeader: false,
    insecureHTTPParser: false,
  };
  const server =
    tls === undefined
      ? http.createServer(options, handle)
      : https.createServer({ ...options, ...tlsOptions(tls) }, handle);
  const handshakes = new Handshakes();
  if (tls !== undefined) {
    server.on('connection', (socket: Socket) => handshakes.begun(socket));
    // A failed handshake is no request: there is nobody to answer, and Node would have us try (`clientError`).
    server.removeAllListeners('tlsClientError');
    server.on('tlsClientError', (_, socket: Socket) => socket.destroy());
  }
  // Node's own list has HTTP alone: a connection in its handshake would outlive the door.
  const cut = (): void => {
    server.closeAllConnections();
    handshakes.cut();
  };
  // Node would cut the header list at 2,000 entries in silence; the byte limit above bounds it instead.
  server.maxHeadersCount = 0;
  // Otherwise Node takes a client's end for its leave, and drops the answer.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    handshakes.done(socket);
    connections.opened(socket);
    turns.watch(socket);
    socket.once('end', () => dialogues.of(socket).halfClosed(socket));
  });
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // Node takes any list with 100-continue in it for this; any other expectation is refused with its header.
    if (request.headers.expect?.toLowerCase() === '100-continue') {
      // Met when its turn comes; what is judged and sent no longer has it.
      expecting.add(request);
      request.rawHeaders = request.rawHeaders.filter((_, index, all) => all[index & ~1]?.toLowerCase() !== 'expect');
    }
    handle(request, response);
  });
  server.on('checkExpectation', handle);
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    // Node has let go of this socket: nobody else hears its errors.
    socket.on('error', () => socket.destroy());
    turns.end(socket);
    const dialogue = dialogues.of(socket);
    if (dialogue.ending) return;
    const refusal = { status: 405, reason: 'method_not_allowed', detail: 'This door opens no tunnels.' };
    door.recordRefusal(refusal, request.method ?? null, null);
    dialogue.endWith(() => refuseRaw(socket, refusal));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const dialogue = dialogues.of(socket);
    // Its answer ends the connection. One that still waits for the rest of its request waits no longer.
    if (dialogue.ending) {
      if (isLate(error)) socket.destroy();
      return;
    }
    // Its next request lies here unread: it is not the client that takes its time.
    const again = (): unknown => server.emit('clientError', error, socket);
    if (isLate(error) && turns.excuses(socket, limits.requestTimeoutMs, again)) return;
    turns.end(socket);
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const refusal = unreadable(error);
    door.recordRefusal(refusal, null, null);
    dialogue.endWith(() => refuseRaw(socket, refusal));
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(explained(error, host, port)));
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      const { port: taken } = server.address() as AddressInfo;
      const named = host.includes(':') ? `[${host}]` : host;
      resolve({ server, url: `${tls === undefined ? 'http' : 'https'}://${named}:${taken}`, cut });
    });
  });
}

/** What the system says of an address, with the next step. */
function explained(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const where = `Failed to listen on ${host}:${port}`;
  if (error.code === 'EADDRINUSE') {
    return new Error(
      `${where}: something else listens there. Stop it, or choose another port: --port 0 takes a free one.`,
    );
  }
  if (error.code === 'EACCES') return new Error(`${where}: this user may not. Choose a port above 1023.`);
  return new Error(`${where}: ${error.message}`);
}

/** Stops taking connections, lets calls under way finish until the grace is over, then cuts what is left. */
export async function drain({ server, cut }: Listening, grace: AbortSignal): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const check = setInterval(() => {
    if (grace.aborted) cut();
    else server.closeIdleConnections();
  }, DRAIN_CHECK_MS);
  await closed;
  clearInterval(check);
}

/** Waits for the outcome of writes whose agents have gone, until the grace is over: what nobody saw counts as spent. */
export async function landed(flights: { readonly count: number }, grace: AbortSignal): Promise<void> {
  while (flights.count > 0 && !grace.aborted) await pause(DRAIN_CHECK_MS);
}

const isLate = ({ code }: NodeJS.ErrnoException): boolean => code === 'ERR_HTTP_REQUEST_TIMEOUT';

function unreadable({ code, message }: NodeJS.ErrnoException): Refusal {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, reason: 'headers_too_large', detail: `Headers together over ${HEADERS_MAX_BYTES} bytes.` };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, reason: 'request_timeout', detail: 'The request did not arrive in time.' };
    case 'HPE_INVALID_VERSION':
      return { status: 505, reason: 'http_version', detail: 'This door speaks HTTP/1.1.' };
    default:
      return { status: 400, reason: 'malformed_http', detail: message.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200) };
  }
}

/** For requests that node's parser gave up on: there is no response object to answer with. */
function refuseRaw(socket: Duplex, { status, reason, detail }: Refusal): void {
  const body = JSON.stringify({ type: `urn:interlock:problem:${reason}`, title: 'Unreadable request', status, detail });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    () => (socket as Socket).destroySoon?.(),
  );
}
