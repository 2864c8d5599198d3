import type { Call } from '../../src/engine/call.ts';
import type { CallId, RouteId } from '../../src/engine/ids.ts';
import type { Route } from '../../src/engine/policy.ts';
import type { MadeAnswer, Overlay, Shadow, Shown } from '../../src/door/shadow.ts';
import type { Reading } from '../../src/door/judge/reading.ts';
import type { LoadedPolicy } from '../../src/policy/index.ts';
import type { Json } from '../../src/std/canonical-json.ts';

/** What a session wrote to one subject; `null`: it deleted it. */
interface Written {
  readonly call: CallId;
  readonly body: Readonly<Record<string, Json>> | null;
}

interface Session {
  readonly written: Map<string, Written>;
  readonly lost: Map<string, CallId[]>;
  readonly answers: Map<string, Shown>;
}

/** A shadow as simple as can be: what was written last to a subject is laid over what is read of it. Enough to test the door by. */
export class SimpleShadow implements Shadow {
  readonly captured: Reading[] = [];
  readonly restored: { readonly write: Reading; readonly answered: MadeAnswer }[] = [];
  readonly lostWrites: CallId[] = [];
  readonly #sessions = new Map<string, Session>();

  under(): Shadow {
    return this;
  }

  begin(): void {}

  capture(write: Reading): Shown {
    const { call, request } = write;
    const { answers } = this.#session(call);
    const before = call.key === undefined ? undefined : answers.get(call.key);
    if (before !== undefined) return before;
    this.captured.push(write);
    if (request.headers['x-broken'] !== undefined) throw new Error('the shadow is broken');
    if (request.headers['x-unanswerable'] !== undefined) return unanswerable('no_schema');
    const shown = answer({ status: 200, headers: JSON_TYPE, body: json(this.#keep(write)) }, 'synthetic');
    if (call.key !== undefined) answers.set(call.key, shown);
    return shown;
  }

  overlay({ call, request }: Reading): Overlay | undefined {
    const { written, lost } = this.#session(call);
    const [found, unmerged = []] = [written.get(call.subject ?? ''), lost.get(call.subject ?? '')];
    if (request.headers['x-spare'] !== undefined) {
      return {
        kind: 'over',
        merge: (real) => answer({ ...real, headers: [...real.headers, 'x-looked', '1'] }, undefined),
        spare: true,
      };
    }
    if (found === undefined && unmerged.length === 0) return undefined;
    const merged = found === undefined ? [] : [found.call];
    if (found?.body === null) {
      const gone = { status: 404, headers: JSON_TYPE, body: json({ gone: true }) };
      return { kind: 'alone', shown: answer(gone, 'overlay', merged, unmerged) };
    }
    return {
      kind: 'over',
      merge: (real) => {
        if (request.headers['x-no-merge'] !== undefined) return unanswerable('no_merge');
        if (request.headers['x-as-it-is'] !== undefined) return answer(real, undefined, [], merged);
        const body = real.body.length === 0 ? real.body : json({ ...parsed(real.body), ...found?.body });
        return answer({ ...real, body }, 'overlay', merged, unmerged);
      },
    };
  }

  rests({ call }: Reading): ReturnType<Shadow['rests']> {
    const on = [...this.#session(call).written.values()].map((one) => one.call).slice(0, 8);
    return on.length === 0 ? undefined : { how: 'session', on };
  }

  restore(write: Reading, answered: MadeAnswer): void {
    this.restored.push({ write, answered });
    this.#keep(write);
  }

  lost(call: Pick<Call, 'id' | 'agent' | 'grant' | 'session' | 'route' | 'subject'>): void {
    this.lostWrites.push(call.id);
    const { lost } = this.#session(call);
    lost.set(call.subject ?? '', [...(lost.get(call.subject ?? '') ?? []), call.id]);
  }

  #keep({ call, request }: Reading): Readonly<Record<string, Json>> {
    const isGone = request.method === 'DELETE';
    const body = { id: `made_${call.id}`, ...(request.body as Record<string, Json> | undefined) };
    this.#session(call).written.set(call.subject ?? '', { call: call.id, body: isGone ? null : body });
    return isGone ? { deleted: true } : body;
  }

  #session({ agent, grant, session }: Pick<Call, 'agent' | 'grant' | 'session'>): Session {
    const key = `${agent}\n${grant}\n${session}`;
    let found = this.#sessions.get(key);
    if (found === undefined) {
      found = { written: new Map(), lost: new Map(), answers: new Map() };
      this.#sessions.set(key, found);
    }
    return found;
  }
}

/** The policy of a door with this shadow, which needs no document to answer by. */
export function answerable(loaded: LoadedPolicy): LoadedPolicy {
  const plain = [...loaded.policy.routes].map(([id, { unanswerable: _, ...route }]) => [id, route] as const);
  const routes = new Map<RouteId, Route>(plain);
  const match: LoadedPolicy['match'] = (...address) => {
    const found = loaded.match(...address);
    const route = found && routes.get(found.route.id);
    return route && { ...found, route };
  };
  return { ...loaded, match, policy: { ...loaded.policy, routes } };
}

const JSON_TYPE = ['content-type', 'application/json'];
const json = (value: Json): Buffer => Buffer.from(JSON.stringify(value));
const parsed = (body: Buffer): object => JSON.parse(body.toString()) as object;

function answer(
  made: MadeAnswer,
  origin: 'synthetic' | 'overlay' | undefined,
  merged: readonly CallId[] = [],
  unmerged: readonly CallId[] = [],
): Shown {
  return { kind: 'answer', answer: made, origin, merged, unmerged };
}

function unanswerable(reason: string): Shown {
  return { kind: 'unanswerable', reason, detail: 'Nobody knows what it answers.', hint: 'Do without.' };
}
