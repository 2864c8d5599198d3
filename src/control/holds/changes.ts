import { formatDuration } from '../../std/duration.ts';
import { formatMoney, parseMoney, type Money } from '../../std/money.ts';
import { isReadable, type Call } from '../../engine/call.ts';
import type { Level } from '../../engine/guard.ts';
import type { OnceRule } from '../../engine/guards/once.ts';
import { moneyOf } from '../../warehouse/why/ledger.ts';
import type { HeldFacts } from '../../warehouse/why/held.ts';
import type { Total } from '../../warehouse/why/told.ts';
import { spoken } from '../../warehouse/why/wording.ts';
import type { Change } from '../contract/holds.ts';

/** What the engine says of the call's limits now. */
export interface Limits {
  readonly levels: readonly Level[];
  /** Its agent's `once` rules. */
  readonly once: readonly OnceRule[];
}

/** What will be otherwise once the call was approved and sent: limits, its subject, what its agent has moved. */
export function changesOf(call: Call, { levels, once }: Limits, facts: HeldFacts | undefined): readonly Change[] {
  return [
    ...levels.flatMap((level) => levelChange(call, level)),
    ...once.flatMap((rule) => onceChange(call, rule)),
    ...subjectChange(call, facts),
    ...movedChange(call, facts),
  ];
}

function levelChange(call: Call, level: Level): readonly Change[] {
  const { guard, rule, limit, remaining, windowMs, note } = level;
  const per = ` of ${limit} in ${formatDuration(windowMs)}${note === undefined ? '' : `, ${note}`}`;
  if (guard === 'budget') {
    const left = parseMoney(remaining);
    const amount = amountOf(call);
    if (left === undefined || amount === undefined || amount.currency !== left.currency) return [];
    const after = { micros: left.micros - amount.micros, currency: left.currency };
    const words =
      after.micros < 0n ? `${formatMoney(minus(after))} too much: it would be refused` : `${formatMoney(after)} left`;
    return [change('limit', rule, `${remaining} left${per}`, words, amount.micros * 2n > left.micros)];
  }
  if (guard !== 'rate' && guard !== 'volume') return [];
  const left = Number(remaining);
  if (!Number.isInteger(left)) return [];
  const after = left < 1 ? 'none is left: it would be refused' : `${left - 1} left`;
  // An unusual volume is what a person is asked about: the approval lets it through.
  const words = left < 1 && guard === 'volume' ? 'one more than usual' : after;
  return [change('limit', rule, `${left} left${per}`, words, left <= 1)];
}

function onceChange(call: Call, { rule, route, withinMs }: OnceRule): readonly Change[] {
  if (route !== call.route || call.subject === null) return [];
  const until = withinMs === undefined ? 'never again' : `not again for ${formatDuration(withinMs)}`;
  return [change('once', rule, `${route} of ${spoken(call.subject)}: not done`, `done; ${until}`, true)];
}

/** What was done by the same route to the same subject, in money. */
function subjectChange(call: Call, facts: HeldFacts | undefined): readonly Change[] {
  const amount = amountOf(call);
  if (facts?.subject == null || call.subject === null || amount === undefined) return [];
  const before = moved(
    facts.subject.totals.filter(({ route }) => route === call.route),
    amount.currency,
  );
  return [
    change(
      'subject',
      `${call.route} of ${spoken(call.subject)}, in all`,
      formatMoney({ micros: before, currency: amount.currency }),
      formatMoney({ micros: before + amount.micros, currency: amount.currency }),
      before > 0n,
    ),
  ];
}

function movedChange(call: Call, facts: HeldFacts | undefined): readonly Change[] {
  const amount = amountOf(call);
  if (facts === undefined || amount === undefined) return [];
  const { totals, from, isWhole } = facts.moved;
  const before = moved(totals, amount.currency);
  // Of a part of the day in which nothing moved, nothing can be said of the day.
  if (!isWhole && before === 0n) return [];
  const least = isWhole ? '' : 'at least ';
  return [
    change(
      'agent',
      `moved by ${call.agent} since ${new Date(from).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
      `${least}${moneyOf(String(before), amount.currency)}`,
      `${least}${moneyOf(String(before + amount.micros), amount.currency)}`,
      isWhole && amount.micros > before,
    ),
  ];
}

/** What took effect, and what may have. */
function moved(totals: readonly Total[], currency: string): bigint {
  const own = totals.filter((total) => total.currency === currency);
  return own.reduce((sum, { done, unknown }) => sum + BigInt(done.micros) + BigInt(unknown.micros), 0n);
}

const amountOf = ({ amount }: Call): Money | undefined =>
  amount === null || !isReadable(amount) || amount.micros <= 0n ? undefined : amount;

const minus = ({ micros, currency }: Money): Money => ({ micros: -micros, currency });

function change(kind: Change['kind'], what: string, before: string, after: string, weighs: boolean): Change {
  return { kind, what, before, after, weighs };
}
