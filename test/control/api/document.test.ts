import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readControlFile } from '../../../src/cli/control-file.ts';
import { interlock, serve, site, type Served, type Site } from '../../cli/served.ts';
import { gate, promoted } from '../../cli/promoted.ts';
import { rawUpstream, type RawUpstream } from '../../door/raw-upstream.ts';
import { DocumentCheck, operationsOf, type ApiDocument, type Placed } from './contract-check.ts';

const policy = (upstream: URL): string => `
version: 1
promotion: { keys: ["${gate.verifierKey}"], people: 1, expires: 30d, limited: {}, production: {} }
upstreams:
  payments: { url: "${upstream.origin}", network: loopback, credential: { env: UPSTREAM_KEY, as: bearer } }
routes:
  get_charge: { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
    pii: [body.email]
    person: "customer:{body.customer}"
agents:
  refunds-bot:
    stage: production
    allow: [get_charge, create_refund]
    budgets: [{ max: 500 USD, per: day, timezone: UTC }]
    approval: [{ route: create_refund, above: 100 USD, expires: 30m }]
notify: [{ webhook: { url: "${new URL('/hook', upstream).href}", secret: { env: HOOK_SECRET } } }]
`;

process.env['HOOK_SECRET'] = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let upstream: RawUpstream;
let where: Site;
let served: Served;
let machine: string;
let document: ApiDocument;
let check: DocumentCheck;
/** What the steps below find on their way. */
const known: Record<string, string> = { agent: 'refunds-bot', name: 'walker' };

beforeAll(async () => {
  const json = (body: string): string =>
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  upstream = await rawUpstream((_, wire) => wire.send(json('{"id":"ch_1","amount":25000,"customer":"cus_1"}')));
  where = site(policy(upstream.origin));
  served = await serve(where);
  machine = readControlFile(where.data)?.token ?? '';
  document = (await (await send('GET', '/v1/openapi.json')).json()) as ApiDocument;
  check = new DocumentCheck(document);
}, 60_000);
afterAll(async () => {
  await served.end('SIGKILL');
  await upstream.close();
});

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function send(method: string, target: string, { headers = {}, body }: Sent = {}): Promise<Response> {
  return fetch(served.control + target, {
    method,
    headers: { authorization: `Bearer ${machine}`, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(20_000),
  });
}

const placed = (operationId: string): Placed => {
  const found = operationsOf(document).find(({ operation }) => operation.operationId === operationId);
  if (found === undefined) throw new Error(`no operation ${operationId} is documented`);
  return found;
};

/** An address with what is known in its places. */
const addressOf = ({ path: template }: Placed, over: Record<string, string> = {}): string =>
  template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(over[name] ?? known[name] ?? 'nobody'));

/** Calls an operation and holds its answer to the document. */
async function call(
  operationId: string,
  body?: object,
  query = '',
  over = {},
): Promise<{ status: number; body: never }> {
  const at = placed(operationId);
  const response = await send(at.verb.toUpperCase(), addressOf(at, over) + query, {
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return held(at, response);
}

async function held(at: Placed, response: Response): Promise<{ status: number; body: never }> {
  const type = response.headers.get('content-type') ?? '';
  const text = await response.text();
  expect(check.complaint(at, response.status, type, text)).toBeUndefined();
  return { status: response.status, body: JSON.parse(text) as never };
}

const word = { by: 'ann', reason: 'the walk' };

describe('every operation of the document, at a real door', () => {
  test('does what it says, and answers as it says', { timeout: 60_000 }, async () => {
    const ok = async (operationId: string, body?: object, query = ''): Promise<never> => {
      const answer = await call(operationId, body, query);
      expect(answer, operationId).toMatchObject({ status: 200 });
      return answer.body;
    };
    for (const operationId of [
      'alive',
      'ready',
      'openapi',
      'status',
      'who',
      'overview',
      'users',
      'showPolicy',
      'listGateResults',
    ]) {
      await ok(operationId);
    }
    expect(await call('session')).toMatchObject({ status: 409 });
    await ok('addUser', { name: 'walker', roles: ['viewer'], by: 'ann' });
    await ok('changeUser', { roles: ['reviewer'], renew: true, by: 'ann' });
    const made = (await ok('createGrant', {
      agent: 'refunds-bot',
      task: 'walk',
      expiresMs: 600_000,
      routes: null,
      parent: null,
      by: 'ann',
    })) as { grant: { id: string }; token: string };
    known['grant'] = made.grant.id;
    await ok('listGrants');

    const { file, promotion } = await promoted(where);
    const envelope = readFileSync(file, 'utf8');
    await ok('admitPromotion', { envelope, by: 'ann' });
    known['promotion'] = promotion.id;
    await ok('revokePromotion', { agent: 'refunds-bot', ...word });
    await ok('breakGlass', { stage: 'production', lastsMs: 60_000, ...word });
    await ok('endGlass', word);
    await ok('breakGlass', { stage: 'production', lastsMs: 600_000, ...word });

    const refund = async (amount: string): Promise<string> => {
      const response = await fetch(`${served.door}/payments/v1/refunds`, {
        method: 'POST',
        headers: { authorization: `Bearer ${made.token}` },
        body: new URLSearchParams({ charge: 'ch_1', amount, email: 'ann@example.com', customer: 'cus_1' }),
      });
      return response.headers.get('interlock-call') ?? `${response.status} ${await response.text()}`;
    };
    known['call'] = await refund('12000');
    await ok('listHolds');
    await ok('showHold');
    await ok('approve', word);
    known['call'] = await refund('13000');
    await ok('reject', word);
    known['call'] = await refund('5000');
    await ok('assess', { agent: 'refunds-bot', opinion: 'sane', ...word });
    await ok('reviewQueue', undefined, '?by=ann');
    for (const query of ['', '?about=ch_1', '?agent=refunds-bot&verdict=allow&limit=1', '?about=nothing']) {
      await ok('searchCalls', undefined, query);
    }
    for (const what of [known['call'], 'ch_1', 'refunds-bot', 'nothing_at_all']) {
      await ok('why', undefined, `?what=${what}`);
    }
    await ok('freeze', word);
    await ok('resume', word);
    await ok('kill', word);
    await ok('killAll', word);
    await ok('resume', word);
    await ok('demote', word);
    await ok('listStops');
    await ok('placeOfRule', undefined, '?rule=refunds-bot.budgets%5B0%5D');
    await ok('listPages');
    await interlock('replay', '--policy', where.policy, '--data', where.data, '--keep');
    expect(await ok('listReplays')).toHaveLength(1);
    await ok('erase', { person: 'customer:cus_1', ...word });
    await ok('reloadPolicy', { by: 'ann' }, '?dry=1');
    await ok('revokeGrant', { by: 'ann' });
    await ok('removeUser', { by: 'ann' });
    await expectEvents();
    const missing = operationsOf(document)
      .map(({ operation }) => operation.operationId)
      .filter((operationId) => operationId !== 'session' && check.seen.get(operationId)?.has(200) !== true);
    expect(missing).toEqual([]);
  });

  test('refuses what it cannot read in the way that it documents', { timeout: 60_000 }, async () => {
    const viewer = await person('vic', 'viewer');
    for (const at of operationsOf(document)) {
      const { verb, operation } = at;
      const method = verb.toUpperCase();
      const address = addressOf(at, {
        agent: 'nobody',
        call: 'nothing',
        grant: 'none',
        promotion: 'none',
        name: 'none',
      });
      const none = await send(method, address, {
        headers: { authorization: '' },
        ...(verb === 'post' && { body: '{}' }),
      });
      expect((await held(at, none)).status, operation.operationId).toBe(401);
      const wrongName = await sendTo('rebound.example', method, address);
      expect(check.complaint(at, wrongName.status, 'application/json', wrongName.body)).toBeUndefined();
      if (operation.operationId === 'live') continue;
      const looked = await send(method, address, {
        headers: { authorization: `Bearer ${viewer}` },
        ...(verb === 'post' && { body: '{}' }),
      });
      await held(at, looked);
      const odd = `${address}${address.includes('?') ? '&' : '?'}unheard=of`;
      if (operation.parameters?.some((one) => one.in === 'query') === true) {
        expect(
          (await held(at, await send(method, odd, verb === 'post' ? { body: JSON.stringify(word) } : {}))).status,
        ).toBe(400);
      }
      if (operation.requestBody === undefined) continue;
      const bodies: readonly [number, Sent][] = [
        [400, { body: JSON.stringify({ ...word, unheard: 'of' }) }],
        [400, { body: '{"reason":' }],
        [400, { body: JSON.stringify({ ...word, by: 4 }) }],
        [415, { body: 'reason=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
        // A promotion may be longer; whoever sends more than fits a socket may not hear why it is cut.
        [
          operation.operationId === 'admitPromotion' ? 400 : 413,
          { body: JSON.stringify({ reason: 'x'.repeat(70_000) }) },
        ],
      ];
      for (const [status, sent] of bodies) {
        const answered = await held(at, await send(method, address, sent));
        expect({ operation: operation.operationId, sent: sent.body?.slice(0, 60), ...answered }).toMatchObject({
          status,
        });
      }
    }
  });
});

/** A person on record, by their token. */
async function person(name: string, role: string): Promise<string> {
  const { body } = await call('addUser', { name, roles: [role], by: 'ann' });
  return (body as { token: string }).token;
}

/** By another name than ours, as a page would come that was made to point here. */
async function sendTo(host: string, method: string, target: string): Promise<{ status: number; body: string }> {
  const { request } = await import('node:http');
  const { hostname, port } = new URL(served.control);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path: target, headers: { host }, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** The stream is no JSON: its type stands in the document, and its first event is an overview. */
async function expectEvents(): Promise<void> {
  const at = placed('live');
  const gone = new AbortController();
  const response = await fetch(served.control + at.path, {
    headers: { authorization: `Bearer ${machine}` },
    signal: gone.signal,
  });
  const type = response.headers.get('content-type') ?? '';
  expect(check.complaint(at, response.status, type, '')).toBeUndefined();
  expect(type).toContain('text/event-stream');
  const { value } = (await response.body?.getReader().read()) ?? {};
  expect(Buffer.from(value ?? []).toString()).toMatch(/^(?:retry: \d+\n\n?)?event: overview\n/);
  gone.abort();
}

test('the document is complete: every operation says what it does, who may do it, and everything that it takes', () => {
  expect(document.openapi).toBe('3.1.0');
  const tags = new Set(document.tags.map(({ name }) => name));
  for (const { verb, path: at, operation } of operationsOf(document)) {
    expect(operation, at).toMatchObject({ operationId: expect.any(String), summary: expect.any(String) });
    expect(operation.description, at).toContain('For people who may ');
    expect(
      operation.tags?.every((tag) => tags.has(tag)),
      at,
    ).toBe(true);
    expect(operation.security?.length, at).toBe(3);
    for (const parameter of operation.parameters ?? [])
      expect(parameter.description, `${at} ${parameter.name}`).toBeTruthy();
    expect(Object.keys(operation.responses), at).toEqual(
      expect.arrayContaining(['200', '401', '403', '421', '429', '503']),
    );
    expect(operation.requestBody !== undefined, at).toBe(verb === 'post');
    if (verb === 'post')
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['400', '413', '415']));
  }
  const ids = operationsOf(document).map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});
