import type { Route } from '../../../engine/policy.ts';
import { formatMoney } from '../../../std/money.ts';
import { allowedWhen } from './origins.ts';
import { PolicyText } from './policy-text.ts';
import { concernsAny, forEach, names, rulesOf, type Candidate, type Suspicion } from './suspicion.ts';

/** Behind whatever leaves the agent its work. */
const LAST = 1_000;

/** What the agent may call at all: less of it, under a condition, or under a name of its own. */
export function* allowances(suspicion: Suspicion): Generator<Candidate> {
  yield* misdeclared(suspicion);
  yield* segments(suspicion);
  yield* narrowed(suspicion);
  yield* smallAmounts(suspicion);
  for (const route of suspicion.routes) yield* without(suspicion, route);
}

/** A wide pattern takes this path in as well. */
function* narrowed(suspicion: Suspicion): Generator<Candidate> {
  const { calls, field } = suspicion;
  for (const { call, request } of calls) {
    const route = field.loaded.policy.routes.get(call.route);
    if (route === undefined) continue;
    const path = (request.target.split('?', 1)[0] ?? '').split('/');
    // Ids are no names of operations: only a word is shut out.
    const words = route.template.split('/').flatMap((part, index): [string, string][] => {
      const name = /^\{(?<name>.+)\}$/.exec(part)?.groups?.['name'];
      const word = path[index] ?? '';
      return name !== undefined && /^[a-z][a-z_-]*$/.test(word) ? [[name, word]] : [];
    });
    const [first] = words;
    if (first === undefined) continue;
    const [name, word] = first;
    yield {
      title: `allow: ${route.id} unless ${name} is ${word}`,
      gap: `\`${route.id}\` is ${route.method} ${route.template}, and that takes in ${request.method} ${path.join('/')}.`,
      breadth: 2,
      text: allowedWhen(suspicion, route.id, `params.${name} != ${JSON.stringify(word)}`),
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

/** The route taken from the agent, with the rules that are about nothing else. */
function* without(suspicion: Suspicion, route: Route): Generator<Candidate> {
  const taken = forEach(suspicion, (policy, agent) => withoutRoute(suspicion, policy, agent, route.id));
  const others = [...suspicion.field.loaded.policy.agents.values()].filter(
    ({ id, allow }) => !suspicion.agents.includes(id) && allow.some((allowance) => allowance.route === route.id),
  );
  // A route that nobody may call is an error of its own.
  const isLeft = others.length > 0 || taken === undefined;
  const text = isLeft ? taken : new PolicyText(taken).without(['routes', route.id]);
  const agents = suspicion.agents.map((agent) => `\`${agent}\``).join(' and ');
  yield {
    title: `allow: ${suspicion.agents.join(', ')} without ${route.id}${isForbidden(suspicion) ? '' : ' (takes the feature away)'}`,
    gap: `${agents} may call ${names([route])}.`,
    // What must never happen at all is not narrowed, it is taken away.
    breadth: isForbidden(suspicion) ? 3 : LAST,
    text,
  };
}

function withoutRoute(suspicion: Suspicion, policy: PolicyText, agent: string, id: string): string | undefined {
  const own = suspicion.written.agents?.[agent] ?? {};
  let text: string | undefined = policy.text;
  let isAllowed = false;
  for (const kind of Object.keys(own)) {
    for (const { rule, path } of rulesOf(suspicion, agent, kind).toReversed()) {
      if (text === undefined) return undefined;
      const group = kind === 'allow' && typeof rule['group'] === 'string' ? rule['group'] : undefined;
      const others =
        group === undefined ? undefined : suspicion.written.groups?.[group]?.filter((other) => other !== id);
      if (others !== undefined && others.length < (suspicion.written.groups?.[group ?? '']?.length ?? 0)) {
        text = others.reduce<string | undefined>(
          (next, other) =>
            next === undefined ? next : new PolicyText(next).withItem(['agents', agent, 'allow'], other),
          new PolicyText(text).without(path),
        );
        isAllowed = true;
      } else if ((rule as unknown) === id || rule.route === id) {
        if (kind === 'allow') isAllowed = true;
        text = new PolicyText(text).without(path) ?? new PolicyText(text).without(path.slice(0, -1));
      }
    }
  }
  return isAllowed ? text : undefined;
}

function isForbidden({ never }: Suspicion): boolean {
  return never !== undefined && 'over' in never && never.over === 0;
}

/** It is catalogued as a read, and changes something. */
function* misdeclared(suspicion: Suspicion): Generator<Candidate> {
  for (const { call, deeds } of suspicion.calls) {
    const wrote = deeds.find(({ entry }) => entry.write);
    if (call.effect !== 'read' || wrote === undefined) continue;
    const effect = wrote.entry.moneyOut === null ? 'write' : 'money';
    yield {
      title: `routes: the effect of ${call.route} is ${effect}`,
      gap: `\`${call.route}\` is catalogued as a read and changes things: rules about writes pass it by.`,
      breadth: 1,
      text: suspicion.policy.withValue(['routes', call.route, 'effect'], effect),
    };
    return;
  }
}

/** Who is in the pilot is read off something that the agent writes there, and not off what it acts on. */
function* segments(suspicion: Suspicion): Generator<Candidate> {
  const { routes, written } = suspicion;
  const subject = written.routes?.[routes[0]?.id ?? '']?.['subject'];
  const field =
    typeof subject === 'string' ? /^[^{}]*\{(?<field>[^{}]+)\}$/.exec(subject)?.groups?.['field'] : undefined;
  if (field === undefined) return;
  for (const agent of suspicion.agents) {
    for (const { rule, path } of rulesOf(suspicion, agent, 'segment')) {
      if (!concernsAny(rule, routes) || rule['by'] === field || rule['by'] === 'subject') continue;
      yield {
        title: `segment: by ${field}`,
        gap: `Who is in the segment is read off \`${String(rule['by'])}\`, which the agent writes itself.`,
        breadth: 1,
        text: suspicion.policy.withValue([...path, 'by'], field),
      };
    }
  }
}
