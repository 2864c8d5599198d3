import type { PolicyFile } from './schema.ts';
import { selects } from './selector.ts';

/** The fields of a request that a policy's rules read on one route, by their outermost names. */
export interface RouteReads {
  readonly body: ReadonlySet<string>;
  readonly query: ReadonlySet<string>;
  /** Those read as one plain value: sent as a list or an object they would have two readings. */
  readonly scalars: ReadonlySet<string>;
}

/** `body.charge`, `query.limit`, `body["x-y"]`, wherever they stand in templates and conditions. */
const READ = /\b(body|query)(?:\.|\[["'])([A-Za-z_][\w-]*)/g;

/**
 * What each route's rules read. The door needs it to refuse what servers read differently: some take `amount` from the
 * body, some from the query, some the first, some the last. Read too widely rather than too narrowly: a name too many
 * only refuses a request that says the same thing in two places.
 */
export function routeReads({ routes, agents }: PolicyFile): ReadonlyMap<string, RouteReads> {
  const conditions = new Map<string, string[]>();
  for (const { allow } of Object.values(agents)) {
    for (const entry of allow) {
      if (typeof entry === 'string' || entry.when === undefined) continue;
      conditions.set(entry.route, [...(conditions.get(entry.route) ?? []), entry.when]);
    }
  }
  const ruled = Object.values(agents).flatMap(({ provenance, segment }) => [
    ...provenance.map((rule) => ({ rule, field: rule.field })),
    ...segment.map((rule) => ({ rule, field: rule.by })),
  ]);
  return new Map(
    Object.entries(routes).map(([id, { subject = '', effect, amount, items, precondition }]) => {
      const fields = ruled.filter(({ rule }) => selects(rule, id, effect)).map(({ field }) => field);
      const plain = JSON.stringify([amount ?? '', ...fields]);
      // What it says of `response` is read off another message.
      const before = JSON.stringify(precondition ?? '').replaceAll('response.', '');
      const text = [subject, plain, JSON.stringify(items ?? ''), before, ...(conditions.get(id) ?? [])].join('\n');
      const found = [...text.matchAll(READ)] as unknown as [string, 'body' | 'query', string][];
      const named = (root: string): Set<string> => new Set(found.filter((one) => one[1] === root).map((one) => one[2]));
      const scalars = [...plain.matchAll(/\b(?:body|query)\.([A-Za-z_][\w-]*)(?!\.|[\w-])/g)].map(
        (one) => one[1] as string,
      );
      return [id, { body: named('body'), query: named('query'), scalars: new Set(scalars) }];
    }),
  );
}
