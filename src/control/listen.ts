import * as https from 'node:https';
import type { Socket } from 'node:net';
import { serve, type ServerType } from '@hono/node-server';
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
    const connections = new Connections({ connectionsMax: CONNECTIONS_MAX, agentConnectionsMax: CONNECTIONS_MAX });
    const times = {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: 1_000,
    };
    const { fetch } = app;
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
    server.on('connection', (socket: Socket) => connections.opened(socket));
    server.once('error', reject);
  });
}

/** Whoever listens on every address is reached on this machine at its own. */
function reachedAt(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
