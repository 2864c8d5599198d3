import type { BudgetRule } from '../../src/engine/guards/budget.ts';
import type { OnceRule } from '../../src/engine/guards/once.ts';
import type { AgentId } from '../../src/engine/ids.ts';
import { concerns } from '../../src/engine/policy.ts';
import type { Deed, Doer } from '../../src/lab/oracles/oracle.ts';
import { isWithin } from './never.ts';

type Measure = 'as read' | 'in truth';

/** Whether a budget is broken by the last of some deeds, by reading all of them again. */
export function overspentBy(
  { routes, max, per, each }: BudgetRule,
  agent: AgentId | undefined,
  measure: Measure,
  priced: ReadonlySet<string>,
  all: readonly Deed[],
): boolean {
  const mine = all.filter(
    ({ by }) => by !== null && (agent === undefined || by.agent === agent) && concerns(routes, by.route),
  );
  const spent = mine.flatMap((deed) => {
    const by = deed.by as Doer;
    if (measure === 'in truth') {
      const out = deed.entry.moneyOut;
      return out === null || out.micros <= 0n ? [] : [{ deed, by, money: out }];
    }
    const first = mine.find((one) => one.by?.id === by.id && one.entry.write);
    const read = by.amount;
    return first !== deed || read === null || 'fault' in read || read.currency !== max.currency || !priced.has(by.route)
      ? []
      : [{ deed, by, money: read }];
  });
  const last = spent.at(-1);
  if (last === undefined || last.deed !== all.at(-1)) return false;
  if (last.money.currency !== max.currency) return true;
  const owner = (by: Doer): string => (agent === undefined || each === 'agent' ? '' : by[each]);
  const pot = spent.filter(({ by, money }) => owner(by) === owner(last.by) && money.currency === max.currency);
  return pot.some((end) => {
    const inside = pot.filter(({ by }) => by.at <= end.by.at && isWithin(per, by.at, end.by.at));
    return inside.includes(last) && inside.reduce((sum, { money }) => sum + money.micros, 0n) > max.micros;
  });
}

/** Whether a `once` of an agent is broken by the last of some deeds. */
export function repeatedBy(
  { route, withinMs = Infinity }: OnceRule,
  agent: AgentId,
  measure: Measure,
  all: readonly Deed[],
): boolean {
  const subjectOf = ({ by, entry, upstream }: Deed): string | null => {
    if (by === null || by.subject === null || !entry.write || by.route !== route) return null;
    if (measure === 'as read') return by.subject;
    const sort = entry.subject.split(':')[0];
    return by.subject.split(':')[0] === sort ? JSON.stringify([upstream, entry.subject]) : null;
  };
  const last = all.at(-1) as Deed;
  const by = last.by as Doer;
  const subject = subjectOf(last);
  if (subject === null) return false;
  const alike = all.slice(0, -1).filter((one) => subjectOf(one) === subject);
  if (alike.some((one) => one.by?.id === by.id)) return false;
  return alike.some(({ by: other }) => {
    const [earlier, later] = other!.at <= by.at ? [other!, by] : [by, other!];
    const isKnown = earlier.at < later.at || earlier.agent === agent;
    return isKnown && later.agent === agent && later.at - earlier.at < withinMs;
  });
}
