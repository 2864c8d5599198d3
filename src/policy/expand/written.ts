import type { Json } from '../../std/canonical-json.ts';
import type { Path } from '../problem.ts';
import type { Source } from '../source.ts';

/** Where an author wrote a value: which text, and where in it. */
interface Origin {
  readonly source: Source;
  readonly path: Path;
}

export type Scalar = null | boolean | number | string;

/**
 * A value of a policy that knows where it was written. Expanding a policy moves such values and makes a few new ones,
 * each with the origin of what it was made from; so a problem behind the expansion still names file, line and column.
 */
export type Written =
  { readonly kind: 'scalar'; readonly value: Scalar; readonly origin: Origin } | WrittenList | WrittenMapping;

export interface WrittenList {
  readonly kind: 'list';
  readonly items: readonly Written[];
  readonly origin: Origin;
}

export interface WrittenMapping {
  readonly kind: 'mapping';
  readonly members: ReadonlyMap<string, Written>;
  readonly origin: Origin;
}

/** A whole text, as written. Its depth is bounded by the reading of YAML. */
export function writtenIn(source: Source): Written {
  return lift(source.data, { source, path: [] });
}

function lift(data: Json, origin: Origin): Written {
  const inside = (step: string | number): Origin => ({ source: origin.source, path: [...origin.path, step] });
  if (Array.isArray(data)) {
    return listOf(
      data.map((item, index) => lift(item as Json, inside(index))),
      origin,
    );
  }
  if (data === null || typeof data !== 'object') return { kind: 'scalar', value: data, origin };
  const members = Object.entries(data).map(([key, member]) => [key, lift(member, inside(key))] as const);
  return mappingOf(new Map(members), origin);
}

export function listOf(items: readonly Written[], origin: Origin): WrittenList {
  return { kind: 'list', items, origin };
}

export function mappingOf(members: ReadonlyMap<string, Written>, origin: Origin): WrittenMapping {
  return { kind: 'mapping', members, origin };
}

/** A text that stands for what was written at an origin. */
export function textOf(value: string, origin: Origin): Written {
  return { kind: 'scalar', value, origin };
}

/** The same mapping with some of its members set, or left out where `undefined`. */
export function withMembers(
  { members, origin }: WrittenMapping,
  changes: Iterable<readonly [string, Written | undefined]>,
): WrittenMapping {
  const changed = new Map<string, Written>(members);
  for (const [key, member] of changes) {
    if (member === undefined) changed.delete(key);
    else changed.set(key, member);
  }
  return mappingOf(changed, origin);
}

/** A mapping's members; none where the value is another thing, which the schema reports. */
export function membersOf(written: Written | undefined): ReadonlyMap<string, Written> {
  return written?.kind === 'mapping' ? written.members : new Map();
}

export function itemsOf(written: Written | undefined): readonly Written[] {
  return written?.kind === 'list' ? written.items : [];
}

export function stringOf(written: Written | undefined): string | undefined {
  return written?.kind === 'scalar' && typeof written.value === 'string' ? written.value : undefined;
}

/** The value alone, as JSON. */
export function plain(written: Written): Json {
  if (written.kind === 'scalar') return written.value;
  if (written.kind === 'list') return written.items.map(plain);
  return Object.fromEntries([...written.members].map(([key, member]) => [key, plain(member)]));
}

/** A written value as a source: its data, and the place where each part of it was written. */
export function asSource(root: Written): Source {
  return {
    data: plain(root),
    place: (path, on = 'value', offset) => {
      let at = root;
      for (const step of path) {
        const next = at.kind === 'mapping' ? at.members.get(String(step)) : itemsOf(at)[Number(step)];
        if (next === undefined) return at.origin.source.place(at.origin.path, 'value', offset);
        at = next;
      }
      return at.origin.source.place(at.origin.path, on, offset);
    },
  };
}
