import { createHash } from 'node:crypto';
import type { RawRequest } from '../raw-request.ts';

/**
 * What the door's engine takes for "the same call", from what the upstream received: the door made it of the bytes it
 * judged, so one byte of difference between the two shows.
 */
export function fingerprintOf({ method, target, body }: Pick<RawRequest, 'method' | 'target' | 'body'>): string {
  const hash = createHash('sha256').update(`${method} api ${target}\n`).update(body);
  return hash.digest('hex').slice(0, 32);
}
