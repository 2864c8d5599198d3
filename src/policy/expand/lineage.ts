import { nearest } from '../problem.ts';
import type { Faults } from './faults.ts';
import { membersOf, stringOf, type Written } from './written.ts';

/** A longer chain is a puzzle, not a policy; it also bounds the recursion. */
const EXTENDS_DEPTH_MAX = 8;

interface Lineage {
  /** Whom it extends, the farthest first, each once; itself last. */
  readonly names: ReadonlySet<string>;
  /** How many steps its longest chain has. */
  readonly depth: number;
}

/** Who extends whom: templates and agents share one space of names, and a chain never comes back to where it began. */
export class Lineages {
  readonly #partials: ReadonlyMap<string, Written>;
  readonly #faults: Faults;
  readonly #known = new Map<string, Lineage>();

  constructor(templates: ReadonlyMap<string, Written>, agents: ReadonlyMap<string, Written>, faults: Faults) {
    this.#partials = new Map([...templates, ...agents]);
    this.#faults = faults;
    for (const [name, template] of templates) {
      const agent = agents.get(name);
      if (agent === undefined) continue;
      const message = `\`${name}\` is an agent too, at ${faults.placeOf(agent)}; \`extends\` could mean either`;
      faults.error(template, { message, on: 'key' });
    }
  }

  /** The partial agents that a name stands for, in the order in which they build on each other; its own is the last. */
  of(name: string): readonly (readonly [string, Written])[] {
    return [...this.#lineage(name, []).names].map((one) => [one, this.#partials.get(one) as Written]);
  }

  /** A base that several others share counts once. What is wrong is reported once, for every edge is walked once. */
  #lineage(name: string, trail: readonly string[]): Lineage {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const here = [...trail, name];
    const names = new Set<string>();
    let depth = 0;
    for (const reference of references(this.#partials.get(name))) {
      const base = this.#resolve(reference);
      if (base === undefined) continue;
      if (here.includes(base)) {
        const circle = [...here.slice(here.indexOf(base)), base].join(' → ');
        this.#faults.error(reference, `\`${base}\` extends itself: ${circle}`);
        continue;
      }
      const its = here.length > EXTENDS_DEPTH_MAX ? undefined : this.#lineage(base, here);
      if (its === undefined || its.depth >= EXTENDS_DEPTH_MAX) {
        this.#faults.error(reference, `this chain of \`extends\` is longer than ${EXTENDS_DEPTH_MAX}`);
        names.add(base);
        continue;
      }
      for (const one of its.names) names.add(one);
      depth = Math.max(depth, its.depth + 1);
    }
    names.add(name);
    const lineage = { names, depth };
    this.#known.set(name, lineage);
    return lineage;
  }

  /** A misspelt name is reported, and stands for the one it most likely means. */
  #resolve(reference: Written): string | undefined {
    const name = stringOf(reference);
    if (name === undefined) {
      this.#faults.error(reference, { message: 'this is no name', accepted: 'the name of a template or an agent' });
      return undefined;
    }
    if (this.#partials.has(name)) return name;
    const suggestion = nearest(name, this.#partials.keys());
    this.#faults.error(reference, { message: `unknown template \`${name}\``, suggestion });
    return suggestion;
  }
}

/** `extends: careful` is `extends: [careful]`. */
function references(partial: Written | undefined): readonly Written[] {
  const extended = membersOf(partial).get('extends');
  if (extended === undefined) return [];
  return extended.kind === 'list' ? extended.items : [extended];
}
