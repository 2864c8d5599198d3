import { formatMoney, type Money } from '../../../std/money.ts';
import { isReadable } from '../../../engine/call.ts';
import type { Route } from '../../../engine/policy.ts';
import { leavesOf } from '../shrink/leaves.ts';
import { PolicyText, type Key } from './policy-text.ts';
import { concernsAny, forEach, names, rulesOf, selectorOf, type Candidate, type Suspicion } from './suspicion.ts';

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
  const passed = routes.length === 1 ? `Every ${names(routes)}` : `Each of ${names(routes)}`;
  const text =
    places.length === 0
      ? forEach(suspicion, (policy, agent) => policy.withItem(['agents', agent, 'approval'], selectorOf(routes)))
      : places.reduce<string | undefined>((next, { path }) => withoutThreshold(next, path), suspicion.policy.text);
  yield {
    title: `approval: every ${routes.map(({ id }) => id).join(', ')}`,
    gap: `${passed} below the threshold passes without a human.`,
    breadth: 8,
    text,
  };
}

function withoutThreshold(text: string | undefined, path: readonly Key[]): string | undefined {
  return text === undefined ? undefined : new PolicyText(text).without([...path, 'above']);
}

/** Money left by a route whose amount nobody reads: no budget, collar or approval knows of it. */
function* readAmount(suspicion: Suspicion): Generator<Candidate> {
  for (const { call, request, deeds } of suspicion.calls) {
    const route = suspicion.field.loaded.policy.routes.get(call.route);
    const moved = deeds.find(({ entry }) => entry.moneyOut !== null)?.entry.moneyOut;
    if (route === undefined || route.amount !== undefined || moved === undefined || moved === null) continue;
    const place = leavesOf(request).find(({ value }) => isAmount(value, moved));
    if (place === undefined || place.place.in === 'path') continue;
    const currency = leavesOf(request).find(({ value }) => String(value).toUpperCase() === moved.currency);
    const reads = {
      [isMinor(place.value, moved) ? 'minor' : 'major']: place.name,
      ...(currency === undefined || currency.place.in === 'path'
        ? { currency: moved.currency }
        : { currency: currency.name, default: moved.currency.toLowerCase() }),
    };
    const priced = suspicion.policy.withValue(['routes', route.id, 'amount'], reads);
    yield {
      title: `routes: the amount of ${route.id} is ${place.name}`,
      gap: `Nobody reads the amount of \`${route.id}\`: no budget, collar or approval knows that it moves money.`,
      breadth: 2,
      text:
        priced === undefined ? undefined : new PolicyText(priced).withValue(['routes', route.id, 'effect'], 'money'),
    };
    return;
  }
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
