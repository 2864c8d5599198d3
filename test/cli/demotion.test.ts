import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { policyFrom } from '../../src/cli/policy-file.ts';
import { startDoor } from '../../src/door/start.ts';
import type { AgentId } from '../../src/engine/ids.ts';
import { newSigningKey, readJournal, readSigningKey, type CallEntry } from '../../src/journal/index.ts';
import { identityOf } from '../../src/policy/index.ts';
import { newPromotionId, signPromotion } from '../../src/promotion/index.ts';
import { rawUpstream, type RawUpstream } from '../door/raw-upstream.ts';
import { answers, loopback, type Loopback } from '../notify/loopback.ts';
import { asPagerDuty, asPagerDutyChange, asWebhook, type VerifiedWebhook } from '../notify/wire-formats.ts';
import { serve, site, token, type Served, type Site } from './served.ts';

const AGENT = 'refunds-bot' as AgentId;
const DAY_MS = 86_400_000;
const SIGNING_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
process.env['PD_ROUTING_KEY'] = 'R0123456789abcdef0123456789abcde';
process.env['HOOK_SECRET'] = SIGNING_SECRET;
const SIGNER = readSigningKey(newSigningKey('gate.example.com/refunds'));
const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';

const open: { upstream?: RawUpstream; served?: Served; servers: Loopback[] } = { servers: [] };
afterEach(async () => {
  await open.served?.end('SIGKILL');
  await open.upstream?.close();
  await Promise.all(open.servers.splice(0).map((server) => server.close()));
});

async function standIn(status: number): Promise<Loopback> {
  const server = await loopback(answers(status));
  open.servers.push(server);
  return server;
}

/** An agent that may be limited once it has shown what it must, and who is told of what becomes of it. */
async function watched(pagerDuty: Loopback, hook: Loopback): Promise<Site> {
  if (!SIGNER.ok) throw new Error(SIGNER.failure);
  open.upstream = await rawUpstream((_, wire) => wire.send(OK));
  return site(`
version: 1
upstreams:
  payments: { url: "${String(open.upstream.origin)}", network: loopback, credential: { env: UPSTREAM_KEY, as: bearer } }
routes:
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: body.currency, default: usd }
agents:
  refunds-bot:
    stage: limited
    identity: { version: 1.0.0 }
    allow: [create_refund]
    segment: [{ route: create_refund, by: body.charge, share: 100% }]
    collar: [{ route: create_refund, max: 1000 USD }]
promotion: { keys: ["${SIGNER.value.verifierKey}"], people: 0, limited: {} }
notify:
  - { pagerduty: { env: PD_ROUTING_KEY, url: "${pagerDuty.url}" } }
  - { webhook: { url: "${hook.url}/hook", secret: { env: HOOK_SECRET } } }
`);
}

/** Admits a promotion while no door runs, as the command does. */
async function promote({ policy: file, data }: Site, lastsMs: number): Promise<void> {
  const policy = await policyFrom(file);
  const door = await startDoor({
    policy,
    dir: data,
    link: undefined as never,
    onFailure: (error) => {
      throw error;
    },
  });
  try {
    if (!SIGNER.ok) throw new Error(SIGNER.failure);
    const { seq, hash, at } = door.log.head;
    const issuedAt = door.clock.now();
    const signed = signPromotion(
      {
        agent: AGENT,
        identity: { digest: identityOf(policy, AGENT).digest, version: '1.0.0' },
        policy: { digest: policy.digest, rules: policy.rulesDigest, file: policy.file },
        environment: policy.environment,
        from: 'shadow',
        stage: 'limited',
        step: null,
        segment: [],
        journal: { seq, hash, at, log: null },
        evidence: [],
        criteria: [],
        engine: { version: '0.1.0', decisions: 'none' },
        issuedAt,
        expiresAt: issuedAt + lastsMs,
        id: newPromotionId(randomBytes),
        approvals: [],
        baseline: { sessions: [], sent: 0, failed: 0 },
      },
      SIGNER.value,
    );
    if (!signed.ok) throw new Error(signed.failure);
    const admitted = await door.operations.admitPromotion(signed.value, 'ana');
    if (!admitted.ok) throw new Error(admitted.failure.message);
  } finally {
    await door.close();
  }
}

/** What became of a refund, of a session of its own. */
async function refund(door: string, bearer: string, charge: string): Promise<'sent' | number> {
  const before = open.upstream?.requests.length ?? 0;
  const response = await fetch(`${door}/payments/v1/refunds`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'interlock-session': charge },
    body: new URLSearchParams({ charge, amount: '500' }),
  });
  await response.arrayBuffer();
  return (open.upstream?.requests.length ?? 0) > before ? 'sent' : response.status;
}

async function assess({ data }: Site, { control }: Served, call: string, opinion: string): Promise<void> {
  const { token: admin } = JSON.parse(readFileSync(path.join(data, 'control.json'), 'utf8')) as { token: string };
  const response = await fetch(`${control}/v1/calls/${call}/assess`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
    body: JSON.stringify({ agent: AGENT, opinion, by: 'ann', reason: 'not ours to refund' }),
  });
  expect(response.status, await response.text()).toBe(200);
}

const calls = ({ data }: Site): readonly CallEntry[] =>
  [...readJournal(data, { tail: 'live' })].filter((record) => record.kind === 'call');

const stagePages = (hook: Loopback): readonly VerifiedWebhook[] =>
  hook.received.map((received) => asWebhook(received, SIGNING_SECRET)).filter(({ type }) => type === 'agent.stage');

test('wrong refunds, some before a restart and some behind it, take the stage back at once, and people are told why', async () => {
  const [pagerDuty, hook] = [await standIn(202), await standIn(204)];
  const where = await watched(pagerDuty, hook);
  await promote(where, 30 * DAY_MS);
  const first = (open.served = await serve(where));
  const bearer = await token(where, AGENT);
  for (const charge of ['ch_1', 'ch_2', 'ch_3']) expect(await refund(first.door, bearer, charge)).toBe('sent');
  const sent = calls(where).map(({ call }) => call);
  await assess(where, first, String(sent[0]), 'wrong');
  await assess(where, first, String(sent[1]), 'wrong');
  expect(await refund(first.door, bearer, 'ch_4')).toBe('sent');
  await hook.arrived(1);
  await first.end('SIGKILL');

  const second = (open.served = await serve(where));
  expect(await refund(second.door, bearer, 'ch_5')).toBe('sent');
  await assess(where, second, String(sent[2]), 'wrong');
  await Promise.all([pagerDuty.arrived(2), hook.arrived(2)]);
  expect(await refund(second.door, bearer, 'ch_6')).not.toBe('sent');

  const [, demotion] = stagePages(hook);
  expect(demotion?.data).toMatchObject({
    severity: 'critical',
    title: 'refunds-bot was demoted from limited to shadow: reviewers found harm',
    facts: {
      Observed: '3 of 3 (100%) of the reviewed sessions did harm',
      Line: 'at most 1% (99.9% sure)',
      Now: 'shadow: it may read real data; its writes are captured and never sent',
    },
  });
  expect(demotion?.data.commands[1]).toContain(`gate --agent refunds-bot --to limited --policy ${where.policy}`);
  const [promoted, incident] = pagerDuty.received;
  expect(promoted && asPagerDutyChange(promoted).payload.summary).toBe('refunds-bot was promoted to limited');
  expect(incident && asPagerDuty(incident)).toMatchObject({
    event_action: 'trigger',
    payload: { severity: 'critical' },
  });
  const standing = [...readJournal(where.data, { tail: 'live' })].findLast(({ kind }) => kind === 'standing');
  expect(standing).toMatchObject({ cause: { what: 'demoted', rule: 'harm' }, by: 'watch:harm', stands: 'shadow' });
});

test('that a promotion ends within three days is told at a start, once', async () => {
  const [pagerDuty, hook] = [await standIn(202), await standIn(204)];
  const where = await watched(pagerDuty, hook);
  await promote(where, 2 * DAY_MS);
  for (let start = 0; start < 2; start += 1) {
    open.served = await serve(where);
    await hook.arrived(2);
    await open.served.end('SIGTERM');
  }
  expect(stagePages(hook).map(({ data }) => data['reason'])).toEqual(['promoted', 'promotion_expiring']);
});
