import { formatDuration } from '../../../std/duration.ts';
import type { Route } from '../../../engine/policy.ts';
import { leavesOf } from '../shrink/leaves.ts';
import { PolicyText } from './policy-text.ts';
import { forEach, isWriteEffect, names, rulesOf, windowsOf, type Candidate, type Suspicion } from './suspicion.ts';

/** At most one effect per subject: a rule that is missing, that forgets too soon, or that counts by the wrong subject. */
export function* onceRules(suspicion: Suspicion): Generator<Candidate> {
  const routes = suspicion.routes.filter(({ effect }) => isWriteEffect(effect));
  if (routes.length === 0 || !isRepeated(suspicion)) return;
  const asLong = windowOf(suspicion);
  // No longer than it has to be: what may happen again tomorrow is somebody's work.
  const spans = asLong === undefined ? [undefined] : [asLong, undefined];
  for (const within of spans) {
    yield* forgetting(suspicion, routes, within);
    if (routes.every(({ subject }) => subject !== undefined)) yield* missing(suspicion, routes, within);
  }
  yield* bySubject(suspicion, routes);
}

/** Whether the harm is that something happened to one subject again: only then is a rule per subject what it lacks. */
function isRepeated({ never, harm }: Suspicion): boolean {
  if (never !== undefined) return 'each' in never && never.each === 'subject' && harm.deeds.length > 1;
  const subjects = harm.deeds.map(({ entry }) => entry.subject);
  return subjects.length > 1 && new Set(subjects).size === 1;
}

/** The longest window in which the never rule counts; `undefined`: it forgets nothing. */
function windowOf({ never }: Suspicion): string | undefined {
  const ms = never !== undefined && 'within' in never ? windowsOf(never.within).at(-1) : undefined;
  return ms === undefined ? undefined : formatDuration(ms);
}

function* missing(suspicion: Suspicion, routes: readonly Route[], within: string | undefined): Generator<Candidate> {
  const { withoutOnce, text } = added(suspicion, routes, within);
  if (!withoutOnce) return;
  yield {
    title: `once: ${routes.map(({ id }) => id).join(', ')} per subject${within === undefined ? '' : ` within ${within}`}`,
    gap: `No rule looks at ${names(routes)} per subject.`,
    breadth: 2,
    text,
  };
}

/** Adds the rule where an agent has none for the route. */
function added(
  suspicion: Suspicion,
  routes: readonly Route[],
  within: string | undefined,
): { withoutOnce: boolean; text: string | undefined } {
  const { loaded } = suspicion.field;
  let withoutOnce = false;
  const text = forEach(suspicion, (policy, agent) => {
    const rules = loaded.policy.agents.get(agent as never)?.rules.once ?? [];
    let next: string | undefined = policy.text;
    for (const { id } of routes) {
      if (rules.some(({ route }) => route === id)) continue;
      withoutOnce = true;
      next = next === undefined ? undefined : onceIn(next, agent, id, within);
    }
    return next;
  });
  return { withoutOnce, text };
}

function onceIn(text: string, agent: string, route: string, within?: string): string | undefined {
  const rule = { route, per: 'subject', ...(within !== undefined && { within }) };
  return new PolicyText(text).withItem(['agents', agent, 'once'], rule);
}

/** A rule that holds for some days, where nothing may happen twice for longer, or at all. */
function* forgetting(suspicion: Suspicion, routes: readonly Route[], longer: string | undefined): Generator<Candidate> {
  for (const agent of suspicion.agents) {
    for (const { rule, path } of rulesOf(suspicion, agent, 'once')) {
      const { route, within } = rule;
      if (within === undefined || !routes.some(({ id }) => id === route)) continue;
      yield {
        title: `once: ${route} ${longer === undefined ? 'for ever' : `within ${longer}`}`,
        gap: `\`once\` forgets what was done after ${String(within)}.`,
        breadth: 1,
        text:
          longer === undefined
            ? suspicion.policy.without([...path, 'within'])
            : suspicion.policy.withValue([...path, 'within'], longer),
      };
    }
  }
}

/** The business's own subject, `charge:ch_1`, read off the field of the request that holds its id. */
function* bySubject(suspicion: Suspicion, routes: readonly Route[]): Generator<Candidate> {
  const { calls, field } = suspicion;
  let text: string | undefined = suspicion.policy.text;
  const subjects: string[] = [];
  for (const route of routes) {
    const subject = calls.filter(({ call }) => call.route === route.id).map((culprit) => subjectOf(culprit, route))[0];
    const stated = suspicion.written.routes?.[route.id]?.['subject'];
    if (subject === undefined || subject === stated || text === undefined) return;
    subjects.push(subject);
    text = new PolicyText(text).withValue(['routes', route.id, 'subject'], subject);
    for (const agent of suspicion.agents) {
      const has = field.loaded.policy.agents.get(agent as never)?.rules.once.some(({ route: id }) => id === route.id);
      if (has !== true && text !== undefined) text = onceIn(text, agent, route.id);
    }
  }
  yield {
    title: `once: ${routes.map(({ id }) => id).join(', ')} per ${subjects[0]}`,
    gap: `${names(routes)} ${routes.length === 1 ? 'is' : 'are'} not counted by what the business knows: ${subjects[0]}.`,
    breadth: 2,
    text,
  };
}

function subjectOf({ request, deeds }: Suspicion['calls'][number], { template }: Route): string | undefined {
  const subject = deeds.find(({ entry }) => entry.write)?.entry.subject;
  const mark = subject?.indexOf(':') ?? -1;
  if (subject === undefined || mark === -1) return undefined;
  const [kind, id] = [subject.slice(0, mark), subject.slice(mark + 1)];
  const leaf = leavesOf(request).find(({ value }) => value === id);
  if (leaf === undefined) return undefined;
  if (leaf.place.in !== 'path') return `${kind}:{${leaf.name}}`;
  const parameter = /^\{(?<name>.+)\}$/.exec(template.split('/')[leaf.place.index + 1] ?? '')?.groups?.['name'];
  return parameter === undefined ? undefined : `${kind}:{${parameter}}`;
}
