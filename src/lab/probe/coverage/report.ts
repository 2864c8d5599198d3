import { GROUPS, type Group, type Tally } from './catalogue.ts';

/** What a search reached of all that it could. Plain data. */
export interface CoverageReport {
  readonly reached: number;
  readonly of: number;
  readonly groups: readonly CoveredGroup[];
}

export interface CoveredGroup {
  readonly group: Group;
  readonly reached: readonly { readonly what: string; readonly times: number }[];
  /** Each with one sentence on why that may be. */
  readonly unreached: readonly { readonly what: string; readonly why: string }[];
}

export function coverageReport(tally: Tally): CoverageReport {
  const { entries } = tally.catalogue;
  const groups = GROUPS.flatMap((group): CoveredGroup[] => {
    const own = entries.flatMap((entry, item) => (entry.group === group ? [{ entry, times: tally.times(item) }] : []));
    if (own.length === 0) return [];
    return [
      {
        group,
        reached: own.flatMap(({ entry, times }) => (times === 0 ? [] : [{ what: entry.text, times }])),
        unreached: own.flatMap(({ entry, times }) => (times === 0 ? [{ what: entry.text, why: entry.missing() }] : [])),
      },
    ];
  });
  return { reached: tally.reached, of: entries.length, groups };
}
