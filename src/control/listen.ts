import * as https from 'node:https';
import type { Socket } from 'node:net';
import { serve, type Http2Bindings, type HttpBindings, type ServerType } from '@hono/node-server';
import type { AgentId } from '../engine/ids.ts';
import { Connections } from '../door/intake/connections.ts';
import { secureContext, tlsOptions, type DoorTls } from '../door/intake/tls.ts';
import type { ControlApp } from './routes/operation.ts';

/** Its callers send a few hundred bytes. */
export const HEADERS_TIMEOUT_MS = 5_000;
export const REQUEST_TIMEOUT_MS = 10_000;
/** A tool that asks again within this finds its connection still there. */
export const KEEP_ALIVE_TIMEOUT_MS = 5_000;
/** With one more, the one that has rested longest gives way: whoever fills them all keeps no operator out. */
export const CONNECTIONS_MAX = 128;
/** And with requests of one person under way: nobody alone fills them all. */
export const CONNECTIONS_EACH_MAX = 48;

/** What a request's handlers are told by whoever listens. */
export interface Listening {
  /**
   * Its sender is known: its connection does not give way to strangers while it is at work, and after that behind theirs.
   * False: too many of this one's are at work.
   */
  readonly known?: (whose: string) => boolean;
}

export interface ControlListening {
  readonly server: ServerType;
  /** How this machine reaches it. */
  readonly url: string;
  /** Shows another certificate from the next connection on. */
  renewTls(tls: DoorTls): void;
}

export interface ControlAddress {
  /** Default: this machine alone. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Absent: plain HTTP. */
  readonly tls?: DoorTls | undefined;
}

/** Lets people and their tools in. */
export function listenControl(app: ControlApp, address: ControlAddress): Promise<ControlListening> {
  const { host = '127.0.0.1', port, tls } = address;
  return new Promise((resolve, reject) => {
    const connections = new Connections({ connectionsMax: CONNECTIONS_MAX, agentConnectionsMax: CONNECTIONS_EACH_MAX });
    // By TLS a request's socket is another one than that which was opened, of the same address.
    const sockets = new Map<string, Socket>();
    const times = {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: 1_000,
    };
    const fetch = (request: Request, env: HttpBindings | Http2Bindings): Response | Promise<Response> => {
      const socket = sockets.get(placeOf(env.incoming.socket));
      const known = (whose: string): boolean => {
        if (socket === undefined) return true;
        env.outgoing.once('close', () => connections.rests(socket));
        return connections.works(socket, whose as AgentId) === undefined;
      };
      return app.fetch(request, { ...env, known } satisfies Listening & object);
    };
    const where = { fetch, hostname: host, port };
    const options =
      tls === undefined
        ? { ...where, serverOptions: times }
        : { ...where, createServer: https.createServer, serverOptions: { ...times, ...tlsOptions(tls) } };
    const server = serve(options, ({ port: taken }) => {
      server.off('error', reject);
      resolve({
        server,
        url: `${tls === undefined ? 'http' : 'https'}://${reachedAt(host)}:${taken}`,
        renewTls: (renewed) => {
          if (server instanceof https.Server) server.setSecureContext(secureContext(renewed));
        },
      });
    });
    server.on('connection', (socket: Socket) => {
      const place = placeOf(socket);
      sockets.set(place, socket);
      socket.once('close', () => sockets.delete(place));
      connections.opened(socket);
    });
    server.once('error', reject);
  });
}

/** Of a connection: no two have the same at a time. */
function placeOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** Whoever listens on every address is reached on this machine at its own. */
function reachedAt(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
