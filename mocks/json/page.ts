import { z } from 'zod';
import type { Json } from '../../src/std/canonical-json.ts';
import type { WorldAnswer } from '../../src/lab/world/world.ts';
import { answer, refuse } from './answers.ts';

/** What every list takes. */
export const PAGE = { cursor: z.string().optional(), limit: z.coerce.number().int().min(1).max(100).default(20) };

/** One page, newest first. `next` is the cursor of the next page, `null` on the last; `seen` hears each item shown. */
export function page<Item extends Json>(
  items: ReadonlyMap<string, Item>,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
  keep: (item: Item) => boolean = () => true,
  seen: (item: Item) => void = () => undefined,
): WorldAnswer {
  if (cursor !== undefined && !items.has(cursor)) return refuse(400, 'invalid', `There is no cursor ${cursor}.`);
  const newestFirst = [...items].toReversed();
  const start = cursor === undefined ? 0 : newestFirst.findIndex(([id]) => id === cursor) + 1;
  const rest = newestFirst.slice(start).filter(([, item]) => keep(item));
  const shown = rest.slice(0, limit);
  const data = shown.map(([, item]) => item);
  data.forEach(seen);
  return answer({ data, next: rest.length > limit ? (shown.at(-1)?.[0] ?? null) : null });
}
