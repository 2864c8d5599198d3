import type { Route } from '../../../engine/policy.ts';
import { formatMoney } from '../../../std/money.ts';
import { allowedWhen } from './origins.ts';
import { PolicyText } from './policy-text.ts';
import { forEach, names, rulesOf, type Candidate, type Suspicion } from './suspicion.ts';

/** What the agent may call at all: less of it, under a condition, or under a name of its own. */
export function* allowances(suspicion: Suspicion): Generator<Candidate> {
  yield* ownRoute(suspicion);
  yield* smallAmounts(suspicion);
  for (const route of suspicion.routes) yield* without(suspicion, route);
}

/** A wide pattern takes this path in as well: with a route of its own nobody may call it. */
function* ownRoute(suspicion: Suspicion): Generator<Candidate> {
  const { calls, field, policy } = suspicion;
  for (const { call, request } of calls) {
    const route = field.loaded.policy.routes.get(call.route);
    if (route === undefined) continue;
    const template = route.template.split('/');
    const path = (request.target.split('?', 1)[0] ?? '').split('/');
    const open = template.flatMap((part, index) => (part.startsWith('{') ? [index] : []));
    // Ids are no names of operations: only a word is pinned.
    const words = open.filter((index) => /^[a-z][a-z_-]*$/.test(path[index] ?? ''));
    if (words.length === 0) continue;
    const narrow = template.map((part, index) => (words.includes(index) ? (path[index] as string) : part)).join('/');
    const id = `${words.map((index) => path[index]).join('_')}_by_${route.method.toLowerCase()}`.replaceAll('-', '_');
    yield {
      title: `routes: ${route.method} ${narrow} is a route of its own`,
      gap: `The pattern of \`${route.id}\` takes in ${route.method} ${narrow}.`,
      breadth: 2,
      text: policy.withValue(['routes', id], {
        match: `${route.method} ${narrow}`,
        upstream: route.upstream,
        effect: 'destructive',
      }),
    };
    return;
  }
}

function* smallAmounts(suspicion: Suspicion): Generator<Candidate> {
  const { never, harm, field, routes } = suspicion;
  const money = harm.deeds.at(-1)?.entry.moneyOut ?? null;
  const [route] = routes;
  if (never?.kind !== 'money' || money === null || route === undefined || routes.length > 1) return;
  const limit = never.over.find(({ currency }) => currency === money.currency);
  const price = field.loaded.prices.get(route.id);
  if (limit === undefined || price?.field === undefined || price.unit !== 'minor') return;
  const minor = limit.micros / 10_000n;
  if (money.micros <= limit.micros) return;
  yield {
    title: `allow: ${route.id} up to ${formatMoney(limit)}`,
    gap: `Nothing bounds one \`${route.id}\`.`,
    breadth: 2,
    text: allowedWhen(suspicion, route.id, `${price.field} <= ${minor}`),
  };
}

function* without(suspicion: Suspicion, route: Route): Generator<Candidate> {
  const text = forEach(suspicion, (policy, agent) => {
    const places = rulesOf(suspicion, agent, 'allow').filter(
      ({ rule }) => (rule as unknown) === route.id || rule.route === route.id,
    );
    if (places.length === 0) return undefined;
    return places.reduceRight<string | undefined>(
      (next, { path }) => (next === undefined ? next : new PolicyText(next).without(path)),
      policy.text,
    );
  });
  const agents = suspicion.agents.map((agent) => `\`${agent}\``).join(' and ');
  yield {
    title: `allow: ${suspicion.agents.join(', ')} without ${route.id}`,
    gap: `${agents} may call ${names([route])}.`,
    breadth: 9,
    text,
  };
}
