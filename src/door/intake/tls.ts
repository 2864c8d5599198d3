import { constants } from 'node:crypto';
import type { ServerOptions } from 'node:https';
import type { SecureContextOptions, TlsOptions } from 'node:tls';

/** What the door shows its agents, and whom it lets in. All PEM. */
export interface DoorTls {
  /** The door's certificate, and those between it and its authority. */
  readonly cert: string;
  readonly key: string;
  /** The authorities of client certificates. Absent: agents need none. */
  readonly clientCa?: readonly string[];
}

/** Nobody who speaks TLS needs longer to shake hands; whoever does holds a socket for nothing. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;

/** TLS 1.2 for runtimes that have no 1.3, and of it only what has forward secrecy and authenticates what it encrypts. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** What can be renewed while connections stand: they keep what they were opened with. */
export function secureContext({ cert, key, clientCa }: DoorTls): SecureContextOptions {
  return {
    cert,
    key,
    ...(clientCa !== undefined && { ca: [...clientCa] }),
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    honorCipherOrder: true,
    // A handshake in the middle of a connection has been an attack more often than a need.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  };
}

/**
 * The server's side of TLS. With client authorities, a client without a certificate of theirs is refused in the handshake,
 * whatever `NODE_TLS_REJECT_UNAUTHORIZED` says. Only HTTP/1.1 is offered: there is one reading of what an agent sent.
 */
export function tlsOptions(tls: DoorTls): ServerOptions & TlsOptions {
  return {
    ...secureContext(tls),
    ALPNProtocols: ['http/1.1'],
    // As `node:http` does by itself: a client that has ended its side still gets its answer.
    allowHalfOpen: true,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    requestCert: tls.clientCa !== undefined,
    rejectUnauthorized: tls.clientCa !== undefined,
  };
}
