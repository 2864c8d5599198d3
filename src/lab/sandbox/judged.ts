import type { Entry } from '../../journal/entry.ts';
import type { Deed, Harm, Oracle, OracleWatch } from '../oracles/oracle.ts';
import type { LedgerEntry } from '../world/world.ts';
import type { Acted } from './acted.ts';
import type { ActedCourse } from './course-unguarded.ts';
import type { Doers } from './doers.ts';
import { attribute } from './evidence.ts';
import type { FoundScenario } from './found.ts';
import { harmfulEntries, harmSeen } from './oracle-harm.ts';
import type { Placed } from './records.ts';
import { type Account, ARRIVAL, type Scenario } from './scenario.ts';
import { arrivalEntry } from './witness.ts';

/** One run, with what the oracle says of it. */
export interface Judged {
  readonly acted: Acted;
  readonly ledger: readonly (LedgerEntry & { readonly upstream: string })[];
  readonly harm: readonly LedgerEntry[];
  /** In words; absent where a scenario judges by itself. */
  readonly texts?: readonly string[];
}

/** By the scenario's own `harm`. */
export function judged(scenario: Scenario, acted: Acted, records: readonly Placed[] = []): Judged {
  const byTime = (a: LedgerEntry, b: LedgerEntry): number => a.at - b.at;
  const accounts = new Map<LedgerEntry, Account>();
  const ledger = attribute({ ...acted, records })
    .flatMap(({ deed: { upstream, entries }, call }) =>
      entries.map((entry) => {
        const here = { ...entry, upstream };
        if (call !== undefined) accounts.set(here, call.record);
        return here;
      }),
    )
    .sort(byTime);
  const arrivals = acted.arrivals.map(arrivalEntry).sort(byTime);
  return { acted, ledger, harm: scenario.harm(ledger, arrivals, (entry) => accounts.get(entry)) };
}

/** By oracles, who are told of all that happened, and by whom. */
export function judgedByOracles(oracles: readonly Oracle[], acted: Acted, doers: Doers): Judged {
  const deeds = acted.deeds.map((deed) => ({
    ...deed,
    entries: deed.entries.map((entry) => ({ ...entry, upstream: deed.upstream })),
  }));
  const harms = harmSeen(oracles, { arrivals: acted.arrivals, deeds }, doers);
  return {
    acted,
    ledger: deeds.flatMap(({ entries }) => entries).sort((a, b) => a.at - b.at),
    harm: harmfulEntries(harms),
    texts: harms.map(({ oracle, text }) => `${oracle}: ${text}`),
  };
}

/** The same for a course: its oracle sees who did what, and stops at the first harm. */
export function judgedCourse({ oracle }: FoundScenario, acted: ActedCourse): Judged {
  const told = new Map(acted.town.seen.map((deed) => [deed.entry, { ...deed.entry, upstream: deed.upstream }]));
  const watch = oracle.watch();
  const harm = acted.town.told.map((one) => tell(watch, one)).find((found) => found !== undefined);
  return {
    acted,
    ledger: [...told.values()].filter(({ kind }) => kind !== ARRIVAL),
    harm: harm?.deeds.flatMap(({ entry }) => told.get(entry) ?? []) ?? [],
  };
}

function tell(watch: OracleWatch, told: Deed | Entry): Harm | undefined {
  if (!('kind' in told)) return watch.see(told);
  watch.journalled?.(told);
  return undefined;
}
