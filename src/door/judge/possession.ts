import { hash, timingSafeEqual, type X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Grant } from '../../journal/index.ts';
import type { Refusal } from '../normal/refusal.ts';

/** The SHA-256 of a certificate's DER in base64url, `x5t#S256` (RFC 8705 §3.1). */
export function thumbprint({ raw }: X509Certificate): string {
  return hash('sha256', raw, 'base64url');
}

/** Thumbprints of the certificates that connections were opened with: a handshake is read once, requests are many. */
const SHOWN = new WeakMap<Socket, string>();

/**
 * Why a grant that is bound to a certificate is not taken on this connection: whoever holds the token alone has stolen it.
 * `undefined`: it is bound to none, or the connection was opened with the right one.
 */
export function unpossessed({ certificate }: Grant, socket: Socket): Refusal | undefined {
  if (certificate === undefined) return undefined;
  const shown = shownOn(socket);
  if (shown !== undefined && timingSafeEqual(Buffer.from(shown), Buffer.from(certificate))) return undefined;
  const how = shown === undefined ? 'no client certificate was shown' : 'another one was shown';
  return {
    status: 401,
    reason: 'grant_certificate',
    detail: `This grant is bound to a client certificate, and ${how}. Connect by TLS with the certificate it was made for.`,
  };
}

function shownOn(socket: Socket): string | undefined {
  const known = SHOWN.get(socket);
  if (known !== undefined) return known;
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  // One that no authority vouches for proves a key as well, but this door asked for none.
  if (certificate === undefined || !(socket as TLSSocket).authorized) return undefined;
  const shown = thumbprint(certificate);
  SHOWN.set(socket, shown);
  return shown;
}
