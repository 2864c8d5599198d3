import { formatMoney, parseMoney } from '../../std/money.ts';
import { isTimeZone } from '../../std/calendar.ts';
import { counted, isWord, namesIn, WORDS, type CountedKey } from '../never/counted.ts';
import { zonesOfBudgets } from '../never/zone.ts';
import { nearest, type Path } from '../problem.ts';
import type { Report } from '../report.ts';
import type { PolicyFile } from '../schema.ts';
import type { NeverFile } from '../schema/never.ts';
import { ZONE_FORM } from './zone.ts';

/** A ledger's name for a request that arrived, effect or not. */
const ARRIVAL = 'request';

/** What must never happen is something that the probe can see, said in one way. */
export function checkNever(policy: PolicyFile, report: Report): void {
  for (const [index, rule] of policy.never.entries()) {
    const path: Path = ['never', index];
    checkCounted(policy, rule, path, report);
    if ('effect' in rule) checkMorePer(rule, path, report);
    checkLimit(rule, path, report);
    checkWindow(policy, rule, path, report);
    checkAgents(policy, rule.agents ?? [], [...path, 'agents'], report);
  }
}

function checkCounted(policy: PolicyFile, rule: NeverFile, base: Path, report: Report): void {
  const { key, what } = counted(rule);
  const path = [...base, key];
  if (typeof what === 'object' && 'ledger' in what) {
    if (what.ledger !== ARRIVAL) return;
    return report.error([...path, 'ledger'], {
      message: 'a request is no effect: no ledger has it',
      accepted: 'requests: all, or a route',
    });
  }
  const names = namesIn(what);
  for (const [index, name] of names.entries()) {
    const at = typeof what === 'string' ? path : [...path, index];
    if (names.indexOf(name) < index) report.error(at, `\`${name}\` is named twice`);
    else checkName(policy, key, name, at, report);
  }
}

/** What a route must be to be counted so. */
function checkName(policy: PolicyFile, key: CountedKey, name: string, path: Path, report: Report): void {
  const route = Object.hasOwn(policy.routes, name) ? policy.routes[name] : undefined;
  if (isWord(key, name)) {
    if (route !== undefined) {
      const message = `\`${name}\` is a route here, and it stands for several routes too; give the route another name`;
      return report.error(path, message);
    }
    const none = !Object.values(policy.routes).some(({ effect }) => effect === name);
    if (key === 'effect' && name !== 'write' && none)
      report.warn(path, `no route has the effect \`${name}\`, so this can never be broken`);
    return;
  }
  if (route === undefined) {
    const known = [...Object.keys(policy.routes), ...WORDS[key]];
    return report.error(path, { message: `unknown route \`${name}\``, suggestion: nearest(name, known) });
  }
  if (key === 'effect' && route.effect === 'read') {
    const message = `\`${name}\` is a read: it has no effect that could be counted`;
    return report.error(path, { message, accepted: `read: ${name}` });
  }
  if (key !== 'money' || route.amount !== undefined) return;
  if (route.effect === 'read') report.error(path, `\`${name}\` is a read without an \`amount\`: it moves no money`);
  else report.warn(path, `\`${name}\` has no \`amount\`: as far as the policy knows it moves no money`);
}

/** `morePer: subject, than: 1` and `over: 1, each: subject` are two ways to say one thing: each rule says it in one. */
function checkMorePer(rule: Extract<NeverFile, { effect: unknown }>, path: Path, report: Report): void {
  const { morePer, than } = rule;
  if (morePer === undefined) {
    for (const key of ['than', 'within'] as const) {
      if (rule[key] === undefined) continue;
      const accepted = key === 'than' ? `morePer: subject, than: ${than}` : `per: ${rule.within}`;
      report.error([...path, key], { message: `\`${key}\` belongs to \`morePer\``, accepted, on: 'key' });
    }
    return;
  }
  if (than === undefined) {
    const message = `\`morePer: ${morePer}\` needs \`than\``;
    report.error([...path, 'morePer'], { message, accepted: `morePer: ${morePer}, than: 1`, on: 'key' });
  }
  for (const key of ['over', 'per', 'each'] as const) {
    if (rule[key] === undefined) continue;
    const message = `\`${key}\` beside \`morePer\` says the limit in two ways`;
    const accepted = key === 'per' ? `within: ${rule.per}` : 'morePer, than and within, or over, per and each';
    report.error([...path, key], { message, accepted, on: 'key' });
  }
}

function checkLimit(rule: NeverFile, path: Path, report: Report): void {
  if ('money' in rule) checkAmounts(rule, path, report);
  if (rule.over !== undefined || ('morePer' in rule && rule.morePer !== undefined)) return;
  for (const key of ['per', 'each'] as const) {
    if (rule[key] === undefined) continue;
    const message = `\`${key}\` without \`over\`: what must not happen at all has no count`;
    report.error([...path, key], { message, accepted: 'over, with how much of it may be', on: 'key' });
  }
}

function checkAmounts(rule: Extract<NeverFile, { money: unknown }>, path: Path, report: Report): void {
  const { over, to } = rule;
  if (to !== undefined && over !== undefined) {
    report.error([...path, 'to'], { message: '`to` beside `over`: write two rules, one for each', on: 'key' });
  }
  const duplicate = to?.findIndex((payee, index, all) => all.indexOf(payee) < index) ?? -1;
  if (duplicate >= 0) report.error([...path, 'to', duplicate], `\`${to![duplicate]}\` is named twice`);
  const seen = new Set<string>();
  for (const [index, text] of [over ?? []].flat().entries()) {
    const at = typeof over === 'string' ? [...path, 'over'] : [...path, 'over', index];
    const money = parseMoney(text);
    if (money === undefined) continue;
    if (money.micros <= 0n) {
      const message = `${formatMoney(money)} is no limit; without \`over\` no money may leave at all`;
      report.error(at, { message, accepted: 'an amount above zero' });
    }
    if (seen.has(money.currency)) report.error(at, `there are two limits in ${money.currency}`);
    seen.add(money.currency);
  }
}

function checkWindow(policy: PolicyFile, rule: NeverFile, path: Path, report: Report): void {
  const { timezone } = rule;
  const key = 'effect' in rule && rule.within !== undefined ? ('within' as const) : ('per' as const);
  const window = 'effect' in rule ? (rule.within ?? rule.per) : rule.per;
  if (timezone === undefined) {
    const zones = zonesOfBudgets(policy);
    if (window === 'day' && zones.length > 1) {
      const message = `days are counted in UTC here, for the budgets count theirs in ${zones.join(' and ')}`;
      report.warn([...path, key], { message, accepted: 'a timezone' });
    }
    return;
  }
  if (window !== 'day') {
    const message =
      window === undefined
        ? '`timezone` without a `per: day`'
        : `a window of ${window} that rolls has no \`timezone\`; \`${key}: day\` is the calendar day`;
    report.error([...path, 'timezone'], { message, on: 'key' });
  } else if (!isTimeZone(timezone)) {
    report.error([...path, 'timezone'], { message: `\`${timezone}\` is no time zone`, accepted: ZONE_FORM });
  }
}

function checkAgents({ agents }: PolicyFile, named: readonly string[], path: Path, report: Report): void {
  for (const [index, name] of named.entries()) {
    if (named.indexOf(name) < index) report.error([...path, index], `\`${name}\` is named twice`);
    if (Object.hasOwn(agents, name)) continue;
    const suggestion = nearest(name, Object.keys(agents));
    report.error([...path, index], { message: `unknown agent \`${name}\``, suggestion });
  }
}
