import type { Agent, Policy, RouteSet } from '../../src/engine/policy.ts';
import type { AmountFact, Call } from '../../src/engine/call.ts';
import type { Event } from '../../src/engine/event.ts';
import type { BudgetRule } from '../../src/engine/guards/budget.ts';
import type { CollarRule } from '../../src/engine/guards/collar.ts';
import type { InflightRule } from '../../src/engine/guards/inflight.ts';
import type { OnceRule } from '../../src/engine/guards/once.ts';
import type { RateRule } from '../../src/engine/guards/rate.ts';
import type { RunawayRule } from '../../src/engine/guards/runaway.ts';
import { dateIn } from './dates.ts';
import { History, type Admitted } from './history.ts';

/** What of a finding the model predicts: all that decides, none of the words. `trip` is '' where there is none. */
export interface Judgement {
  readonly guard: string;
  readonly rule: string;
  readonly reason: string;
  readonly trip: string;
}

/**
 * What the guards must find of a call, told as simply as it can be: no index, no running sum, no forgetting.
 * Every question is answered by reading the whole history of events again.
 */
export function judge(policy: Policy, events: readonly Event[], call: Call): Judgement[] {
  const agent = policy.agents.get(call.agent);
  const history = new History(events).seenBy(agent?.stage === 'shadow' ? agent.id : undefined);
  const route = policy.routes.get(call.route);
  const movesMoney = route?.amount !== undefined;
  const isBulk = route?.items !== undefined;

  const judgements = [
    found('freeze', 'freeze', history.isFrozen(call.agent) && 'agent_frozen'),
    scope(policy, agent, call),
    ...(movesMoney ? policy.shared.budgets : []).filter(on(call)).map((rule) => budget(rule, history, call)),
    ...policy.shared.inflight.filter(on(call)).map((rule) => inflight(rule, history.open())),
  ];
  if (agent === undefined) return judgements;

  const mine = history.of(agent.id);
  const { rules } = agent;
  const collars = rules.collar.filter(on(call));
  if (collars.length === 0 && movesMoney) collars.push({ rule: `${agent.id}.collar`, routes: 'all' } as CollarRule);
  return [
    ...judgements,
    stage(agent, call),
    ...collars.map((rule) => collar(rule, call, isBulk)),
    ...rules.once.filter((rule) => rule.route === call.route).map((rule) => once(rule, history, call)),
    ...rules.runaway.filter(on(call)).map((rule) => runaway(rule, mine, call)),
    ...rules.rates.filter(on(call)).map((rule) => rate(rule, mine, call)),
    ...(movesMoney ? rules.budgets : []).filter(on(call)).map((rule) => budget(rule, mine, call)),
    ...rules.inflight.filter(on(call)).map((rule) => inflight(rule, mine.open())),
  ];
}

/** Default deny. Several conditions on one route are alternatives; one that cannot be evaluated is not true. */
function scope(policy: Policy, agent: Agent | undefined, call: Call): Judgement {
  const rule = `${call.agent}.allow`;
  if (agent === undefined) return found('scope', rule, 'agent_unknown');
  const entries = agent.allow.filter(({ route }) => route === call.route);
  const [first] = entries;
  if (first === undefined) return found('scope', rule, policy.routes.has(call.route) ? 'not_allowed' : 'route_unknown');
  if (!call.granted) return found('scope', first.rule, 'not_granted');

  const truth = (entry: (typeof entries)[number]): unknown =>
    entry.when === undefined ? true : (call.conditions[entry.rule] ?? 'error');
  const holds = entries.find((entry) => truth(entry) === true);
  if (holds !== undefined) return found('scope', holds.rule, false);
  const faulty = entries.find((entry) => truth(entry) === 'error');
  return faulty === undefined
    ? found('scope', first.rule, 'condition_false')
    : found('scope', faulty.rule, 'condition_error');
}

function stage(agent: Agent, call: Call): Judgement {
  const write = { sandbox: 'ok', production: 'ok', shadow: 'captured', staging: READ_ONLY, limited: READ_ONLY }[
    agent.stage
  ];
  return found('stage', `${agent.id}.stage`, call.effect !== 'read' && write !== 'ok' && write);
}

const READ_ONLY = 'stage_read_only';

function collar(rule: CollarRule, call: Call, isBulk: boolean): Judgement {
  const reason = (): string | false => {
    if (rule.itemsMax !== undefined) {
      if (isBulk && call.items === null) return 'items_unreadable';
      if ((call.items ?? 0) > rule.itemsMax) return 'too_many_items';
    }
    const { amount } = call;
    if (amount === null) return false;
    if ('fault' in amount) return 'amount_unreadable';
    const allowed = [rule.min?.currency, rule.max?.currency].filter((currency) => currency !== undefined);
    if (allowed.some((currency) => currency !== amount.currency)) return 'currency_not_allowed';
    if (rule.currencies !== undefined && !rule.currencies.has(amount.currency)) return 'currency_not_allowed';
    if (rule.min === undefined && amount.micros <= 0n) return 'amount_too_small';
    if (rule.min !== undefined && amount.micros < rule.min.micros) return 'amount_too_small';
    if (rule.max !== undefined && amount.micros > rule.max.micros) return 'amount_too_large';
    return false;
  };
  return found('collar', rule.rule, reason());
}

/** At most one effect per subject, whoever caused it. Open and unknown are done; only "surely nothing happened" is not. */
function once(rule: OnceRule, history: History, call: Call): Judgement {
  if (call.subject === null) return found('once', rule.rule, 'subject_missing');
  const done = history
    .admitted()
    .filter((earlier) => earlier.call.route === rule.route && earlier.call.subject === call.subject)
    .filter(({ end }) => end?.effectiveness !== 'ineffective')
    .filter(({ end }) => end === undefined || rule.withinMs === undefined || end.at > call.at - rule.withinMs);
  return found('once', rule.rule, done.length > 0 && 'already_done');
}

/** The `count`th attempt at the same thing, allowed or not, since a human last looked. */
function runaway(rule: RunawayRule, mine: History, call: Call): Judgement {
  const sameness = {
    call: (one: Call) => one.fingerprint,
    subject: (one: Call) => `${one.route} ${one.subject}`,
    route: (one: Call) => one.route,
  }[rule.same];
  const attempts = mine
    .attemptsSinceResume()
    .filter((one) => concerns(rule.routes, one) && sameness(one) === sameness(call))
    .filter((one) => one.at > call.at - rule.withinMs);
  return found('runaway', rule.rule, attempts.length + 1 >= rule.count && 'runaway', rule.onTrip);
}

/** Never more than `max` admitted in any (t − W, t]. */
function rate(rule: RateRule, mine: History, call: Call): Judgement {
  const inWindow = mine
    .admitted()
    .filter((earlier) => concerns(rule.routes, earlier.call) && earlier.call.at > call.at - rule.perMs);
  return found('rate', rule.rule, inWindow.length + 1 > rule.max && 'rate_exceeded', rule.onTrip);
}

/**
 * Spent + held + this call ≤ max. Held: admitted and not ended, whenever that was. Spent: ended, and not surely
 * without effect, inside the window; the end's own time counts, since nobody knows when before it the money moved.
 */
function budget(rule: BudgetRule, history: History, call: Call): Judgement {
  const { per, each, max } = rule;
  const cost = countable(call.amount, max.currency);
  if (cost === undefined) return found('budget', rule.rule, 'amount_not_countable');
  const inWindow = (at: number): boolean =>
    per.kind === 'day' ? dateIn(per.timeZone, at) === dateIn(per.timeZone, call.at) : at > call.at - per.ms;
  const committed = history
    .admitted()
    .filter((earlier) => concerns(rule.routes, earlier.call))
    .filter((earlier) => each === 'agent' || earlier.call[each] === call[each])
    .filter(({ end }) => end === undefined || (end.effectiveness !== 'ineffective' && inWindow(end.at)))
    .reduce((sum, earlier) => sum + (countable(earlier.call.amount, max.currency) ?? 0n), 0n);
  return found('budget', rule.rule, committed + cost > max.micros && 'budget_exceeded', rule.onTrip);
}

/** A negative amount gives nothing back. */
function countable(amount: AmountFact | null, currency: string): bigint | undefined {
  if (amount === null || 'fault' in amount || amount.currency !== currency) return undefined;
  return amount.micros > 0n ? amount.micros : 0n;
}

function inflight(rule: InflightRule, open: readonly Admitted[]): Judgement {
  const together = open.filter(({ call }) => concerns(rule.routes, call)).length;
  return found('inflight', rule.rule, together + 1 > rule.max && 'too_many_in_flight');
}

function concerns(routes: RouteSet, call: Call): boolean {
  return routes === 'all' || routes.has(call.route);
}

const on =
  (call: Call) =>
  (rule: { readonly routes: RouteSet }): boolean =>
    concerns(rule.routes, call);

/** `reason` is false where the rule has nothing against the call. Only a rule that may freeze gives `onTrip`. */
function found(guard: string, rule: string, reason: string | false, onTrip: string = 'deny'): Judgement {
  if (reason === false) return { guard, rule, reason: 'ok', trip: '' };
  return { guard, rule, reason, trip: onTrip === 'deny' ? '' : onTrip };
}
