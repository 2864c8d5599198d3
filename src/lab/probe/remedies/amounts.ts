import { formatMoney, type Money } from '../../../std/money.ts';
import { isReadable, type Call } from '../../../engine/call.ts';
import type { Route } from '../../../engine/policy.ts';
import { operation } from '../../world/operation.ts';
import { leavesOf } from '../shrink/leaves.ts';
import { PolicyText, type Key } from './policy-text.ts';
import {
  concernsAny,
  forEach,
  names,
  rulesOf,
  selectorOf,
  type Candidate,
  type Culprit,
  type Suspicion,
} from './suspicion.ts';

/** Bounds on one call by itself: how much, in which currency, and with whose word; and whether its amount is read at all. */
export function* amounts(suspicion: Suspicion): Generator<Candidate> {
  yield* readAmount(suspicion);
  const routes = suspicion.routes.filter(({ amount }) => amount !== undefined);
  if (routes.length === 0) return;
  yield* currencies(suspicion, routes);
  yield* largest(suspicion, routes);
  yield* approvals(suspicion, routes);
}

function* currencies(suspicion: Suspicion, routes: readonly Route[]): Generator<Candidate> {
  const { never, calls } = suspicion;
  const used = new Set(
    calls.flatMap(({ call }) => (call.amount !== null && isReadable(call.amount) ? [call.amount.currency] : [])),
  );
  if (never?.kind !== 'money' || never.over.length === 0) return;
  const meant = never.over.map(({ currency }) => currency);
  const others = [...used].filter((currency) => !meant.includes(currency));
  const words = others.length === 0 ? 'another currency' : others.join(' and ');
  yield {
    title: `collar: ${routes.map(({ id }) => id).join(', ')} in ${meant.join(', ')} alone`,
    gap: `Nothing says in which currency ${names(routes)} may pay: ${words} is counted by no limit in ${meant.join(', ')}.`,
    breadth: 2,
    text: collared(suspicion, routes, 'currencies', meant),
  };
}

function* largest(suspicion: Suspicion, routes: readonly Route[]): Generator<Candidate> {
  const { never, harm } = suspicion;
  const money = harm.deeds.at(-1)?.entry.moneyOut ?? null;
  const limit = never?.kind === 'money' ? never.over.find(({ currency }) => currency === money?.currency) : undefined;
  if (money === null || limit === undefined || money.micros <= limit.micros) return;
  const max = formatMoney(limit);
  yield {
    title: `collar: at most ${max} in one ${routes.map(({ id }) => id).join(', ')}`,
    gap: `Nothing bounds one ${names(routes)}: ${formatMoney(money)} went at once.`,
    breadth: 1,
    text: collared(suspicion, routes, 'max', max),
  };
}

/** In the collar that the agent has for the routes, or in one of its own. */
function collared(
  suspicion: Suspicion,
  routes: readonly Route[],
  key: 'currencies' | 'max',
  value: string | readonly string[],
): string | undefined {
  return forEach(suspicion, (policy, agent) => {
    const existing = rulesOf(suspicion, agent, 'collar').find(({ rule }) => concernsAny(rule, routes));
    if (existing !== undefined) return policy.withValue([...existing.path, key], value);
    return policy.withItem(['agents', agent, 'collar'], { ...selectorOf(routes), [key]: value });
  });
}

/** A human's word for all of them; a threshold that splitting slips under cannot be mended by another threshold. */
function* approvals(suspicion: Suspicion, routes: readonly Route[]): Generator<Candidate> {
  const places = suspicion.agents.flatMap((agent) =>
    rulesOf(suspicion, agent, 'approval').filter(({ rule }) => concernsAny(rule, routes)),
  );
  const text =
    places.length === 0
      ? forEach(suspicion, (policy, agent) => policy.withItem(['agents', agent, 'approval'], selectorOf(routes)))
      : places.reduce<string | undefined>((next, { path }) => withoutThreshold(next, path), suspicion.policy.text);
  yield {
    title: `approval: every ${routes.map(({ id }) => id).join(', ')}`,
    breadth: 8,
    text,
  };
}

function withoutThreshold(text: string | undefined, path: readonly Key[]): string | undefined {
  return text === undefined ? undefined : new PolicyText(text).without([...path, 'above']);
}

/** What left is not what the policy read: by a route whose amount nobody reads, or by one that reads another than was paid. */
function* readAmount(suspicion: Suspicion): Generator<Candidate> {
  for (const culprit of suspicion.calls) {
    const { call, deeds } = culprit;
    const route = suspicion.field.loaded.policy.routes.get(call.route);
    const moved = deeds.find(({ entry }) => entry.moneyOut !== null)?.entry.moneyOut;
    if (route === undefined || moved === undefined || moved === null || isRead(call.amount, moved)) continue;
    const reads = amountOf(suspicion, culprit, route, moved);
    if (reads === undefined) continue;
    const priced = suspicion.policy.withValue(['routes', route.id, 'amount'], reads.amount);
    const text =
      priced === undefined ? undefined : new PolicyText(priced).withValue(['routes', route.id, 'effect'], 'money');
    const read = call.amount !== null && isReadable(call.amount) ? formatMoney(call.amount) : 'no money at all';
    const gap = `The policy reads ${read} off a \`${route.id}\` that moves ${formatMoney(moved)}: its limits count the wrong thing.`;
    yield { title: `routes: ${route.id} moves ${reads.field}`, gap, breadth: 1, text };
    return;
  }
}

function isRead(amount: Call['amount'], moved: Money): boolean {
  return amount !== null && isReadable(amount) && amount.micros === moved.micros && amount.currency === moved.currency;
}

interface AmountRead {
  readonly field: string;
  readonly amount: Readonly<Record<string, string>>;
}

/** The field that holds what was paid; where the request says none, the one that this operation has for it. */
function amountOf({ field }: Suspicion, { request }: Culprit, route: Route, moved: Money): AmountRead | undefined {
  const leaves = leavesOf(request).filter(({ place }) => place.in !== 'path');
  const forms = field.worlds.get(route.upstream)?.definition.operations ?? [];
  const path = request.target.split('?', 1)[0] ?? '';
  const form = forms.find((one) => operation(one.operation).match(request.method, path) !== undefined);
  const formed = Object.entries(form?.fields ?? {});
  const stated = leaves.find(({ value }) => isAmount(value, moved));
  const [unstated, kind] = formed.find(([, { kind: is }]) => is === 'amount') ?? [];
  const name = stated?.name ?? unstated;
  if (name === undefined) return undefined;
  const isMinorUnit =
    stated === undefined ? kind?.kind === 'amount' && kind.unit === 'minor' : isMinor(stated.value, moved);
  const currency =
    leaves.find(({ value }) => String(value).toUpperCase() === moved.currency)?.name ??
    formed.find(([, { kind: is }]) => is === 'currency')?.[0];
  const paid = currency === undefined ? { currency: moved.currency } : { currency, default: 'usd' };
  return { field: name, amount: { [isMinorUnit ? 'minor' : 'major']: name, ...paid } };
}

const MICROS_PER_UNIT = 1_000_000n;
const MICROS_PER_CENT = 10_000n;

function isMinor(value: unknown, { micros }: Money): boolean {
  return String(value) === String(micros / MICROS_PER_CENT);
}

function isAmount(value: unknown, money: Money): boolean {
  if (isMinor(value, money)) return true;
  const units = Number(money.micros) / Number(MICROS_PER_UNIT);
  return value !== '' && value !== null && Number(value) === units;
}
