import { randomBytes } from 'node:crypto';
import type { CallId } from '../engine/ids.ts';

/** Bytes of each id that nobody can know before it is given. */
const FRESH = 2;
/** As many are asked for at once: one by one they would take longer than all else about an id. */
const POOL = 4_096;

/**
 * Call ids: `call_`, a random prefix of this run of the door, a counter, and four digits that nobody can tell beforehand.
 * Unique, short, and cheap to make.
 *
 * An agent is told the ids of its calls, and could count on. It must not know the next one: what people are shown of its
 * writes is drawn by their ids, and who knew the draw would do harm only where nobody looks.
 */
export function callIds(random: (bytes: number) => Buffer = randomBytes): () => CallId {
  const run = random(6).toString('hex');
  let count = 0;
  let pool: Buffer = Buffer.alloc(0);
  let used = 0;
  return () => {
    if (used + FRESH > pool.length) [pool, used] = [random(POOL), 0];
    const fresh = pool.toString('hex', used, used + FRESH);
    used += FRESH;
    return `call_${run}${(count++).toString(36).padStart(5, '0')}${fresh}` as CallId;
  };
}
