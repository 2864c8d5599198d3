import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { withJournal } from '../../../src/cli/local-desk.ts';
import { newSigningKey, readJournal, readSigningKey } from '../../../src/journal/index.ts';
import { answer, rawUpstream } from '../../door/raw-upstream.ts';
import { api, json, ref, sends } from '../../stages/rig.ts';
import { serve, token, type Site } from '../served.ts';

/** A project whose agent worked in shadow, and whose policy says what it must have shown for `limited`. */
export interface Project {
  readonly dir: string;
  readonly policy: string;
  readonly data: string;
  /** The file of the key that the policy trusts. */
  readonly key: string;
}

export interface Demands {
  readonly sessions?: number;
  readonly harm?: string;
  readonly people?: 0 | 1 | 2;
  readonly probe?: string;
  readonly rules?: string;
  readonly share?: string;
}

export const policyText = (
  url: string,
  verifierKey: string,
  { sessions = 5, harm = '< 80%', people = 0, probe = 'none', rules = ONCE, share = '[1%, 5%]' }: Demands = {},
): string => `version: 1
upstreams:
  payments:
    url: "${url}"
    network: loopback
    credential: { env: UPSTREAM_KEY, as: bearer }
    mock: payments
    openapi: ./api.json
    shape: off
routes:
  get_charge: { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
agents:
  refunds-bot:
    stage: limited
    identity: { version: "1.4.2", model: gpt-5 }
    allow: [get_charge, create_refund]
${rules}
    segment: [{ route: create_refund, by: subject, share: ${share} }]
never: [{ effect: create_refund, morePer: subject, than: 1 }]
promotion:
  keys: [${verifierKey}]
  people: ${people}
  limited:
    shadow:
      days: none
      sessions: ${sessions}
      writes: 5
      harm: "${harm}"
      agreement: none
      reviewed: none
      errors: none
      steady: false
      strata: none
    scenarios: none
    probe: ${probe}
    efficacy: none
`;

const ONCE = '    once: [{ route: create_refund, per: subject }]';

/** What the projects of a test file have in common. */
interface Common {
  readonly url: string;
  /** The secret that signs, and the key that the policy trusts. */
  readonly secret: string;
  readonly verifierKey: string;
  /** A journal in which the agent worked so many sessions in shadow. */
  readonly data: string;
}

/** A door takes seconds: what a policy asks of a promotion takes nothing from a journal, so that one will do for all. */
let common: Promise<Common> | undefined;
const SESSIONS = 8;

async function workedOnce(): Promise<Common> {
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-gate-common-'));
  const secret = newSigningKey('gate.example');
  const signer = readSigningKey(secret);
  if (!signer.ok) throw new Error(signer.failure);
  const { verifierKey } = signer.value;
  const upstream = await rawUpstream((_, wire) =>
    wire.send(answer(200, { 'content-type': 'application/json' }, '{"id":"ch_1","currency":"usd"}')),
  );
  const url = upstream.origin.origin;
  const where = { policy: path.join(dir, 'interlock.yaml'), data: path.join(dir, 'data') };
  writeFileSync(path.join(dir, 'api.json'), JSON.stringify(DOCUMENT));
  writeFileSync(where.policy, policyText(url, verifierKey));
  await work(where);
  await upstream.close();
  return { url, secret, verifierKey, data: where.data };
}

/**
 * Makes the project, in which the agent has worked in shadow and somebody judged each of its sessions: the first `wrong` were
 * wrong.
 *
 * @param worked 0: it has not, and the journal is empty
 */
export async function project(
  demands: Demands = {},
  { worked = SESSIONS, wrong = 0 }: { readonly worked?: 0 | typeof SESSIONS; readonly wrong?: number } = {},
): Promise<Project> {
  const { url, secret, verifierKey, data: shared } = await (common ??= workedOnce());
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-gate-'));
  const its = { dir, policy: path.join(dir, 'interlock.yaml'), data: path.join(dir, 'data') };
  const key = path.join(dir, 'gate.key');
  writeFileSync(key, secret, { mode: 0o600 });
  writeFileSync(path.join(dir, 'api.json'), JSON.stringify(DOCUMENT));
  writeFileSync(its.policy, policyText(url, verifierKey, demands));
  if (worked > 0) cpSync(shared, its.data, { recursive: true });
  await judged(its, wrong);
  return { ...its, key };
}

const DOCUMENT = api(
  {
    '/v1/charges/{id}': {
      get: {
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: { 200: json(ref('Charge')) },
      },
    },
    '/v1/refunds': { post: { ...sends(ref('Refund')), responses: { 200: json(ref('Refund')) } } },
  },
  {
    Charge: { type: 'object', properties: { id: { type: 'string' }, currency: { type: 'string' } } },
    Refund: {
      type: 'object',
      required: ['charge', 'amount'],
      properties: { id: { type: 'string' }, charge: { type: 'string' }, amount: { type: 'integer' } },
    },
  },
);

/** A real door in shadow, in a process of its own. */
async function work(where: Site): Promise<void> {
  const bearer = await token(where, 'refunds-bot');
  const served = await serve(where);
  try {
    for (let session = 1; session <= SESSIONS; session += 1) await act(served.door, bearer, session);
  } catch (error) {
    throw new Error(served.stderr(), { cause: error });
  } finally {
    await served.end('SIGTERM');
  }
}

/** What somebody said of its writes, under the policy of the project; of none, it opens the journal and no more. */
async function judged(where: Site, wrong: number): Promise<void> {
  await withJournal(where, async (desk) => {
    const writes = [...readJournal(where.data, { tail: 'live' })].flatMap((record) =>
      record.kind === 'call' && record.verdict === 'capture' ? [record] : [],
    );
    for (const [index, { call, agent }] of writes.entries()) {
      const opinion = index < wrong ? 'wrong' : 'sane';
      await desk.assess({ call, agent, opinion, by: 'ann', reason: 'looked at it' });
    }
  });
}

async function act(door: string, bearer: string, session: number): Promise<void> {
  const headers = { authorization: `Bearer ${bearer}`, 'interlock-session': `s-${session}` };
  await (await fetch(`${door}/payments/v1/charges/ch_${session}`, { headers })).text();
  const sent = await fetch(`${door}/payments/v1/refunds`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ charge: `ch_${session}`, amount: 500 }),
  });
  if (!sent.ok) throw new Error(`${sent.status}: ${await sent.text()}`);
}
