import { formatMoney, type Money, parseMoney } from '../../../std/money.ts';
import type { Route } from '../../../engine/policy.ts';
import { passedBelowApproval } from '../gap.ts';
import { PolicyText, type Key } from './policy-text.ts';
import {
  concernsAny,
  forEach,
  names,
  perOf,
  rulesOf,
  selectorOf,
  type Candidate,
  type Suspicion,
  type WrittenRule,
} from './suspicion.ts';

/** What may leave in all: a budget that is missing, or one whose day, pot, window or size is not the rule's. */
export function* budgets(suspicion: Suspicion): Generator<Candidate> {
  const { never, written, agents } = suspicion;
  if (never?.kind !== 'money' || never.each === 'subject') return;
  const routes = suspicion.routes.filter(({ amount }) => amount !== undefined);
  if (routes.length === 0) return;
  const shared = (written.budgets ?? []).map((rule, index) => ({ rule, path: ['budgets', index], isShared: true }));
  const own = agents.flatMap((agent) =>
    rulesOf(suspicion, agent, 'budgets').map(({ rule, path }) => ({ rule, path, isShared: false })),
  );
  for (const { rule, path, isShared } of [...own, ...shared]) {
    if (concernsAny(rule, routes)) yield* adjusted(suspicion, never, rule, path, isShared);
    else if (rule.effect === undefined) yield* widened(suspicion, rule, path, routes);
  }
  yield* added(suspicion, never, routes, own.length + shared.length === 0);
}

type NeverMoney = Extract<Suspicion['never'], { kind: 'money' }>;

/** One thing about a rule changed to what must hold. */
function* adjusted(
  suspicion: Suspicion,
  never: NeverMoney,
  rule: WrittenRule,
  path: readonly Key[],
  isShared: boolean,
): Generator<Candidate> {
  const { policy } = suspicion;
  const [limit] = never.over;
  if (limit === undefined) return;
  const { within } = never;
  if (rule['per'] === 'day' && within.kind === 'day' && rule['timezone'] !== within.timeZone) {
    yield {
      title: `budget: the day of ${within.timeZone}`,
      gap: `The budget's day begins at midnight in ${String(rule['timezone'])}, the rule's in ${within.timeZone}.`,
      breadth: 1,
      text: policy.withValue([...path, 'timezone'], within.timeZone),
    };
  }
  if (!isShared && rule['each'] !== undefined && rule['each'] !== 'agent') {
    yield {
      title: 'budget: one pot for the agent',
      gap: `Each ${String(rule['each'])} has a pot of its own: one agent with several has several times the budget.`,
      breadth: 1,
      text: policy.without([...path, 'each']),
    };
  }
  const max = formatMoney(limit);
  const window = perOf(within);
  const resized = policy.withValue([...path, 'max'], max);
  const stated = parseMoney(String(rule['max']));
  const isMore = stated !== undefined && stated.currency === limit.currency && stated.micros > limit.micros;
  if (isMore) {
    yield {
      title: `budget: ${max}`,
      gap: `The budget is ${String(rule['max'])}, and no more than ${max} may leave.`,
      breadth: 1,
      text: resized,
    };
  }
  const isAsMuch = isMore || stated?.micros === limit.micros;
  if (isAsMuch && window !== undefined && rule['per'] !== window.per && window.timezone === undefined) {
    const timed = resized === undefined ? undefined : new PolicyText(resized).withValue([...path, 'per'], window.per);
    const bare =
      rule['timezone'] === undefined || timed === undefined
        ? timed
        : new PolicyText(timed).without([...path, 'timezone']);
    yield {
      title: `budget: ${max} in any ${window.per}`,
      gap: `The budget counts per ${String(rule['per'])}, and the rule in any ${window.per}.`,
      breadth: 1,
      text: bare,
    };
  }
}

/** A rule that concerns other routes only. */
function* widened(
  { policy }: Suspicion,
  rule: WrittenRule,
  path: readonly Key[],
  routes: readonly Route[],
): Generator<Candidate> {
  const stated = [...(rule.route === undefined ? [] : [rule.route]), ...(rule.routes ?? [])];
  if (stated.length === 0) return;
  const bare = policy.without([...path, rule.route === undefined ? 'routes' : 'route']);
  const all = [...stated, ...routes.map(({ id }) => String(id))];
  yield {
    title: `budget: ${all.join(' and ')} together`,
    gap: `The budget counts ${stated.map((id) => `\`${id}\``).join(' and ')}, and ${names(routes)} moves money too.`,
    breadth: 2,
    text: bare === undefined ? undefined : new PolicyText(bare).withValue([...path, 'routes'], all),
  };
}

function* added(
  suspicion: Suspicion,
  never: NeverMoney,
  routes: readonly Route[],
  isFirst: boolean,
): Generator<Candidate> {
  const { policy, agents } = suspicion;
  const window = perOf(never.within) ?? { per: '3650d' };
  const approval = passedBelowApproval(suspicion);
  const missing = approval ?? (isFirst ? `No budget counts what ${names(routes)} moves.` : undefined);
  const rulesFor = (limit: Money): { max: string; per: string; timezone?: string } => ({
    max: formatMoney(limit),
    ...window,
  });
  const shown = never.over.map((limit) => `${formatMoney(limit)} per ${window.per}`).join(', ');
  const stated = selectorOf(routes);
  if (never.each === 'all') {
    const among =
      agents.length > 1
        ? `Each agent has a pot of its own: ${agents.length} of them spent more than one may.`
        : undefined;
    yield {
      title: `budget over all agents: ${shown}`,
      gap: missing ?? among ?? `No budget holds over all agents together.`,
      breadth: 4,
      text: never.over.reduce<string | undefined>(
        (text, limit) => (text === undefined ? text : new PolicyText(text).withItem(['budgets'], rulesFor(limit))),
        policy.text,
      ),
    };
    if (agents.length > 1) return;
  }
  yield {
    title: `budget: ${shown}, ${routes.map(({ id }) => id).join(', ')}`,
    gap: missing ?? `No budget counts what ${names(routes)} moves as the rule does.`,
    breadth: 3,
    text: forEach(suspicion, (text, agent) =>
      never.over.reduce<string | undefined>(
        (next, limit) =>
          next === undefined
            ? next
            : new PolicyText(next).withItem(['agents', agent, 'budgets'], { ...stated, ...rulesFor(limit) }),
        text.text,
      ),
    ),
  };
}
