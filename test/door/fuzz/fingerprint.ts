import { createHash } from 'node:crypto';
import type { RawRequest } from '../raw-request.ts';

/**
 * What the door's engine takes for "the same call", from what the upstream received: the door made it of the bytes it
 * judged, so one byte of difference between the two shows.
 */
export function fingerprintOf({ method, target, body }: Request): string {
  return digest(`${method} api ${target}\n`, body).slice(0, 32);
}

/** The same of an upload, which the door does not read, and knows by its length and digest. */
export function uploadFingerprintOf({ method, target, body }: Request): string {
  return digest(`${method} api ${target}\0${body.length} ${digest('', body)}`).slice(0, 32);
}

type Request = Pick<RawRequest, 'method' | 'target' | 'body'>;

function digest(text: string, bytes: Buffer = Buffer.alloc(0)): string {
  return createHash('sha256').update(text).update(bytes).digest('hex');
}
