import { expect } from 'vitest';
import type { Json } from '../../src/std/canonical-json.ts';
import type { CallId, GrantId } from '../../src/engine/ids.ts';
import { readHeaders } from '../../src/door/normal/headers.ts';
import { readMethod } from '../../src/door/normal/method.ts';
import { readTarget } from '../../src/door/normal/target.ts';
import { RequestReader, type Reading } from '../../src/door/judge/reading.ts';
import type { MadeAnswer, Shadow, Shown } from '../../src/door/shadow.ts';
import type { Grant } from '../../src/journal/index.ts';
import { loadPolicy, type LoadedPolicy } from '../../src/policy/index.ts';
import { newShadow } from '../../src/stages/shadow.ts';
import { fail, ok } from '../../src/std/result.ts';

export const AT = Date.parse('2026-05-04T10:00:00Z');

/** A policy with one agent in shadow that may call every route, over documents that stand in memory. */
export function shadowPolicy(routes: string, document?: object, more = ''): LoadedPolicy {
  const text = policyText(routes, document, more);
  const loaded = loadPolicy(text, 'interlock.yaml', filesWith({ 'api.json': document }));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure, null, 2));
  return loaded.value;
}

export function policyText(routes: string, document?: object, more = ''): string {
  const names = [...routes.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name);
  return `version: 1
upstreams:
  api:
    url: https://api.example
    credential: { env: KEY, as: bearer }
${document === undefined ? '' : '    openapi: api.json\n    shape: off\n'}routes:
${routes}
agents:
  bot: { stage: shadow, allow: [${names.join(', ')}] }
${more}`;
}

export function filesWith(documents: Readonly<Record<string, object | undefined>>) {
  return {
    include: () => fail('none'),
    document: (name: string) => {
      const found = documents[name];
      return found === undefined ? fail('there is no such file') : ok(Buffer.from(JSON.stringify(found)));
    },
  };
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a text as a form. */
  readonly body?: Json;
  readonly session?: string;
  readonly at?: number;
  readonly call?: string;
}

/** An agent in shadow, in front of an upstream that answers what it is told. */
export class Agent {
  readonly shadow: Shadow;
  readonly #reader: RequestReader;
  #calls = 0;

  constructor(policy: LoadedPolicy) {
    this.shadow = newShadow(policy);
    this.#reader = new RequestReader(policy, null);
  }

  reading(line: string, { headers = {}, body, session = 's1', at = AT, call }: Asked = {}): Reading {
    const [verb = '', path = ''] = line.split(' ');
    const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
    const type = typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json';
    const method = readMethod(verb);
    const target = readTarget(`/api${path}`);
    const raw = Object.entries({
      host: 'door',
      'interlock-session': session,
      ...(text !== '' && { 'content-type': type, 'content-length': String(Buffer.byteLength(text)) }),
      ...headers,
    }).flat();
    const fields = readHeaders(raw);
    if (!method.ok || !target.ok || !fields.ok) throw new Error(JSON.stringify([method, target, fields]));
    const head = { method: method.value, target: target.value, headers: fields.value };
    const address = this.#reader.address(head, undefined);
    if (!address.ok) throw new Error(JSON.stringify(address.failure));
    this.#calls += 1;
    const id = (call ?? `call_${this.#calls}`) as CallId;
    const read = this.#reader.read(head, address.value, Buffer.from(text), GRANT, () => ({ id, at }));
    if (!read.ok) throw new Error(JSON.stringify(read.failure));
    return read.value;
  }

  write(line: string, asked: Asked = {}): Shown {
    return this.shadow.capture(this.reading(line, asked));
  }

  /** What the agent is shown where the upstream answers `real`; `undefined`: it was not to be asked. */
  read(line: string, real?: MadeAnswer, asked: Asked = {}): Shown {
    const overlay = this.shadow.overlay(this.reading(line, asked));
    if (overlay?.kind === 'alone') return overlay.shown;
    if (real === undefined) throw new Error(`${line} asks the upstream`);
    return overlay?.merge(real) ?? { kind: 'answer', answer: real, origin: undefined, merged: [], unmerged: [] };
  }
}

const GRANT = { id: 'grant_1' as GrantId, agent: 'bot', task: 'a task', environment: 'default', routes: null } as Grant;

export function real(body: Json, headers: Readonly<Record<string, string>> = {}, status = 200): MadeAnswer {
  const all = { 'content-type': 'application/json', ...headers };
  return { status, headers: Object.entries(all).flat(), body: Buffer.from(JSON.stringify(body)) };
}

/** What an answer says. */
export function said(shown: Shown): Json {
  if (shown.kind === 'unanswerable') throw new Error(`${shown.reason}: ${shown.detail} ${shown.hint}`);
  const text = shown.answer.body.toString();
  return text === '' ? null : (JSON.parse(text) as Json);
}

export function statusOf(shown: Shown): number | string {
  return shown.kind === 'answer' ? shown.answer.status : shown.reason;
}

export function header(shown: Shown, name: string): string | undefined {
  if (shown.kind !== 'answer') return undefined;
  const index = shown.answer.headers.indexOf(name);
  return index === -1 ? undefined : shown.answer.headers[index + 1];
}

/** The writes that an answer shows and those that it should and does not, by their numbers. */
export function marks(shown: Shown): {
  readonly origin: string | undefined;
  readonly merged: string[];
  readonly unmerged: string[];
} {
  expect(shown.kind).toBe('answer');
  if (shown.kind !== 'answer') throw new Error('no answer');
  return { origin: shown.origin, merged: [...shown.merged], unmerged: [...shown.unmerged] };
}

/** An OpenAPI document of these paths and schemas. */
export function api(paths: object, schemas: object = {}): object {
  return { openapi: '3.0.3', info: { title: 'API', version: '1' }, paths, components: { schemas } };
}

export const json = (schema: object): object => ({ description: '', content: { 'application/json': { schema } } });
export const sends = (schema: object, type = 'application/json'): object => ({
  requestBody: { content: { [type]: { schema } } },
});
export const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
