import type { Instant } from '../../std/clock.ts';
import type { Entry } from '../../journal/entry.ts';
import type { Deed, Doer, Harm, Oracle, OracleWatch } from '../oracles/oracle.ts';
import { ARRIVAL } from '../sandbox/scenario.ts';
import type { AskedOfWorld } from '../world/request.ts';
import type { LedgerEntry } from '../world/world.ts';
import { blamed, Threw, whose } from './threw.ts';
import { Violation } from './violation.ts';
import type { Watcher } from './watcher.ts';

interface Named {
  readonly oracle: string;
  readonly watch: OracleWatch;
}

/** Tells the oracles what happened at the businesses, as it happens. */
export class Witnesses {
  readonly #watches: readonly Named[];
  readonly #hearers: readonly Named[];
  readonly #watcher: Watcher;
  #count = 0;

  constructor(oracles: readonly Oracle[], watcher: Watcher) {
    this.#watches = oracles.map((oracle) => ({
      oracle: oracle.name,
      watch: blamed(
        { kind: 'oracle', oracle: oracle.name },
        () => 'a run began',
        () => oracle.watch(watcher.came?.bind(watcher, oracle.name)),
      ),
    }));
    this.#hearers = this.#watches.filter(({ watch }) => 'journalled' in watch);
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
    for (const { oracle, watch } of this.#hearers)
      blamed(
        { kind: 'oracle', oracle },
        () => `it heard of \`${entry.kind}\` in the journal`,
        () => watch.journalled?.(entry),
      );
  }

  /** @param by `null`: somebody else */
  entry(at: Instant, upstream: string, entry: LedgerEntry, by: Doer | null): void {
    this.#count += 1;
    this.#see({ at, upstream, entry, by });
  }

  #see(deed: Deed): void {
    this.#watcher.deed?.(deed);
    let harm: Harm | undefined;
    let looking = '';
    try {
      for (const { oracle, watch } of this.#watches) {
        looking = oracle;
        harm = watch.see(deed);
        if (harm !== undefined) break;
      }
    } catch (error) {
      throw new Threw({ kind: 'oracle', oracle: looking }, seen(deed), error);
    }
    if (harm !== undefined) throw new Violation(harm);
  }
}

function seen({ entry: { kind, subject }, by }: Deed): string {
  return `it saw \`${kind}\` of \`${subject}\` ${whose(by)}`;
}
