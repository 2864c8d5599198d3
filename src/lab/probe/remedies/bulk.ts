import { formatDuration } from '../../../std/duration.ts';
import type { Route } from '../../../engine/policy.ts';
import { operation } from '../../world/operation.ts';
import { leavesOf } from '../shrink/leaves.ts';
import { PolicyText } from './policy-text.ts';
import {
  concernsAny,
  forEach,
  names,
  rulesOf,
  selectorOf,
  windowsOf,
  type Candidate,
  type Culprit,
  type Suspicion,
} from './suspicion.ts';

/** A route whose calls name several things, and where: `body.contacts`. */
interface Bulk {
  readonly route: Route;
  readonly place: string;
}

/** A bulk call is one call to every rate: what it names has to be bounded by itself, or calls be so few that it does not matter. */
export function* bulk(suspicion: Suspicion): Generator<Candidate> {
  const { never, routes } = suspicion;
  const all = routes.flatMap((route): Bulk[] => {
    const place = placeOf(suspicion, route);
    return place === undefined ? [] : [{ route, place }];
  });
  const ids = all.map(({ route }) => route.id).join(', ');
  if (all.length === 0 || never?.kind === 'requests') return;
  const gap = `A call of ${names(all.map(({ route }) => route))} counts as one, however many it names.`;
  const share = shareOf(suspicion);
  for (const items of new Set([...(share === undefined ? [] : [share]), 1])) {
    const title = `collar: ${items === 1 ? 'one item' : `at most ${items} items`} in a ${ids}`;
    const text = collared(suspicion, all, items);
    yield { title, gap, breadth: 3, text, isForSize: true };
    if (share !== undefined || text === undefined) continue;
    for (const { max, per } of ratesFor(suspicion, 1)) {
      const both = withRate(suspicion, text, max, per);
      yield { title: `${title}, and rate: at most ${max} per ${per}`, gap, breadth: 3, text: both, isForSize: true };
    }
  }
  for (const { max, per } of ratesFor(suspicion, mostOf(suspicion))) {
    yield {
      title: `rate: ${ids} at most ${max} per ${per}`,
      gap,
      breadth: 4,
      text: withRate(suspicion, suspicion.policy.text, max, per),
    };
  }
}

/** As the policy says, or the first list that a call of it brought. */
function placeOf({ written, calls }: Suspicion, { id }: Route): string | undefined {
  const stated = written.routes?.[id]?.['items'];
  if (typeof stated === 'string') return stated;
  return calls.filter(({ call }) => call.route === id).flatMap(listsIn)[0];
}

function listsIn({ request }: Culprit): readonly string[] {
  return leavesOf(request).flatMap(({ place }) => {
    const path = place.in === 'json' ? place.path : [];
    if (path.length === 0 || path.length > 2 || !/^\d+$/.test(path.at(-1) ?? '')) return [];
    return [['body', ...path.slice(0, -1)].join('.')];
  });
}

/** How many things one call can do something to: as many as its API takes, or as one did. */
function mostOf({ calls, field }: Suspicion): number {
  const numbers = calls.flatMap(({ call, request, deeds }) => {
    const { upstream = '' } = field.loaded.policy.routes.get(call.route) ?? {};
    const path = request.target.split('?', 1)[0] ?? '';
    const forms = field.worlds.get(upstream)?.definition.operations ?? [];
    const form = forms.find((one) => operation(one.operation).match(request.method, path) !== undefined);
    const many = Object.values(form?.fields ?? {}).flatMap((one) => one.many ?? []);
    return [...many, deeds.filter(({ entry }) => entry.write).length];
  });
  return Math.max(...numbers);
}

/** How many each call may name, so that all calls that rates let through name no more than may happen. */
function shareOf(suspicion: Suspicion): number | undefined {
  const { never, routes, agents } = suspicion;
  if (never === undefined || !('over' in never) || never.kind === 'money') return undefined;
  const spans = windowsOf(never.within).map((ms) => formatDuration(ms));
  const limits = agents.map((agent) => {
    const rates = rulesOf(suspicion, agent, 'rates').filter(({ rule }) => concernsAny(rule, routes));
    return Math.min(
      ...rates.filter(({ rule }) => spans.includes(String(rule['per']))).map(({ rule }) => Number(rule['max'])),
    );
  });
  const calls = limits.reduce((sum, limit) => sum + limit, 0);
  const share = Math.floor(never.over / calls);
  return Number.isFinite(calls) && share >= 1 ? share : undefined;
}

function collared(suspicion: Suspicion, all: readonly Bulk[], items: number): string | undefined {
  const declared = all.reduce<string | undefined>(
    (text, { route, place }) =>
      text === undefined || suspicion.written.routes?.[route.id]?.['items'] === place
        ? text
        : new PolicyText(text).withValue(['routes', route.id, 'items'], place),
    suspicion.policy.text,
  );
  if (declared === undefined) return undefined;
  return forEach({ ...suspicion, policy: new PolicyText(declared) }, (policy, agent) =>
    policy.withItem(['agents', agent, 'collar'], { ...selectorOf(all.map(({ route }) => route)), items }),
  );
}

/** Rates under which so many things a call are no more than may happen. */
function ratesFor({ never, agents }: Suspicion, items: number): readonly { max: number; per: string }[] {
  if (never === undefined || !('over' in never) || never.kind === 'money' || never.each === 'subject') return [];
  const max = Math.floor(never.over / Math.max(1, items) / (never.each === 'all' ? Math.max(1, agents.length) : 1));
  return max < 1 ? [] : windowsOf(never.within).map((ms) => ({ max, per: formatDuration(ms) }));
}

/** In the rate that the agent has in that window, or in one of its own. */
function withRate(suspicion: Suspicion, text: string, max: number, per: string): string | undefined {
  return forEach({ ...suspicion, policy: new PolicyText(text) }, (policy, agent) => {
    const own = rulesOf(suspicion, agent, 'rates').find(
      ({ rule }) => concernsAny(rule, suspicion.routes) && rule['per'] === per,
    );
    if (own !== undefined)
      return Number(own.rule['max']) <= max ? policy.text : policy.withValue([...own.path, 'max'], max);
    return policy.withItem(['agents', agent, 'rates'], { ...selectorOf(suspicion.routes), max, per });
  });
}
