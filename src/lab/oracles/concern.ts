import type { NeverDeeds, NeverEach, NeverRule } from '../../policy/never.ts';
import { ARRIVAL } from '../sandbox/scenario.ts';
import type { Deed } from './oracle.ts';

/** What a deed is to a rule. `counts`: it counts, and is nobody's fault; `fault`: it may be the one that goes too far. */
export type Bearing = 'none' | 'counts' | 'fault';

/** Whether an entry is of the sort that a rule counts, by the entry alone. */
const SORT: Readonly<Record<NeverRule['kind'], (deed: Deed) => boolean>> = {
  effects: ({ entry }) => entry.write,
  money: ({ entry }) => entry.moneyOut !== null && entry.moneyOut.micros > 0n,
  payees: ({ entry }) => entry.moneyOut !== null && entry.moneyOut.micros > 0n,
  reads: ({ entry }) => !entry.write && entry.kind !== ARRIVAL,
  requests: ({ entry }) => entry.kind === ARRIVAL,
};

/** Tells which deeds a rule counts, and which it blames. */
export function bearingOf(rule: NeverRule): (deed: Deed) => Bearing {
  const { deeds, agents, kind } = rule;
  const isOfSort = deeds.by === 'ledger' && (kind === 'effects' || kind === 'reads') ? () => true : SORT[kind];
  const each = kind === 'payees' ? 'all' : rule.each;
  const othersCount = deeds.by === 'ledger' && each === 'subject';
  return (deed) => {
    if (!isMeant(deeds, deed) || !isOfSort(deed)) return 'none';
    const { by } = deed;
    if (by !== null && (agents === 'all' || agents.has(by.agent))) return 'fault';
    return othersCount ? 'counts' : 'none';
  };
}

function isMeant(deeds: NeverDeeds, { by, entry }: Deed): boolean {
  if (deeds.by === 'ledger') return entry.kind === deeds.kind;
  return by !== null && (deeds.routes === 'all' || deeds.routes.has(by.route));
}

/** Whose count a deed goes into. Two businesses may use one name for different things. */
export function ownerOf(each: NeverEach, { upstream, entry, by }: Deed): string {
  if (each === 'all') return '';
  return each === 'agent' ? (by?.agent ?? '') : `${upstream} ${entry.subject}`;
}
