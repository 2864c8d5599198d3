import type { Instant } from '../../std/clock.ts';
import type { Entry } from '../../journal/entry.ts';
import type { Deed, Doer, Oracle, OracleWatch } from '../oracles/oracle.ts';
import { ARRIVAL } from '../sandbox/scenario.ts';
import type { AskedOfWorld } from '../world/request.ts';
import type { LedgerEntry } from '../world/world.ts';
import { Violation } from './violation.ts';
import type { Watcher } from './watcher.ts';

/** Tells the oracles what happened at the businesses, as it happens. */
export class Witnesses {
  readonly #watches: readonly OracleWatch[];
  readonly #hearers: readonly OracleWatch[];
  readonly #watcher: Watcher;
  #count = 0;

  constructor(oracles: readonly Oracle[], watcher: Watcher) {
    this.#watches = oracles.map((oracle) => oracle.watch(watcher.came?.bind(watcher, oracle.name)));
    this.#hearers = this.#watches.filter((watch) => 'journalled' in watch);
    this.#watcher = watcher;
  }

  /** How much has happened. */
  get count(): number {
    return this.#count;
  }

  /** A request reached a business, whatever becomes of it. */
  arrival(at: Instant, upstream: string, { method, path }: AskedOfWorld, by: Doer): void {
    this.#see({
      at,
      upstream,
      by,
      entry: { at, kind: ARRIVAL, subject: `${method} ${path}`, moneyOut: null, write: false },
    });
  }

  /** The door wrote it down. */
  journalled(entry: Entry): void {
    for (const watch of this.#hearers) watch.journalled?.(entry);
  }

  /** @param by `null`: somebody else */
  entry(at: Instant, upstream: string, entry: LedgerEntry, by: Doer | null): void {
    this.#count += 1;
    this.#see({ at, upstream, entry, by });
  }

  #see(deed: Deed): void {
    this.#watcher.deed?.(deed);
    for (const watch of this.#watches) {
      const harm = watch.see(deed);
      if (harm !== undefined) throw new Violation(harm);
    }
  }
}
