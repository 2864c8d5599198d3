import { randomBytes } from 'node:crypto';
import type { CallId } from '../engine/ids.ts';

/** Call ids: `call_` and a random prefix of this run of the door, then a counter. Unique, short, and cheap to make. */
export function callIds(random: (bytes: number) => Buffer = randomBytes): () => CallId {
  const run = random(6).toString('hex');
  let count = 0;
  return () => `call_${run}${(count++).toString(36).padStart(5, '0')}` as CallId;
}
