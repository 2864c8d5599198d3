import * as net from 'node:net';
import * as tls from 'node:tls';
import type { TransportLimits, TransportOptions } from '../flight/transport.ts';
import { lookupWithin, outOfReach } from './reach.ts';

/** Called once, when the socket stands, its peer verified where the origin is `https:`, or with the error why it never will. */
export type Connected = (error: Error | null, socket: net.Socket) => void;

/** Opens one connection. The socket returned is still connecting: for giving up early only. */
export type Connect = (connected: Connected) => net.Socket;

/** Nobody waits longer than this for a handshake: a host that answers at all does so within a second or two. */
export const CONNECT_TIMEOUT_MAX_MS = 10_000;
/** Between TCP keep-alive probes of a silent connection. */
export const PROBE_MS = 60_000;

/**
 * How connections to one origin are made, for every adapter: nothing is handed over, hence nothing written, before the
 * connection stands, at an address of the upstream's network. The certificate must name the origin's host, whatever `Host`
 * header a request carries, and `NODE_TLS_REJECT_UNAUTHORIZED` changes nothing.
 */
export function connector(origin: URL, limits: TransportLimits, options: TransportOptions): Connect {
  const host = origin.hostname.replace(/^\[(.*)\]$/, '$1');
  const secure = origin.protocol === 'https:';
  const port = origin.port === '' ? (secure ? 443 : 80) : Number(origin.port);
  const timeoutMs = Math.min(limits.headTimeoutMs, CONNECT_TIMEOUT_MAX_MS);
  /** TLS resumes from the last session: one round trip less for each further connection. */
  let session: Buffer | undefined;
  const networks = [options.network];
  const lookup = lookupWithin(networks, options.resolve);

  const open = (): net.Socket => {
    const unreachable = net.isIP(host) === 0 ? null : outOfReach(host, host, networks);
    if (unreachable !== null) return new net.Socket().destroy(new Error(unreachable));
    if (!secure) {
      return net.connect({ host, port, lookup, noDelay: true, keepAlive: true, keepAliveInitialDelay: PROBE_MS });
    }
    const socket = tls.connect({
      host,
      port,
      lookup,
      servername: net.isIP(host) === 0 ? host : '',
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: true,
      ...(options.ca === undefined ? {} : { ca: [options.ca].flat() }),
      ...(session === undefined ? {} : { session }),
    });
    socket.setNoDelay(true).setKeepAlive(true, PROBE_MS);
    return socket.on('session', (fresh) => (session = fresh));
  };

  return (connected) => {
    const socket = open();
    const timer = setTimeout(() => socket.destroy(new Error(`no connection in ${timeoutMs} ms`)), timeoutMs);
    let settle: Connected | null = connected;
    const settled = (error: Error | null): void => {
      clearTimeout(timer);
      const once = settle;
      settle = null;
      once?.(error, socket);
    };
    // Whatever looked the name up, this is where the connection leads.
    socket.once('connect', () => {
      const unreachable = outOfReach(host, socket.remoteAddress ?? '', networks);
      if (unreachable !== null) socket.destroy(new Error(unreachable));
      else if (!secure) settled(null);
    });
    if (secure) socket.once('secureConnect', () => settled(null));
    socket.on('error', (error) => settled(error));
    socket.once('close', () => settled(new Error('the connection was given up')));
    return socket;
  };
}
