import type { Deed } from '../../src/lab/oracles/oracle.ts';
import type { NeverRule, NeverWindow } from '../../src/policy/never.ts';
import { dateIn } from './dates.ts';

/** The deeds that break a rule at the last of some, by reading all of them again; `undefined`: it is not broken by it. */
export function brokenBy(rule: NeverRule, all: readonly Deed[]): readonly Deed[] | undefined {
  const last = all.at(-1) as Deed;
  const isBlamed = ({ by }: Deed): boolean => by !== null && (rule.agents === 'all' || rule.agents.has(by.agent));
  const distinct = firsts(all, rule);
  if (!isBlamed(last) || !distinct.includes(last) || !isMeant(rule, last)) return undefined;
  if (rule.kind === 'payees') return isPaidElsewhere(rule, last) ? [last] : undefined;

  const othersCount = rule.each === 'subject' && rule.deeds.by === 'ledger';
  const within = distinct.filter(
    (one) =>
      isMeant(rule, one) &&
      (othersCount || isBlamed(one)) &&
      isSame(rule.each, one, last) &&
      isWithin(rule.within, one.at, last.at),
  );
  if (rule.kind === 'money') {
    const currency = last.entry.moneyOut!.currency;
    const limit = rule.over.find((one) => one.currency === currency)?.micros ?? 0n;
    const alike = within.filter(({ entry }) => entry.moneyOut!.currency === currency);
    const sum = alike.reduce((total, { entry }) => total + entry.moneyOut!.micros, 0n);
    return sum > limit ? alike : undefined;
  }
  const counted = rule.kind === 'reads' ? lastReads(within) : within;
  return counted.length > rule.over ? counted : undefined;
}

function isMeant({ kind, deeds }: NeverRule, { entry, by }: Deed): boolean {
  const byRoute = deeds.by === 'routes' && by !== null && (deeds.routes === 'all' || deeds.routes.has(by.route));
  if (kind === 'money' || kind === 'payees') {
    if (entry.moneyOut === null || entry.moneyOut.micros <= 0n) return false;
    return deeds.by === 'ledger' ? entry.kind === deeds.kind : byRoute;
  }
  if (deeds.by === 'ledger') return entry.kind === deeds.kind;
  if (kind === 'requests') return byRoute && entry.kind === 'request';
  return byRoute && entry.kind !== 'request' && entry.write === (kind === 'effects');
}

/** Of a route's effects, what one call did to one subject counts once, at its first. */
function firsts(all: readonly Deed[], { kind, deeds }: NeverRule): readonly Deed[] {
  if (kind !== 'effects' || deeds.by === 'ledger') return all;
  const writes = all.filter(({ entry }) => entry.write);
  return writes.filter(
    (one, index) => writes.findIndex((two) => two.by?.id === one.by?.id && subjectOf(two) === subjectOf(one)) === index,
  );
}

function lastReads(reads: readonly Deed[]): readonly Deed[] {
  return reads.filter((one, index) => reads.findLastIndex((two) => subjectOf(two) === subjectOf(one)) === index);
}

function isPaidElsewhere({ only, deeds }: Extract<NeverRule, { kind: 'payees' }>, { entry }: Deed): boolean {
  if (entry.to !== undefined) return !only.has(entry.to);
  return deeds.by === 'ledger' || deeds.routes !== 'all';
}

function isSame(each: 'subject' | 'agent' | 'all', one: Deed, two: Deed): boolean {
  if (each === 'agent') return one.by?.agent === two.by?.agent;
  return each === 'all' || subjectOf(one) === subjectOf(two);
}

function subjectOf({ upstream, entry }: Deed): string {
  return JSON.stringify([upstream, entry.subject]);
}

export function isWithin(window: NeverWindow, at: number, end: number): boolean {
  if (window.kind === 'ever') return true;
  if (window.kind === 'rolling') return at > end - window.ms && at <= end;
  return dateIn(window.timeZone, at) === dateIn(window.timeZone, end);
}
