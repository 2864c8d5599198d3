import { hash } from 'node:crypto';

const FORM = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/;
/** C2SP signed-note's identifier of plain Ed25519 signatures, which stands before the 32 bytes of a public key. */
const ED25519 = 0x01;
const BYTES = 33;

/**
 * The name and the public key (hex) in a verifier key, C2SP signed-note's `NAME+ID+…`; `undefined` where it is none, or its id
 * (the first four bytes of SHA-256 over name, line feed and key) is not its own.
 */
export function verifierKey(text: string): { readonly name: string; readonly key: string } | undefined {
  const [, name = '', id = '', base64 = ''] = FORM.exec(text) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length !== BYTES || bytes[0] !== ED25519 || bytes.toString('base64') !== base64) return undefined;
  const own = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), bytes]), 'hex').slice(0, id.length);
  return own === id ? { name, key: bytes.toString('hex') } : undefined;
}
