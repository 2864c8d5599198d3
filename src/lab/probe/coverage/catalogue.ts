import type { RouteSet } from '../../../engine/policy.ts';

/** What things that a search can reach are sorted by. */
export const GROUPS = [
  'rules',
  'guards',
  'reasons',
  'routes',
  'operations',
  'faults',
  'restarts',
  'endings',
  'window edges',
] as const;
export type Group = (typeof GROUPS)[number];

/** The number of a thing: its place in the catalogue. */
export type Item = number;

/** One thing that a search can reach under a policy. */
export interface Entry {
  readonly group: Group;
  /** `refunds-bot.rates[0] refused a call` */
  readonly text: string;
  /** Calls of these may reach it; `undefined`: it is about no route. */
  readonly routes: RouteSet | undefined;
  /** Why it may be that it was never reached; asked at the end. */
  readonly missing: () => string;
}

/** Everything that a search can reach under one policy: what coverage is a share of. Numbered, so that to tick one off is to write a byte. */
export class Catalogue {
  readonly entries: Entry[] = [];

  add(group: Group, text: string, missing: string | (() => string), routes?: RouteSet): Item {
    this.entries.push({ group, text, routes, missing: typeof missing === 'string' ? () => missing : missing });
    return this.entries.length - 1;
  }
}

/** What has been reached, and how often. */
export class Tally {
  readonly catalogue: Catalogue;
  readonly #times: Float64Array;
  #reached = 0;
  /** Told of each thing that is reached for the first time. */
  readonly #onNew: (item: Item) => void;

  constructor(catalogue: Catalogue, onNew: (item: Item) => void) {
    this.catalogue = catalogue;
    this.#times = new Float64Array(catalogue.entries.length);
    this.#onNew = onNew;
  }

  hit(item: Item): void {
    const times = this.#times[item] ?? 0;
    this.#times[item] = times + 1;
    if (times > 0) return;
    this.#reached += 1;
    this.#onNew(item);
  }

  times(item: Item): number {
    return this.#times[item] ?? 0;
  }

  get reached(): number {
    return this.#reached;
  }
}
