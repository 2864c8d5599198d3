import type { Deed as OracleDeed, Harm, Oracle } from '../oracles/oracle.ts';
import type { LedgerEntry } from '../world/world.ts';
import type { Doers } from './doers.ts';
import { type Arrival, arrivalEntry, type Deed } from './witness.ts';

/** What oracles say of a run that is over: all of it, not only the first. */
export function harmSeen(
  oracles: readonly Oracle[],
  { arrivals, deeds }: { readonly arrivals: readonly Arrival[]; readonly deeds: readonly Deed[] },
  doers: Doers,
): readonly Harm[] {
  const watches = oracles.map((oracle) => oracle.watch());
  return inOrder(arrivals, deeds, doers).flatMap((deed) => watches.flatMap((watch) => watch.see(deed) ?? []));
}

/** The entries that went too far. */
export function harmfulEntries(harms: readonly Harm[]): readonly LedgerEntry[] {
  return [...new Set(harms.flatMap(({ deeds }) => deeds.at(-1)?.entry ?? []))];
}

/** In time; of one moment requests come before what they did, and what one call did stays together. */
function inOrder(arrivals: readonly Arrival[], deeds: readonly Deed[], doers: Doers): readonly OracleDeed[] {
  const came = arrivals.map((arrival, number) => {
    const { at, upstream } = arrival;
    return { at, did: [{ at, upstream, entry: arrivalEntry(arrival), by: doers[number] ?? null }] };
  });
  const done = deeds.map(({ upstream, arrival, entries }) => {
    const by = doers[arrival ?? -1] ?? null;
    const at = Math.max(...entries.map((entry) => entry.at));
    return { at, did: entries.map((entry) => ({ at, upstream, entry, by })) };
  });
  return [...came, ...done].sort((a, b) => a.at - b.at).flatMap(({ did }) => did);
}
