import { assert } from '../../std/assert.ts';
import { formatMoney } from '../../std/money.ts';
import { ARRIVAL } from '../sandbox/scenario.ts';
import type { LedgerEntry } from '../world/world.ts';
import type { Deed, Oracle, OracleWatch } from './oracle.ts';

/** An oracle in the words of a scenario: the whole ledger in, what of it must never have happened out. */
export interface OwnOracle {
  /** Short, and no other oracle's: `two-refunds`. */
  readonly name: string;
  /** What must never happen, for a person: `more than one refund of a charge`. */
  readonly text: string;
  /**
   * The entries that must never have happened; none: all is well. As `Scenario.harm`, so one function serves both. It is
   * asked again after every deed of an agent, and after arrivals only where it takes `arrivals`: of a run's few hundred
   * deeds that is quick enough; what has to be quicker is an `Oracle` of its own.
   */
  readonly harm: (ledger: readonly LedgerEntry[], arrivals: readonly LedgerEntry[]) => readonly LedgerEntry[];
}

export function oracleOf({ name, text, harm }: OwnOracle): Oracle {
  return { name, text, watch: () => new OwnWatch(name, text, harm) };
}

/** More than that is counted instead of told. */
const TOLD_MAX = 3;

class OwnWatch implements OracleWatch {
  readonly #name: string;
  readonly #text: string;
  readonly #harm: OwnOracle['harm'];
  readonly #ledger: LedgerEntry[] = [];
  readonly #arrivals: LedgerEntry[] = [];
  readonly #deeds = new Map<LedgerEntry, Deed>();

  constructor(name: string, text: string, harm: OwnOracle['harm']) {
    this.#name = name;
    this.#text = text;
    this.#harm = harm;
  }

  see(deed: Deed): ReturnType<OracleWatch['see']> {
    const { entry } = deed;
    const isArrival = entry.kind === ARRIVAL;
    (isArrival ? this.#arrivals : this.#ledger).push(entry);
    this.#deeds.set(entry, deed);
    // What a human did elsewhere is no agent's fault; and a function of one parameter has no eye for arrivals.
    if (deed.by === null || (isArrival && this.#harm.length === 1)) return undefined;
    const harmful = this.#harm(this.#ledger, this.#arrivals);
    if (harmful.length === 0) return undefined;
    const deeds = harmful.map((one) => this.#deeds.get(one));
    assert(
      deeds.every((known) => known !== undefined),
      `the oracle \`${this.#name}\` gives entries that it was given: the ledger's own, not copies`,
    );
    const others = deeds.filter((one) => one !== deed);
    return { oracle: this.#name, text: `${this.#text}: ${told(harmful)}`, deeds: [...others, deed] };
  }
}

function told(entries: readonly LedgerEntry[]): string {
  const lines = entries.slice(0, TOLD_MAX).map(({ kind, subject, moneyOut }) => {
    return `${kind} ${subject}${moneyOut === null ? '' : ` ${formatMoney(moneyOut)}`}`;
  });
  const rest = entries.length - TOLD_MAX;
  return `${lines.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
