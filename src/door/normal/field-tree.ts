import type { Json } from '../../std/canonical-json.ts';
import { Bag } from './bag.ts';

/** Why a value has no place in the tree: its key was there before, or was used as something else. */
export type Misfit = 'duplicate' | 'conflict';

/** What a container's keys are: `a[name]`, `a[0]`, or `a[]`. One container has one kind. */
type Kind = 'name' | 'position' | 'end';

interface Branch {
  readonly kind: Kind;
  readonly container: Json[] | Record<string, Json>;
}

/** An integer small enough to be a position. A larger one (`metadata[6735]`) cannot be, so it is a name. */
const POSITION = /^(?:0|[1-9]\d{0,2})$/;

/** Builds nested values from keys like `items[0][price]`, in the order the fields come. */
export class FieldTree {
  readonly values: Record<string, Json> = new Bag();
  readonly #root: Branch = { kind: 'name', container: this.values };
  /** Every container but the root, by the key text that leads to it: `items`, `items[0]`. */
  readonly #branches = new Map<string, Branch>();

  /** Puts a value under a base name and the contents of its brackets: `('items', ['0', 'price'], …)`. */
  put(base: string, parts: readonly string[], value: string): Misfit | undefined {
    let branch = this.#root;
    let name = base;
    let path = base;
    for (const part of parts) {
      const inner = this.#branches.get(path) ?? this.#grow(branch, name, path, kindOf(part));
      if (inner === undefined || inner.kind !== kindOf(part)) return 'conflict';
      branch = inner;
      name = part;
      path += `[${part}]`;
    }
    return attach(branch, name, value);
  }

  #grow(outer: Branch, name: string, path: string, kind: Kind): Branch | undefined {
    // `a[][b]`: parsers differ on where the next element begins.
    if (outer.kind === 'end') return undefined;
    const container = kind === 'name' ? new Bag() : [];
    if (attach(outer, name, container) !== undefined) return undefined;
    const branch: Branch = { kind, container };
    this.#branches.set(path, branch);
    return branch;
  }
}

function kindOf(part: string): Kind {
  if (part === '') return 'end';
  return POSITION.test(part) ? 'position' : 'name';
}

/** Positions must come in order and without gaps: parsers differ on what fills a gap. */
function attach({ kind, container }: Branch, name: string, value: Json): Misfit | undefined {
  if (Array.isArray(container)) {
    if (kind === 'position' && name !== String(container.length)) return 'conflict';
    container.push(value);
    return undefined;
  }
  if (name in container)
    return typeof container[name] === 'string' && typeof value === 'string' ? 'duplicate' : 'conflict';
  container[name] = value;
  return undefined;
}
