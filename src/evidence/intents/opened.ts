import { revealed, SEALED } from '../../journal/index.ts';
import type { Intents } from './intent.ts';

/**
 * With personal data in clear where it can still be opened: in memory alone, to be compared by. What is printed says which
 * fields differ, never what they hold.
 */
export function opened(dir: string, intents: Intents): Intents {
  const sealed = intents.writes.filter(({ body }) => body !== null && body.search(SEALED) !== -1);
  if (sealed.length === 0) return intents;
  const bodies = revealed(
    dir,
    sealed.map(({ body }) => body ?? ''),
  );
  const clear = new Map(sealed.map(({ call }, index) => [call, bodies[index] ?? null]));
  return { ...intents, writes: intents.writes.map((one) => ({ ...one, body: clear.get(one.call) ?? one.body })) };
}
