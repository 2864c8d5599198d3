import type { Json } from '../../std/canonical-json.ts';
import { type Result, fail, ok } from '../../std/result.ts';

/** More fields than any honest form has; an upstream would refuse them too. */
const FIELDS_MAX = 1_000;
/** `a[b][c]…`: how many brackets deep a key may go. */
const DEPTH_MAX = 8;

type Tree = Map<string, Tree | string>;

/**
 * Reads `application/x-www-form-urlencoded` with nested keys, as Rack and Stripe's libraries write them:
 * `metadata[order]=7` → `{ metadata: { order: '7' } }`, `expand[]=a&expand[]=b` and `expand[0]=a&expand[1]=b` → `['a', 'b']`.
 * Every leaf is a string; of a repeated plain key the last counts. Fails with a sentence where a key is used in two shapes.
 */
export function parseForm(text: string): Result<{ readonly [key: string]: Json }, string> {
  return nest(new URLSearchParams(text));
}

/** The same for pairs that are decoded already: a query, say. */
export function nest(pairs: Iterable<readonly [string, string]>): Result<{ readonly [key: string]: Json }, string> {
  const root: Tree = new Map();
  let fields = 0;
  for (const [key, value] of pairs) {
    fields += 1;
    if (fields > FIELDS_MAX) return fail(`more than ${FIELDS_MAX} fields`);
    const path = pathOf(key);
    if (path.length > DEPTH_MAX) return fail(`\`${key}\` nests deeper than ${DEPTH_MAX}`);
    if (!insert(root, path, value)) return fail(`\`${key}\` is used both as a value and as a group`);
  }
  return ok(Object.fromEntries([...root].map(([key, node]) => [key, toJson(node)])));
}

/** A query as one flat record. A repeated `key[]` is numbered (`key[0]`, `key[1]`), so that no item hides another. */
export function flatQuery(query: URLSearchParams): Readonly<Record<string, string>> {
  const seen = new Map<string, number>();
  return Object.fromEntries(
    [...query].map(([key, value]) => {
      if (!key.endsWith('[]')) return [key, value];
      const index = seen.get(key) ?? 0;
      seen.set(key, index + 1);
      return [`${key.slice(0, -2)}[${index}]`, value];
    }),
  );
}

/** `a[b][]` → `['a', 'b', '']`. A key whose brackets do not pair is one plain name. */
function pathOf(key: string): readonly string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(key);
  if (match === null) return [key];
  const [, name, brackets] = match as unknown as [string, string, string];
  return [name, ...Array.from(brackets.matchAll(/\[([^\]]*)\]/g), ([, segment]) => segment as string)];
}

/** False where the path runs through a value, or ends on a group. */
function insert(root: Tree, path: readonly string[], value: string): boolean {
  let tree = root;
  for (const [depth, segment] of path.entries()) {
    const key = segment === '' && depth > 0 ? String(tree.size) : segment;
    const node = tree.get(key);
    if (depth === path.length - 1) {
      if (node instanceof Map) return false;
      tree.set(key, value);
    } else if (node === undefined) {
      const next: Tree = new Map();
      tree.set(key, next);
      tree = next;
    } else if (node instanceof Map) {
      tree = node;
    } else {
      return false;
    }
  }
  return true;
}

/** A group whose keys are 0, 1, 2, … is a list. */
function toJson(node: Tree | string): Json {
  if (typeof node === 'string') return node;
  const members = [...node];
  if (members.every(([key], index) => key === String(index))) return members.map(([, member]) => toJson(member));
  return Object.fromEntries(members.map(([key, member]) => [key, toJson(member)]));
}
