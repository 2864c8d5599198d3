import type { Call } from '../../src/engine/call.ts';
import type { CallId } from '../../src/engine/ids.ts';
import type { MadeAnswer, Shadow, Shown } from '../../src/door/shadow.ts';
import type { Reading } from '../../src/door/judge/reading.ts';
import type { Json } from '../../src/std/canonical-json.ts';

/** A shadow as simple as can be: one map of subjects per session, whole objects, no lists. Enough to test the door by. */
export class SimpleShadow implements Shadow {
  readonly captured: Reading[] = [];
  readonly restored: { readonly write: Reading; readonly answered: MadeAnswer }[] = [];
  readonly lostWrites: CallId[] = [];
  readonly #sessions = new Map<string, Map<string, { call: CallId; body: Json | null }>>();
  readonly #before = new Map<string, Shown>();

  capture(write: Reading): Shown {
    const { call, request } = write;
    const repeated = `${keyOf(call)} ${call.key} ${call.fingerprint}`;
    const before = call.key === undefined ? undefined : this.#before.get(repeated);
    if (before !== undefined) return before;
    this.captured.push(write);
    if (request.headers['x-unanswerable'] !== undefined) {
      return {
        kind: 'unanswerable',
        reason: 'no_schema',
        detail: 'Nobody knows what it answers.',
        hint: 'Do without.',
      };
    }
    if (request.headers['x-broken'] !== undefined) throw new Error('the shadow is broken');
    const body = request.method === 'DELETE' ? null : { id: `made_${call.id}`, ...(request.body as object) };
    this.#session(call).set(call.subject ?? '', { call: call.id, body });
    const answer = {
      status: 200,
      headers: ['content-type', 'application/json'],
      body: json(body ?? { deleted: true }),
    };
    const shown: Shown = { kind: 'answer', answer, origin: 'synthetic', merged: [], unmerged: [] };
    if (call.key !== undefined) this.#before.set(repeated, shown);
    return shown;
  }

  overlay({ call, request }: Reading): ReturnType<Shadow['overlay']> {
    const found = this.#session(call).get(call.subject ?? '');
    if (found === undefined) return undefined;
    const shown = (answer: MadeAnswer): Shown => ({
      kind: 'answer',
      answer,
      origin: 'overlay',
      merged: [found.call],
      unmerged: [],
    });
    if (found.body === null)
      return {
        kind: 'alone',
        shown: shown({ status: 404, headers: ['content-type', 'application/json'], body: json({ gone: true }) }),
      };
    if (request.headers['x-no-merge'] !== undefined) {
      return {
        kind: 'over',
        merge: () => ({
          kind: 'unanswerable',
          reason: 'no_merge',
          detail: 'It cannot be merged.',
          hint: 'Do without.',
        }),
      };
    }
    return {
      kind: 'over',
      merge: (real) => {
        const body = { ...(JSON.parse(real.body.toString()) as object), ...(found.body as object) };
        return shown({ ...real, body: json(body) });
      },
    };
  }

  rests({ call }: Reading): ReturnType<Shadow['rests']> {
    const found = this.#sessions.get(keyOf(call));
    const on = [...(found?.values() ?? [])].map((one) => one.call);
    return on.length === 0 ? undefined : { how: 'session', on };
  }

  restore(write: Reading, answered: MadeAnswer): void {
    this.restored.push({ write, answered });
    this.#session(write.call).set(write.call.subject ?? '', {
      call: write.call.id,
      body: JSON.parse(answered.body.toString()) as Json,
    });
  }

  lost({ id }: Pick<Call, 'id'>): void {
    this.lostWrites.push(id);
  }

  #session(call: Call): Map<string, { call: CallId; body: Json | null }> {
    const key = keyOf(call);
    let found = this.#sessions.get(key);
    if (found === undefined) this.#sessions.set(key, (found = new Map()));
    return found;
  }
}

const keyOf = ({ agent, grant, session }: Call): string => `${agent}\n${grant}\n${session}`;
const json = (value: Json): Buffer => Buffer.from(JSON.stringify(value));
