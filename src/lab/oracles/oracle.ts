import type { Instant } from '../../std/clock.ts';
import type { Currency, Micros } from '../../std/money.ts';
import type { Call } from '../../engine/call.ts';
import type { Entry } from '../../journal/entry.ts';
import type { LedgerEntry } from '../world/world.ts';

/**
 * The call that did it, as the door read it: who, when it was let through, what it was taken for. An oracle that asks for
 * `subject` or `amount` asks what the policy reads; what truly happened stands in the entry. The rest of what was read is
 * absent where nobody could read the request.
 */
export type Doer = Pick<
  Call,
  'id' | 'at' | 'agent' | 'grant' | 'task' | 'session' | 'route' | 'effect' | 'subject' | 'amount'
> &
  Partial<Pick<Call, 'granted' | 'conditions' | 'items' | 'fingerprint' | 'envelope' | 'before'>>;

/**
 * One thing that truly happened at a business, and who did it: what oracles see, in the order it happened.
 * INVARIANT: `at` never decreases, and what one call does at once comes in one go.
 */
export interface Deed {
  readonly at: Instant;
  readonly upstream: string;
  /** What stands in the ledger; for a request that reached the business, an entry of kind `ARRIVAL`. */
  readonly entry: LedgerEntry;
  /** `null`: somebody else, by another way than the door. */
  readonly by: Doer | null;
}

/** What must never have happened has. */
export interface Harm {
  /** The oracle's name. */
  readonly oracle: string;
  /** One sentence in money and subjects: `charge:ch_1 was refunded 2 times, 100.00 USD in all`. */
  readonly text: string;
  /** The deeds that make it up, oldest first; the last is the one that went too far, and an agent's. */
  readonly deeds: readonly Deed[];
  /** See {@link Oracle.promise}. */
  readonly promise?: true;
}

/**
 * What must never happen, stated over what truly happened at the businesses, and over nothing of the guards.
 *
 * A watch sees every deed of one run, in order, and says so as soon as one goes too far. The probe keeps thousands of runs:
 * a watch is made anew for each, and what it does for a deed must not grow with the deeds before it.
 */
export interface Oracle {
  /** `never[0]`, or what its author calls it. */
  readonly name: string;
  /** What must never happen, for a person: `more than 1 create_refund per subject`. */
  readonly text: string;
  /** It states what Interlock itself promises: harm is a bug in Interlock, and no hole in the policy. */
  readonly promise?: true;
  /** @param onCame told how far the run has come; an oracle without a limit need not tell */
  watch(onCame?: OnCame): OracleWatch;
}

/** How much of what a limit counts stands now, in the window that ends now: a number of deeds, or micros of a currency. */
export type OnCame = (came: number | Micros, currency?: Currency) => void;

export interface OracleWatch {
  see(deed: Deed): Harm | undefined;
  /**
   * Hears what the door wrote down, as it does, before what comes of it is seen: whom it stopped, what humans said, how calls
   * ended. For a promise about those; what is no promise needs nothing of the door.
   */
  journalled?(entry: Entry): void;
}

/** For an oracle of one's own, in a file that `interlock probe --oracle` names: its default export, or a list of them. */
export const defineOracle = (oracle: Oracle): Oracle => oracle;
