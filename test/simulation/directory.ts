import type { Prng } from '../../src/std/prng.ts';
import type { Inode } from './inode.ts';

/** A change of names that a crash of the machine may undo. */
type Change =
  | { readonly kind: 'add'; readonly name: string; readonly inode: Inode }
  | { readonly kind: 'remove'; readonly name: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string };

/** The names in one directory: as programs see them, and as far as they would survive a power failure. */
export class Directory {
  names = new Map<string, Inode>();
  #durable = new Map<string, Inode>();
  #changes: Change[] = [];

  make(change: Change): void {
    this.#changes.push(change);
    applied(this.names, change);
  }

  sync(): void {
    this.#durable = new Map(this.names);
    this.#changes = [];
  }

  /** Whether an inode would still have a name after a power failure. */
  keeps(inode: Inode): boolean {
    return [...this.#durable.values()].includes(inode);
  }

  /** Most file systems keep changes in order; nothing says that they must. */
  losePower(random: Prng): void {
    const inOrder = random.below(4) > 0;
    const kept = random.below(this.#changes.length + 1);
    const survivors = this.#changes.filter((_, index) => (inOrder ? index < kept : random.below(2) === 0));
    for (const change of survivors) applied(this.#durable, change);
    this.names = new Map(this.#durable);
    this.#changes = [];
  }
}

function applied(names: Map<string, Inode>, change: Change): void {
  if (change.kind === 'add') names.set(change.name, change.inode);
  else if (change.kind === 'remove') names.delete(change.name);
  else {
    const inode = names.get(change.from);
    if (inode === undefined) return;
    names.delete(change.from);
    names.set(change.to, inode);
  }
}
