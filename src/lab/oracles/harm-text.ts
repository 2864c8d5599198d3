import type { Instant } from '../../std/clock.ts';
import { formatDuration } from '../../std/duration.ts';
import { formatMoney, type Money } from '../../std/money.ts';
import type { NeverEach, NeverRule, NeverWindow } from '../../policy/never.ts';
import type { Deed } from './oracle.ts';

/** More than that is counted instead of named. */
const NAMED_MAX = 3;

type Rule<Kind extends NeverRule['kind']> = Extract<NeverRule, { kind: Kind }>;

/** `create_refund happened 2 times to charge:ch_1, 100.00 USD in all` */
export function effectsText(rule: Rule<'effects' | 'reads' | 'requests'>, deeds: readonly Deed[]): string {
  const last = deeds.at(-1) as Deed;
  const happened = `${rule.what} happened`;
  const around = `${windowText(rule.within, last.at)}${elsewhere(deeds)}${inAll(deeds)}`;
  if (deeds.length === 1) return `${happened} to ${last.entry.subject}${around}`;
  if (rule.each === 'subject') return `${happened} ${deeds.length} times to ${last.entry.subject}${around}`;
  return `${happened} ${deeds.length} times${whose(rule.each, last)}${around}: ${subjects(deeds)}`;
}

/** `1001 requests to create_payment reached payments within 1m` */
export function requestsText(rule: Rule<'effects' | 'reads' | 'requests'>, deeds: readonly Deed[]): string {
  const last = deeds.at(-1) as Deed;
  const upstreams = [...new Set(deeds.map(({ upstream }) => upstream))].join(' and ');
  const count = deeds.length === 1 ? '1 request' : `${deeds.length} requests`;
  const to = rule.what === '' ? '' : ` to ${rule.what}`;
  return `${count}${to}${whose(rule.each, last)} reached ${upstreams}${windowText(rule.within, last.at)}`;
}

/** `51 subjects were read by get_customer within 1h: customer:1, customer:2, customer:3 and 48 more` */
export function readsText(rule: Rule<'effects' | 'reads' | 'requests'>, deeds: readonly Deed[]): string {
  const last = deeds.at(-1) as Deed;
  const by = rule.what === '' ? '' : ` ${rule.deeds.by === 'ledger' ? 'as' : 'by'} ${rule.what}`;
  const who = rule.each === 'agent' ? whose('agent', last).replace(' of', ' for') : '';
  const window = windowText(rule.within, last.at);
  if (deeds.length === 1) return `${last.entry.subject} was read${by}${who}${window}`;
  return `${deeds.length} subjects were read${by}${who}${window}: ${subjects(deeds)}`;
}

/** `512.00 USD left on 2026-03-08 (UTC), over 500.00 USD: 500.00 USD for charge:ch_1, 12.00 USD for charge:ch_2` */
export function moneyText(rule: Rule<'money'>, sum: Money, deeds: readonly Deed[]): string {
  const last = deeds.at(-1) as Deed;
  const limit = rule.over.find(({ currency }) => currency === sum.currency);
  const as = rule.what === '' ? '' : ` ${rule.deeds.by === 'ledger' ? 'as' : 'by'} ${rule.what}`;
  const through = whose(rule.each, last).replace(' of ', ' through ');
  const left = `${formatMoney(sum)} left${as}${through}${windowText(rule.within, last.at)}${elsewhere(deeds)}`;
  const over = limit === undefined ? `, and no limit names ${sum.currency}` : `, over ${formatMoney(limit)}`;
  return `${left}${rule.over.length === 0 ? '' : over}: ${listed(deeds.map(paid))}`;
}

/** `20.00 USD went to acct_9 (transfer account:acct_9), and only acct_1 and acct_2 may get any` */
export function payeesText(rule: Rule<'payees'>, { entry }: Deed): string {
  const money = entry.moneyOut === null ? 'money' : formatMoney(entry.moneyOut);
  const what = `${entry.kind} ${entry.subject}`;
  const only = `only ${listed([...rule.only])} may get any`;
  if (entry.to === undefined) return `${money} left (${what}), the ledger does not say to whom, and ${only}`;
  return `${money} went to ${entry.to} (${what}), and ${only}`;
}

function windowText(window: NeverWindow, at: Instant): string {
  if (window.kind === 'ever') return '';
  if (window.kind === 'rolling') return ` within ${formatDuration(window.ms)}`;
  const date = new Intl.DateTimeFormat('en-CA', { timeZone: window.timeZone }).format(at);
  return ` on ${date} (${window.timeZone})`;
}

function whose(each: NeverEach, { by, entry }: Deed): string {
  if (each === 'all' || by === null) return '';
  return each === 'agent' ? ` of ${by.agent}` : ` for ${entry.subject}`;
}

/** What somebody else did by another way than the door. */
function elsewhere(deeds: readonly Deed[]): string {
  const others = deeds.filter(({ by }) => by === null).length;
  return others === 0 ? '' : `, ${others} of them not through the door`;
}

function inAll(deeds: readonly Deed[]): string {
  const sums = new Map<string, bigint>();
  for (const { entry } of deeds) {
    if (entry.moneyOut === null) continue;
    const { currency, micros } = entry.moneyOut;
    sums.set(currency, (sums.get(currency) ?? 0n) + micros);
  }
  const said = [...sums].map(([currency, micros]) => formatMoney({ currency, micros })).join(' and ');
  return said === '' ? '' : deeds.length === 1 ? `, ${said}` : `, ${said} in all`;
}

function subjects(deeds: readonly Deed[]): string {
  return listed([...new Set(deeds.map(({ entry }) => entry.subject))]);
}

function paid({ entry }: Deed): string {
  return `${entry.moneyOut === null ? '' : formatMoney(entry.moneyOut)} for ${entry.subject}`;
}

function listed(names: readonly string[]): string {
  const [shown, rest] = [names.slice(0, NAMED_MAX), names.length - NAMED_MAX];
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
