import type { Json } from '../../../std/canonical-json.ts';
import type { Instant } from '../../../std/clock.ts';
import type { Route } from '../../../engine/policy.ts';
import type { ProbeRequest, Step } from '../course.ts';
import { worldOf } from '../field.ts';
import { leavesOf } from '../shrink/leaves.ts';
import { readRequest } from '../../world/request.ts';
import type { World, WorldAnswer } from '../../world/world.ts';
import { PolicyText } from './policy-text.ts';
import { forEach, isWriteEffect, names, type Candidate, type Suspicion } from './suspicion.ts';

const AGE = '60s';
const OK = 200;
const UNREADABLE = 400;

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
    text = new PolicyText(text).withValue(['routes', write.id, 'precondition'], {
      read: found.read,
      require: found.require,
    });
  }
  yield {
    title: `precondition: ${writes.map(({ id }) => id).join(', ')} where ${asked}`,
    gap: `Nobody looks whether what ${names(writes)} acts on is still as it was.`,
    breadth: 3,
    text,
  };
}

function lookOf(suspicion: Suspicion, write: Route): { readonly read: string; readonly require: string } | undefined {
  const { field, calls, harm } = suspicion;
  const culprit = calls.find(({ call }) => call.route === write.id);
  const setup = field.worlds.get(write.upstream);
  if (culprit === undefined || setup === undefined) return undefined;
  const apiKey = setup.options.apiKey ?? '';
  const before = worldOf(setup);
  const after = worldOf(setup);
  const first = harm.deeds[0];
  const doing = calls.find(({ call }) => call.id === first?.by?.id) ?? culprit;
  ask(after, doing.request, apiKey, doing.call.at);
  for (const { name, value, place } of leavesOf(culprit.request)) {
    if (typeof value !== 'string' || value === '') continue;
    for (const read of field.loaded.policy.routes.values()) {
      if (read.method !== 'GET' || read.upstream !== write.upstream) continue;
      const parameter = /^(?<before>[^{}]*)\{[^{}]+\}(?<after>[^{}]*)$/.exec(read.template)?.groups;
      if (parameter === undefined) continue;
      const target = `${parameter['before']}${encodeURIComponent(value)}${parameter['after']}`;
      const get = { upstream: write.upstream, method: 'GET', target };
      const [one, two] = [ask(before, get, apiKey, doing.call.at), ask(after, get, apiKey, doing.call.at)];
      const require = difference(one, two);
      if (require === undefined) continue;
      const field = place.in === 'path' ? /\{(?<name>[^{}]+)\}/.exec(write.template)?.groups?.['name'] : name;
      if (field === undefined) continue;
      return { read: `GET ${parameter['before']}{${field}}${parameter['after']}`, require };
    }
  }
  return undefined;
}

function ask(world: World, request: ProbeRequest, apiKey: string, at: Instant): WorldAnswer {
  const { method, target, headers = {}, body = '' } = request;
  const asked = readRequest(method, target, headers['content-type'], body);
  if (!asked.ok) return { status: UNREADABLE, body: null };
  return world.handle({ at, ...asked.value, headers: { ...headers, authorization: `Bearer ${apiKey}` } });
}

/** A plain field that changed: a yes or no, else a word; what counts and dates things says too much. */
function difference({ status, body }: WorldAnswer, after: WorldAnswer): string | undefined {
  if (status !== OK || after.status !== OK || !isObject(body) || !isObject(after.body)) return undefined;
  const changed = Object.entries(body).filter(([name, value]) => (after.body as Members)[name] !== value);
  const yes = changed.find(([, value]) => typeof value === 'boolean');
  const word = changed.find(([, value]) => typeof value === 'string');
  const count = changed.find(([, value]) => value === 0);
  const [name, value] = yes ?? word ?? count ?? [];
  if (name === undefined || !/^[A-Za-z_]\w*$/.test(name)) return undefined;
  return `response.body.${name} == ${JSON.stringify(value)}`;
}

type Members = Readonly<Record<string, Json>>;

const isObject = (value: Json): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
