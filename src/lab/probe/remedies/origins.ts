import { leavesOf } from '../shrink/leaves.ts';
import { PolicyText } from './policy-text.ts';
import { forEach, rulesOf, selectorOf, type Candidate, type Suspicion } from './suspicion.ts';

/** Who is paid: a value that nobody vouches for. */
export function* origins(suspicion: Suspicion): Generator<Candidate> {
  const { calls, never, harm } = suspicion;
  if (never !== undefined && never.kind !== 'payees') return;
  const to = harm.deeds.at(-1)?.entry.to;
  const culprit = calls.at(-1);
  if (to === undefined || culprit === undefined) return;
  const route = suspicion.field.loaded.policy.routes.get(culprit.call.route);
  // A made-up request may call what it acts on by the same name; that is not who gets it.
  const subject = suspicion.written.routes?.[culprit.call.route]?.['subject'];
  const leaves = leavesOf(culprit.request).filter(({ value }) => value === to);
  const leaf = leaves.find(({ name }) => typeof subject !== 'string' || !subject.includes(`{${name}}`)) ?? leaves[0];
  if (leaf === undefined || leaf.place.in === 'path' || route === undefined) return;
  const { name } = leaf;
  const gap = `Nothing looks at \`${name}\` of \`${route.id}\`: ${to} was paid because somebody wrote it there.`;
  const only = never?.kind === 'payees' ? [...never.only] : [];
  if (only.length > 0) {
    yield {
      title: `allow: ${route.id} when ${name} is one of ${only.join(', ')}`,
      gap,
      breadth: 2,
      text: allowedWhen(suspicion, route.id, `${name} in ${JSON.stringify(only)}`),
    };
  }
  const task = name.split('.').at(-1) ?? 'payee';
  yield {
    title: `provenance: ${name} of ${route.id} comes from the task`,
    gap,
    breadth: 3,
    text: forEach(suspicion, (policy, agent) =>
      policy.withItem(['agents', agent, 'provenance'], { ...selectorOf([route]), field: name, from: [{ task }] }),
    ),
  };
}

/** Every allowance of a route under one more condition. */
export function allowedWhen(suspicion: Suspicion, route: string, condition: string): string | undefined {
  return forEach(suspicion, (policy, agent) => {
    const places = rulesOf(suspicion, agent, 'allow').flatMap(({ rule, path }) => {
      if ((rule as unknown) === route) return [{ path, when: condition }];
      const { when } = rule;
      if (rule.route !== route) return [];
      return [{ path, when: typeof when === 'string' ? `(${when}) && ${condition}` : condition }];
    });
    if (places.length === 0) return undefined;
    return places.reduce<string | undefined>(
      (text, { path, when }) => (text === undefined ? text : new PolicyText(text).withValue(path, { route, when })),
      policy.text,
    );
  });
}
