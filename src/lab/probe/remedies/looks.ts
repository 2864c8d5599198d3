import type { Route } from '../../../engine/policy.ts';
import type { WorldAnswer } from '../../world/world.ts';
import type { Step } from '../course.ts';
import { worldOf } from '../field.ts';
import { PolicyText } from './policy-text.ts';
import { ask, membersOf, type Precondition, subjectReads, withPrecondition } from './subject-reads.ts';
import { forEach, isWriteEffect, names, type Candidate, type Suspicion } from './suspicion.ts';

const AGE = '60s';

/** Whoever writes must have looked: the agent lately, or the door just before. */
export function* looks(suspicion: Suspicion): Generator<Candidate> {
  const writes = suspicion.routes.filter(({ effect }) => isWriteEffect(effect));
  if (writes.length === 0) return;
  yield* preconditions(suspicion, writes);
  yield* freshness(suspicion, writes);
}

function* freshness(suspicion: Suspicion, writes: readonly Route[]): Generator<Candidate> {
  const { loaded } = suspicion.field;
  const kindOf = (route: Route): string | undefined => subjectText(suspicion, route)?.split(':', 1)[0];
  for (const read of loaded.policy.routes.values()) {
    if (isWriteEffect(read.effect)) continue;
    const concerned = writes.filter((write) => kindOf(write) !== undefined && kindOf(write) === kindOf(read));
    if (concerned.length < writes.length) continue;
    yield {
      title: `fresh: ${writes.map(({ id }) => id).join(', ')} after ${read.id}, at most ${AGE} old`,
      gap: `Nothing asks whether ${names(writes)} rests on what is still so.`,
      breadth: 3,
      evasion: readBefore(suspicion, writes, read),
      text: forEach(suspicion, (policy, agent) =>
        writes.reduce<string | undefined>(
          (text, { id }) =>
            text === undefined
              ? text
              : new PolicyText(text).withItem(['agents', agent, 'fresh'], { route: id, read: read.id, maxAge: AGE }),
          policy.text,
        ),
      ),
    };
  }
}

/** An agent that reads before each write, as the rule asks, and writes all the same. */
function readBefore({ account }: Suspicion, writes: readonly Route[], read: Route): readonly Step[] {
  return account.steps.flatMap(({ step, judged }): Step[] => {
    const subject = judged?.call.subject ?? null;
    if (step.kind !== 'call' || subject === null || !writes.some(({ id }) => id === judged?.call.route)) return [step];
    const id = subject.slice(subject.indexOf(':') + 1);
    const target = read.template.replace(/\{[^{}]+\}/, encodeURIComponent(id));
    const { fault: _, lastsMs: __, ...call } = step;
    return [{ ...call, request: { upstream: read.upstream, method: read.method, target } }, step];
  });
}

const subjectText = ({ written }: Suspicion, { id }: Route): string | undefined => {
  const subject = written.routes?.[id]?.['subject'];
  return typeof subject === 'string' ? subject : undefined;
};

/**
 * What the business itself says of the subject, before anything was done to it and behind: a field that tells the two apart
 * is what the door can ask for just before it sends.
 */
function* preconditions(suspicion: Suspicion, writes: readonly Route[]): Generator<Candidate> {
  let text: string | undefined = suspicion.policy.text;
  let asked: string | undefined;
  for (const write of writes) {
    const found = lookOf(suspicion, write);
    if (found === undefined || text === undefined) return;
    asked ??= found.require;
    text = withPrecondition(text, suspicion, write, found);
  }
  yield {
    title: `precondition: ${writes.map(({ id }) => id).join(', ')} where ${asked}`,
    gap: `Nobody looks whether what ${names(writes)} acts on is still as it was.`,
    breadth: 3,
    text,
  };
}

function lookOf(suspicion: Suspicion, write: Route): Precondition | undefined {
  const { field, calls, harm } = suspicion;
  const culprit = calls.find(({ call }) => call.route === write.id);
  const setup = field.worlds.get(write.upstream);
  if (culprit === undefined || setup === undefined) return undefined;
  const before = worldOf(setup);
  const after = worldOf(setup);
  const first = harm.deeds[0];
  const doing = calls.find(({ call }) => call.id === first?.by?.id) ?? culprit;
  const { at } = doing.call;
  ask(after, field, doing.request, at);
  for (const { read, request } of subjectReads(suspicion, write, culprit)) {
    const require = difference(ask(before, field, request, at), ask(after, field, request, at));
    if (require !== undefined) return { read, require };
  }
  return undefined;
}

/** A plain field that changed: a yes or no, else a word; what counts and dates things says too much. */
function difference(before: WorldAnswer, after: WorldAnswer): string | undefined {
  const [one, two] = [membersOf(before), membersOf(after)];
  if (one === undefined || two === undefined) return undefined;
  const changed = Object.entries(one).filter(([name, value]) => two[name] !== value);
  const yes = changed.find(([, value]) => typeof value === 'boolean');
  const word = changed.find(([, value]) => typeof value === 'string');
  const count = changed.find(([, value]) => value === 0);
  const [name, value] = yes ?? word ?? count ?? [];
  return name === undefined ? undefined : `response.body.${name} == ${JSON.stringify(value)}`;
}
