/** A policy with one planted hole, and what a person expects of the search: written by hand, before it ever ran. */
export interface Hole {
  /** `once-missing`, of `holes/once-missing.yaml`. */
  readonly name: string;
  /** The oracle that must see the harm: the place of its rule in the policy's `never:`. */
  readonly oracle: string;
  /**
   * How many steps (calls, waits, deeds of others, restarts, approvals) a person needs to write the incident down. `incidents.ts`
   * has it written down, and a test holds it to this number and to doing the harm.
   */
  readonly steps: number;
}

const hole = (name: string, steps: number, oracle = 'never[0]'): Hole => ({ name, oracle, steps });

/** What each one is about, the first line of its file says. */
export const holes: readonly Hole[] = [
  hole('once-missing', 2),
  hole('once-for-a-day', 3),
  hole('once-per-key', 2),
  hole('second-way-to-refund', 3),
  hole('pattern-too-wide', 1),
  hole('budget-per-agent', 2),
  hole('budget-per-task', 2),
  hole('budget-an-hour-short', 3),
  hole('day-for-a-window', 3),
  hole('day-of-another-zone', 3),
  hole('approval-per-call', 3),
  hole('currency-not-pinned', 2),
  hole('currency-of-the-charge', 3),
  hole('rest-without-amount', 1),
  hole('threshold-slip', 1),
  hole('claimable-exemption', 1),
  hole('dashboard-not-asked', 3),
  hole('check-then-act', 2),
  hole('rate-per-route', 4),
  hole('destructive-without-rate', 6),
  hole('list-beside-item', 1),
  hole('write-as-read', 3),
  hole('payee-from-content', 2),
  hole('retries-without-backoff', 6),
  hole('shared-budget-leaves-out-payouts', 2),
  hole('group-gives-more', 1),
  hole('amount-taken-as-fixed', 1),
  hole('pilot-by-its-own-word', 2),
  hole('bulk-as-one', 1),
  hole('price-of-one-share', 2),
];

/** Policies by which no harm is possible, whatever fails: `sound/NAME.yaml`. */
export const sound: readonly string[] = ['clean-up', 'payables', 'refunds', 'support', 'transfers'];
