import type { CallEntry } from '../journal/entry.ts';
import type { Policy } from '../engine/policy.ts';
import { type Placed, recordsOf } from './records.ts';
import type { Arrival, Deed } from './witness.ts';
import type { LedgerEntry } from './world.ts';

/** What the promises are measured on: both runs' harm, the businesses' own account, and the journal's files. */
export interface Evidence {
  readonly policy: Policy;
  readonly unguardedHarm: readonly LedgerEntry[];
  readonly guardedHarm: readonly LedgerEntry[];
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

/** A deed, with the request that did it and the call record that allowed that request, where there are such. */
export interface Attributed {
  readonly deed: Deed;
  readonly arrival: Arrival | undefined;
  readonly call: Placed<CallEntry> | undefined;
}

/**
 * The allowed call behind each arrival, by number: same upstream, method, target and body, byte for byte, each record
 * used once, in the journal's order. `undefined`: nothing in the journal allowed it.
 */
export function callsBehind({
  arrivals,
  records,
}: Pick<Evidence, 'arrivals' | 'records'>): readonly (Placed<CallEntry> | undefined)[] {
  const waiting = new Map<string, Placed<CallEntry>[]>();
  for (const placed of recordsOf(records, 'call')) {
    if (placed.record.verdict !== 'allow') continue;
    const key = sameness(placed.record);
    const alike = waiting.get(key);
    if (alike === undefined) waiting.set(key, [placed]);
    else alike.push(placed);
  }
  return arrivals.map((arrival) => waiting.get(sameness(arrival))?.shift());
}

export function attribute(evidence: Evidence): readonly Attributed[] {
  const calls = callsBehind(evidence);
  return evidence.deeds.map((deed) => ({
    deed,
    arrival: deed.arrival === undefined ? undefined : evidence.arrivals[deed.arrival],
    call: deed.arrival === undefined ? undefined : calls[deed.arrival],
  }));
}

function sameness({
  upstream,
  method,
  target,
  body,
}: Pick<CallEntry, 'upstream' | 'method' | 'target' | 'body'>): string {
  return `${upstream} ${method} ${target}\n${body ?? ''}`;
}
