import { stringify } from 'yaml';
import type { Json } from '../../src/std/canonical-json.ts';
import { intentOf } from '../../src/journal/facts.ts';
import type { Entry } from '../../src/journal/entry.ts';
import type { Reading } from '../../src/door/judge/reading.ts';
import type { MadeAnswer } from '../../src/door/shadow.ts';
import { loadPolicy, type LoadedPolicy, type TemplatesFile } from '../../src/policy/index.ts';
import type { World } from '../../src/lab/world/world.ts';
import payments from '../../mocks/payments.ts';
import { KEY } from '../mocks/ask.ts';
import { AT, filesWith } from './rig.ts';

export const newWorld = (seed = 1): World => payments.create({ seed, startsAt: AT, size: 6 });

/** Whatever is to be known of the world beyond its templates. */
const EXTRA: Readonly<Record<string, object>> = {
  create_refund: {
    affects: [{ item: 'GET /v1/charges/{body.charge}', set: { amount_refunded: { add: 'body.amount' } } }],
  },
};

const LINES: Readonly<Record<string, string>> = {
  create_refund: 'POST /v1/refunds',
  get_refund: 'GET /v1/refunds/{id}',
  list_refunds: 'GET /v1/refunds',
  create_customer: 'POST /v1/customers',
  get_customer: 'GET /v1/customers/{id}',
  list_customers: 'GET /v1/customers',
  update_customer: 'POST /v1/customers/{id}',
  delete_customer: 'DELETE /v1/customers/{id}',
  create_charge: 'POST /v1/charges',
  get_charge: 'GET /v1/charges/{id}',
  list_charges: 'GET /v1/charges',
};

/** The payments world's policy, with an agent in shadow. */
export function paymentsText(hasTemplates: boolean, more: Readonly<Record<string, object>> = {}): string {
  const routes = Object.fromEntries(
    Object.entries(LINES).map(([id, match]) => {
      const effect = match.startsWith('GET') ? 'read' : match.startsWith('DELETE') ? 'destructive' : 'write';
      return [id, { match, upstream: 'api', effect, ...EXTRA[id], ...more[id] }];
    }),
  );
  return stringify({
    version: 1,
    upstreams: { api: { url: 'https://payments.example', credential: { env: 'KEY', as: 'bearer' } } },
    routes,
    agents: { bot: { stage: 'shadow', allow: Object.keys(LINES) } },
    ...(hasTemplates && { shadow: { templates: 'templates.json' } }),
  });
}

export function paymentsPolicy(templates?: TemplatesFile, more: Readonly<Record<string, object>> = {}): LoadedPolicy {
  const text = paymentsText(templates !== undefined, more);
  const loaded = loadPolicy(text, 'p.yaml', filesWith({ 'templates.json': templates }));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  return loaded.value;
}

/** A call straight into a world, as a door would send it. */
export function asked(world: World, { request, wire, call }: Reading): MadeAnswer {
  const [path = ''] = wire.target.split('?');
  const query = Object.fromEntries(new URLSearchParams(wire.target.slice(path.length + 1)));
  const { status, body } = world.handle({
    at: call.at,
    method: request.method,
    path: decodeURIComponent(path),
    query,
    headers: { ...request.headers, authorization: `Bearer ${KEY}` },
    body: request.body ?? null,
  });
  return { status, headers: ['content-type', 'application/json'], body: Buffer.from(JSON.stringify(body)) };
}

/** The journal's records of a call that was really sent. */
export function recordsOf({ call, wire }: Reading, answer: MadeAnswer): readonly Entry[] {
  const { upstream, method, target, headers, body, stage } = wire;
  return [
    {
      kind: 'call',
      ...intentOf(call),
      upstream,
      method,
      target,
      headers,
      body,
      stage,
      verdict: 'allow',
      findings: [],
      trips: [],
    },
    {
      kind: 'outcome',
      at: call.at,
      call: call.id,
      effectiveness: answer.status < 300 ? 'effective' : 'ineffective',
      status: answer.status,
      failure: null,
      durationMs: 1,
      contentType: 'application/json',
      answer: answer.body.toString(),
      answerBytes: answer.body.length,
    },
  ] as readonly Entry[];
}

export const bodyOf = (answer: MadeAnswer): Json => JSON.parse(answer.body.toString()) as Json;

export function form(fields: Readonly<Record<string, string | number>>): string {
  return new URLSearchParams(
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)])),
  ).toString();
}
