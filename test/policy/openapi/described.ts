import { stringify } from 'yaml';
import type { Answer, Request, Route } from '../../../src/engine/policy.ts';
import type { RouteId } from '../../../src/engine/ids.ts';
import { loadPolicy, type LoadedPolicy, type PolicyFiles, type PolicyProblem } from '../../../src/policy/index.ts';
import { fail, ok, type Result } from '../../../src/std/result.ts';

export const DOCUMENT = './api.yaml';

/** Files of which one is the document. */
export function withDocument(text: string): PolicyFiles {
  return {
    include: () => fail('nothing is included here'),
    document: (name) => (name === DOCUMENT ? ok(Buffer.from(text)) : fail('there is no such file')),
  };
}

export interface Described {
  readonly match?: string;
  readonly url?: string;
  /** Further keys of the upstream, as YAML in braces. */
  readonly upstream?: string;
  /** Further keys of the route. */
  readonly route?: string;
}

/** A policy of one route whose upstream has the document. */
export function policyText({ match = 'POST /things', url, upstream = '', route = '' }: Described = {}): string {
  return `version: 1
upstreams:
  api:
    url: ${url ?? 'https://api.example'}
    credential: { env: KEY, as: bearer }
    openapi: ${DOCUMENT}
    ${upstream}
routes:
  thing: { match: "${match}", upstream: api, effect: ${match.startsWith('GET') ? 'read' : 'write'} ${route} }
agents:
  bot: { stage: production, allow: [thing] }
`;
}

export function load(document: unknown, described: Described = {}): Result<LoadedPolicy, PolicyProblem[]> {
  const text = typeof document === 'string' ? document : stringify(document);
  return loadPolicy(policyText(described), 'p.yaml', withDocument(text));
}

export function thing(loaded: Result<LoadedPolicy, PolicyProblem[]>): Route {
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  return loaded.value.policy.routes.get('thing' as RouteId) as Route;
}

/** A document of one operation, `POST /things`. */
export function api(operation: object, more: object = {}, openapi = '3.0.3'): object {
  return { openapi, info: { title: 'Things', version: '1' }, paths: { '/things': { post: operation } }, ...more };
}

/** The operation's body: JSON of a schema. */
export const takes = (schema: unknown, type = 'application/json'): object => ({
  requestBody: { content: { [type]: { schema } } },
});

/** Where a JSON body departs from a schema. */
export function departs(schema: unknown, body: unknown, schemas: object = {}, openapi = '3.0.3'): readonly string[] {
  const { shape } = thing(load(api(takes(schema), { components: { schemas } }, openapi)));
  return shape?.(request({ body: body as never })) ?? ['(not checked)'];
}

export function request(more: Partial<Request> = {}): Request {
  const headers = { 'content-type': 'application/json' };
  return { method: 'POST', params: {}, query: {}, body: undefined, headers, ...more };
}

export function answer(more: Partial<Answer> = {}): Answer {
  return { status: 200, contentType: 'application/json', body: undefined, ...more };
}
