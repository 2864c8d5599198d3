import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '../../../src/std/canonical-json.ts';
import type { NextStep } from '../../../src/door/answers/next-step.ts';

/** What an agent was sent to do: one call that must take effect, one way or another. */
export interface Errand {
  readonly method: string;
  readonly target: string;
  readonly body?: Readonly<Record<string, Json>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** What it meant, for when it is told that a field is wrong: a slip of the pen corrected. */
  readonly meant?: Readonly<Record<string, Json>>;
  /** The ids that its task names, for paths: `{id}`. */
  readonly ids?: Readonly<Record<string, string>>;
  /** Where in a read's answer it finds a value that it is told to use. */
  readonly finds?: (answer: Json) => Json;
}

export interface Pursuit {
  /** How it ended: the upstream did it, it had been done before, or the door said stop. */
  readonly end: 'sent' | 'done' | 'stopped';
  /** The steps it was told to take, in order. */
  readonly told: readonly NextStep['do'][];
  /** The last denial's code, and every guard that denied. */
  readonly reason: string | null;
  readonly guards: readonly string[];
}

/** More steps than any errand needs: an agent that is led in circles is not helped. */
const STEPS_MAX = 12;

/**
 * A program without any judgement: it does what `next` says and nothing else, reads no prose, and knows no guard.
 * What it cannot finish, the policy allows no way to finish, or a denial did not say how.
 */
export class ObedientAgent {
  readonly #base: URL;
  readonly #token: string;

  constructor(base: URL, token: string) {
    this.#base = base;
    this.#token = token;
  }

  async pursue(errand: Errand): Promise<Pursuit> {
    const told: NextStep['do'][] = [];
    const guards: string[] = [];
    let { body } = errand;
    let reason: string | null = null;
    for (let step = 0; step < STEPS_MAX; step += 1) {
      const answer = await this.#send(errand.method, errand.target, body, errand.headers);
      if (!answer.headers.has('interlock-verdict')) {
        await answer.body?.cancel();
        return { end: answer.ok ? 'sent' : 'stopped', told, reason, guards };
      }
      const problem = (await answer.json()) as { next: NextStep; guard?: string; type: string };
      const { next, guard = '' } = problem;
      guards.push(guard);
      reason = problem.type.split(':').at(-1) ?? null;
      told.push(next.do);
      switch (next.do) {
        case 'wait':
          await sleep(next.seconds * 1000);
          break;
        case 'repeat':
          break;
        case 'poll':
          if (!(await this.#approved(next.url))) return { end: 'stopped', told, reason, guards };
          break;
        case 'read':
          if (next.read.target === null) return { end: 'stopped', told, reason, guards };
          await this.#read(next.read.target);
          break;
        case 'change':
          body = changed(body ?? {}, next);
          break;
        case 'split':
          return this.#inParts(errand, next.atMost, told, guards);
        case 'correct':
          body = { ...body };
          for (const fault of next.faults) delete (body as Record<string, Json>)[fieldOf(fault)];
          body = { ...body, ...errand.meant };
          break;
        case 'use': {
          const [read] = next.reads;
          const target =
            read?.target ?? read?.template.replaceAll(/\{(\w+)\}/g, (_, id: string) => errand.ids?.[id] ?? '');
          const found = target === undefined ? undefined : errand.finds?.(await this.#read(target));
          if (found === undefined) return { end: 'stopped', told, reason, guards };
          body = { ...body, [next.field.replace(/^body\./, '')]: found };
          break;
        }
        case 'done':
          return { end: 'done', told, reason, guards };
        case 'stop':
          return { end: 'stopped', told, reason, guards };
      }
    }
    return { end: 'stopped', told, reason, guards };
  }

  async #inParts(errand: Errand, atMost: number, told: NextStep['do'][], guards: string[]): Promise<Pursuit> {
    const [[field, items] = ['', []]] = Object.entries(errand.body ?? {}).filter(([, value]) => Array.isArray(value));
    let end: Pursuit['end'] = 'sent';
    for (let from = 0; from < (items as Json[]).length && end === 'sent'; from += atMost) {
      const part = { ...errand, body: { ...errand.body, [field]: (items as Json[]).slice(from, from + atMost) } };
      const pursuit = await this.pursue(part);
      told.push(...pursuit.told);
      ({ end } = pursuit);
    }
    return { end, told, reason: null, guards };
  }

  /** Asks until it is told something else than to wait. */
  async #approved(url: string): Promise<boolean> {
    for (;;) {
      const answer = await this.#send('GET', url);
      const { next } = (await answer.json()) as { next: NextStep };
      if (next.do !== 'wait') return next.do === 'repeat';
      await sleep(20);
    }
  }

  async #read(target: string): Promise<Json> {
    const answer = await this.#send('GET', target);
    return (await answer.json()) as Json;
  }

  #send(method: string, target: string, body?: Errand['body'], headers: Errand['headers'] = {}): Promise<Response> {
    return fetch(new URL(target, this.#base), {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
}

/** `body.amout: is not known` is about `amout`. */
function fieldOf(fault: string): string {
  return (fault.split(':', 1)[0] ?? '').replace(/^body\./, '');
}

function changed(
  body: Readonly<Record<string, Json>>,
  next: Extract<NextStep, { do: 'change' }>,
): Record<string, Json> {
  const name = next.field?.replace(/^body\./, '') ?? '';
  const bound = next.atMost ?? next.atLeast;
  return {
    ...body,
    ...(bound !== undefined && { [name]: Number(bound) }),
    ...(next.currencies !== undefined && { currency: next.currencies[0] as string }),
  };
}
