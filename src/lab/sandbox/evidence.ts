import type { CallEntry } from '../../journal/entry.ts';
import type { Policy } from '../../engine/policy.ts';
import { type Placed, recordsOf } from './records.ts';
import type { Arrival, Deed } from './witness.ts';
import type { LedgerEntry } from '../world/world.ts';

/** What the promises are measured on: both runs' harm, the businesses' own account, and the journal's files. */
export interface Evidence {
  readonly policy: Policy;
  /** Whose agents acted: a scenario's own do harm without the door, or it proves nothing; a guest may behave. */
  readonly agents?: 'written' | 'guest';
  readonly unguardedHarm: readonly LedgerEntry[];
  readonly guardedHarm: readonly LedgerEntry[];
  /** It did harm through a door once, so that the run without one has nothing to prove. */
  readonly isKnownHarm?: true;
  /** Of the guarded run. */
  readonly arrivals: readonly Arrival[];
  readonly deeds: readonly Deed[];
  readonly records: readonly Placed[];
  /** The journal's size once it was closed. */
  readonly journalBytes: number;
  /** How many requests the door answered, by Node's own count. */
  readonly answered: number;
  /** What `audit verify` said, and what deciding the journal again gave. */
  readonly verified: Checked;
  readonly redecided: Checked;
  /** Keys and tokens, by what they are; and all the bytes they must not be found in, by file. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, Buffer>>;
}

export interface Checked {
  readonly held: boolean;
  readonly detail: string;
}

/** A request that reached a business, and the call record that allowed it; `undefined`: nothing in the journal did. */
export interface Allowed {
  readonly arrival: Arrival;
  readonly call: Placed<CallEntry> | undefined;
}

/** A deed, with the request that did it. */
export interface Attributed extends Partial<Allowed> {
  readonly deed: Deed;
}

/**
 * Each arrival with the call behind it: same upstream, method, target and body, byte for byte, each record used once, in
 * the journal's order.
 */
export function allowances({ arrivals, records }: Pick<Evidence, 'arrivals' | 'records'>): readonly Allowed[] {
  const allowed = recordsOf(records, 'call').filter(({ record }) => record.verdict === 'allow');
  const waiting = Map.groupBy(allowed, ({ record }) => sameness(record));
  const next = new Map([...waiting].map(([key, alike]) => [key, alike.values()]));
  return arrivals.map((arrival) => ({ arrival, call: next.get(sameness(arrival))?.next().value }));
}

export function attribute(evidence: Pick<Evidence, 'arrivals' | 'records' | 'deeds'>): readonly Attributed[] {
  const allowed = allowances(evidence);
  return evidence.deeds.map((deed) => ({ deed, ...allowed[deed.arrival ?? -1] }));
}

function sameness({
  upstream,
  method,
  target,
  body,
}: Pick<CallEntry, 'upstream' | 'method' | 'target' | 'body'>): string {
  return `${upstream} ${method} ${target}\n${body ?? ''}`;
}
