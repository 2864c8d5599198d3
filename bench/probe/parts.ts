/** What V8's profiler gives, as far as it is looked at. */
export interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
}

export interface Part {
  readonly part: string;
  /** Of 1. */
  readonly share: number;
}

/** The first whose pattern a file's address has is the part that it belongs to. */
const PARTS: readonly (readonly [part: string, pattern: RegExp])[] = [
  ['fast-check', /fast-check/],
  ['adversaries: choosing and writing requests', /src\/lab\/adversaries\//],
  ['oracles', /src\/lab\/oracles\//],
  ['coverage and nearness', /src\/lab\/probe\/(coverage|nearness|search\/lookout|search\/arms)/],
  ['the world', /mocks\/|src\/lab\/world\//],
  [
    'reading requests',
    /src\/door\/(normal|judge\/reading)|src\/lab\/probe\/(prepared|readings)|src\/policy\/|src\/engine\/facts/,
  ],
  ['the engine', /src\/engine\//],
  ['the rest of the door, and its journal', /src\/door\/|src\/journal\/|src\/lab\/probe\/snapshots/],
  ['the arena', /src\/lab\//],
];

/**
 * Where time went, by part. What has no file of its own (natives, `Map`, hashes) or one that all share (`std`) counts for
 * whoever called it; the collector counts for itself.
 */
export function partsOf({ nodes, samples = [], timeDeltas = [] }: Profile): readonly Part[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const known = new Map<number, string>();
  const partOf = (id: number): string => {
    let part = known.get(id);
    if (part !== undefined) return part;
    const { functionName, url } = byId.get(id)?.callFrame ?? { functionName: '', url: '' };
    const parent = parents.get(id);
    part = functionName === '(garbage collector)' ? 'collecting garbage' : PARTS.find(([, own]) => own.test(url))?.[0];
    part ??= parent === undefined ? 'the rest' : partOf(parent);
    known.set(id, part);
    return part;
  };
  const spent = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const part = partOf(id);
    spent.set(part, (spent.get(part) ?? 0) + (timeDeltas[index] ?? 0));
  }
  const whole = [...spent.values()].reduce((sum, one) => sum + one, 0);
  return [...spent].map(([part, micros]) => ({ part, share: micros / whole })).toSorted((a, b) => b.share - a.share);
}
