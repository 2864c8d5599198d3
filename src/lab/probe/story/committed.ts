import { formatMoney, type Money } from '../../../std/money.ts';
import type { Deed } from '../../oracles/oracle.ts';
import type { LedgerEntry } from '../../world/world.ts';

/** Deeds of one kind by one step, and whose they were. */
export interface Committed {
  readonly kind: string;
  readonly subjects: readonly string[];
  /** `email sent to 5 contacts` */
  readonly text: string;
}

/**
 * What changed at the business, one item for each kind of deed, in money where it did.
 * @param subject of the call: whose it was is told only where it was another's
 */
export function committedBy(deeds: readonly Deed[], subject: string | null | undefined): readonly Committed[] {
  const entries = deeds.map(({ entry }) => entry).filter(({ write, moneyOut }) => write || moneyOut !== null);
  return [...Map.groupBy(entries, ({ kind }) => kind)].map(([kind, alike]) => {
    const subjects = [...new Set(alike.map((entry) => entry.subject))];
    return { kind, subjects, text: `${spoken(kind)}${moved(alike)}${whose(alike, subjects, subject)}${payee(alike)}` };
  });
}

function moved(entries: readonly LedgerEntry[]): string {
  const sums = new Map<string, bigint>();
  for (const { moneyOut, moneyIn } of entries) {
    const money: Money | null | undefined = moneyOut ?? moneyIn;
    if (money != null) sums.set(money.currency, (sums.get(money.currency) ?? 0n) + money.micros);
  }
  return [...sums].map(([currency, micros]) => ` ${formatMoney({ currency, micros })}`).join(' and');
}

function whose(
  entries: readonly LedgerEntry[],
  subjects: readonly string[],
  subject: string | null | undefined,
): string {
  const times = entries.length > subjects.length ? ` ${entries.length} times` : '';
  const [first = ''] = subjects;
  if (subjects.length === 1 && first === subject) return times;
  const who = subjects.length === 1 ? first : `${subjects.length} ${plural(subjects)}`;
  return `${times} ${entries[0]?.kind.endsWith('_sent') === true ? 'to' : 'of'} ${who}`;
}

function payee(entries: readonly LedgerEntry[]): string {
  const payees = [...new Set(entries.flatMap(({ to }) => to ?? []))];
  return payees.length === 0 ? '' : ` to ${payees.length === 1 ? payees[0] : `${payees.length} payees`}`;
}

/** `contacts` where all are; `subjects` where they are of several kinds. */
function plural(subjects: readonly string[]): string {
  const [noun = '', ...others] = new Set(subjects.map((subject) => subject.split(':', 1)[0] as string));
  if (others.length > 0 || noun === '') return 'subjects';
  return /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : noun.endsWith('s') ? noun : `${noun}s`;
}

const spoken = (kind: string): string => kind.replaceAll('_', ' ');

/** How many subjects a kind of deed has met so far in a story: `21 in all`, where a step alone does not say it. */
export class Tally {
  readonly #subjects = new Map<string, Set<string>>();

  /** @returns what the text of this item is followed by */
  add(all: readonly Committed[]): string {
    const [first] = all;
    if (first === undefined) return '';
    const known = this.#subjects.get(first.kind) ?? new Set();
    for (const { subjects } of all) for (const one of subjects) known.add(one);
    this.#subjects.set(first.kind, known);
    const isMany = all.length > 1 || first.subjects.length > 1;
    return isMany && known.size > first.subjects.length ? ` (${known.size} in all)` : '';
  }
}
