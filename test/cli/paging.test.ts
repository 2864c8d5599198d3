import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readJournal, verifyJournal } from '../../src/journal/index.ts';
import { rawUpstream, type RawUpstream } from '../door/raw-upstream.ts';
import { answers, loopback, type Loopback } from '../notify/loopback.ts';
import { asPagerDuty, asWebhook } from '../notify/wire-formats.ts';
import { interlock, refundsPolicy, serve, site, token, type Served, type Site } from './served.ts';

const ROUTING_KEY = 'R0123456789abcdef0123456789abcde';
const SIGNING_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
process.env['PD_ROUTING_KEY'] = ROUTING_KEY;
process.env['HOOK_SECRET'] = SIGNING_SECRET;

const FIVE = 'budgets: [{ max: 5 USD, per: day, timezone: UTC }]';
const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';

const open: { upstream?: RawUpstream; served?: Served; servers: Loopback[] } = { servers: [] };
afterEach(async () => {
  await open.served?.end('SIGKILL');
  await open.upstream?.close();
  await Promise.all(open.servers.splice(0).map((server) => server.close()));
});

async function standIn(status: number, port?: number): Promise<Loopback> {
  const server = await loopback(answers(status), port);
  open.servers.push(server);
  return server;
}

/** A door whose agent has 5 USD a day, and whose trips go to PagerDuty and a webhook. */
async function paged(pagerDuty: string, hook: string, rules = FIVE): Promise<Site> {
  open.upstream = await rawUpstream((_, wire) => wire.send(OK));
  const notify = `
notify:
  - { pagerduty: { env: PD_ROUTING_KEY, url: "${pagerDuty}" } }
  - { webhook: { url: "${hook}/hook", secret: { env: HOOK_SECRET } } }
`;
  return site(refundsPolicy(open.upstream.origin, rules) + notify);
}

let charge = 0;

async function refund(door: string, bearer: string, cents: number, id = `ch_${(charge += 1)}`): Promise<number> {
  const response = await fetch(`${door}/payments/v1/refunds`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}` },
    body: new URLSearchParams({ charge: id, amount: String(cents) }),
  });
  await response.arrayBuffer();
  return response.status;
}

async function resumed({ data }: Site, { control }: Served): Promise<void> {
  const { token: admin } = JSON.parse(readFileSync(path.join(data, 'control.json'), 'utf8')) as { token: string };
  const response = await fetch(`${control}/v1/agents/refunds-bot/resume`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
    body: JSON.stringify({ by: 'ann', reason: 'looked at it' }),
  });
  expect(response.status).toBe(200);
}

test('an agent that breaches its budget pages once, however often it tries again, and its resume resolves that', async () => {
  const [pagerDuty, hook] = [await standIn(202), await standIn(204)];
  const where = await paged(pagerDuty.url, hook.url);
  const served = (open.served = await serve(where));
  const bearer = await token(where, 'refunds-bot');

  expect(await refund(served.door, bearer, 400)).toBe(200);
  expect(await refund(served.door, bearer, 200)).toBe(403);
  for (let index = 0; index < 20; index += 1) expect(await refund(served.door, bearer, 200)).toBe(403);
  await Promise.all([pagerDuty.arrived(1), hook.arrived(1)]);
  await resumed(where, served);
  await Promise.all([pagerDuty.arrived(2), hook.arrived(2)]);

  const [trip, end, ...more] = pagerDuty.received.map(asPagerDuty);
  expect(more).toEqual([]);
  expect(trip).toMatchObject({
    event_action: 'trigger',
    payload: {
      summary: 'refunds-bot was frozen: budget exceeded',
      component: 'refunds-bot',
      custom_details: { Commands: expect.stringContaining(`--data ${where.data}`) as string },
    },
  });
  expect(end).toMatchObject({ event_action: 'resolve', dedup_key: trip?.dedup_key });
  const heard = hook.received.map((received) => asWebhook(received, SIGNING_SECRET));
  expect(heard.map(({ type }) => type)).toEqual(['agent.frozen', 'agent.resumed']);
  expect(heard[0]?.data.incident).toBe(trip?.dedup_key);

  expect(await served.end('SIGTERM')).toBe(0);
  const records = [...readJournal(where.data)];
  const freeze = records.find(({ kind }) => kind === 'freeze');
  expect(trip?.dedup_key).toBe(`page_${freeze?.seq}_${freeze?.hash.slice(0, 12)}`);
  expect(records.filter((record) => record.kind === 'page' && record.outcome === 'sent')).toHaveLength(4);
  expect(await verifyJournal(where.data)).toMatchObject({ ok: true });
  // The channels' secrets are in no record and no log.
  const written = JSON.stringify(records) + served.stderr();
  for (const secret of [ROUTING_KEY, SIGNING_SECRET, SIGNING_SECRET.slice(6)]) expect(written).not.toContain(secret);
});

test('kill -9 right after the trip, with nobody to take the page: the next start sends it, and the one after sends nothing', async () => {
  const [pagerDuty, hook] = [await standIn(503), await standIn(503)];
  const where = await paged(pagerDuty.url, hook.url);
  const first = (open.served = await serve(where));
  const bearer = await token(where, 'refunds-bot');
  await hook.close();
  expect(await refund(first.door, bearer, 600)).toBe(403);
  await pagerDuty.arrived(1);
  await first.end('SIGKILL');

  pagerDuty.answer(answers(202));
  const hookAgain = await standIn(204, hook.port);
  const second = (open.served = await serve(where));
  await Promise.all([pagerDuty.arrived(2), hookAgain.arrived(1)]);
  expect(await second.end('SIGTERM')).toBe(0);
  const keys = pagerDuty.received.map((received) => asPagerDuty(received).dedup_key);
  expect(new Set(keys).size).toBe(1);
  const [received] = hookAgain.received;
  if (received === undefined) throw new Error('nothing arrived');
  expect(asWebhook(received, SIGNING_SECRET)).toMatchObject({ id: keys[0], type: 'agent.frozen' });

  const third = (open.served = await serve(where));
  const { stdout } = await interlock('status', '--policy', where.policy, '--data', where.data);
  expect(JSON.parse(stdout)).toMatchObject({ pages: { waiting: 0, abandoned: [] } });
  expect(await third.end('SIGTERM')).toBe(0);
  expect([pagerDuty.received.length, hookAgain.received.length]).toEqual([2, 1]);
});

test('a call that waits for a human is told to the webhook once, however often it is sent again, and wakes nobody', async () => {
  const [pagerDuty, hook] = [await standIn(202), await standIn(204)];
  const approval = 'approval: [{ route: create_refund, above: 1 USD, expires: 30m }]';
  const where = await paged(pagerDuty.url, hook.url, approval);
  const served = (open.served = await serve(where));
  const bearer = await token(where, 'refunds-bot');
  for (let index = 0; index < 5; index += 1) await refund(served.door, bearer, 200, 'ch_held');
  await refund(served.door, bearer, 300, 'ch_other');
  await hook.arrived(2);
  const pages = hook.received.map((received) => asWebhook(received, SIGNING_SECRET));
  expect(pages.map(({ type }) => type)).toEqual(['call.held', 'call.held']);
  expect(pages.map(({ data }) => data.title).sort()).toEqual([
    'refunds-bot waits for a human: create_refund of 2.00 USD',
    'refunds-bot waits for a human: create_refund of 3.00 USD',
  ]);
  expect(await served.end('SIGTERM')).toBe(0);
  const held = [...readJournal(where.data)].find(({ kind }) => kind === 'call');
  expect(pages.flatMap(({ data }) => data.commands)).toContain(
    `npx interlock approve ${held?.kind === 'call' ? held.call : '?'} --by YOU --reason '…' --data ${where.data}`,
  );
  expect(pagerDuty.received).toEqual([]);
});

test('a door that could not page does not open, and says which variable it lacks', async () => {
  const where = site(`${refundsPolicy('http://127.0.0.1:9', FIVE)}notify: [{ slack: { env: NOT_SET_ANYWHERE } }]\n`);
  await expect(serve(where)).rejects.toThrow(
    'Failed to open the channel `slack:NOT_SET_ANYWHERE`: the environment variable NOT_SET_ANYWHERE is not set',
  );
});

test('`page test` shows what each channel answered, and fails where one did not take it', async () => {
  const [pagerDuty, hook] = [await standIn(202), await standIn(500)];
  const { policy } = await paged(pagerDuty.url, hook.url);
  const all = await interlock('page', 'test', '--policy', policy);
  expect(all.stdout).toBe(
    `pagerduty:PD_ROUTING_KEY: sent, answered 202\nwebhook:127.0.0.1:${hook.port}/hook: failed, answered 500\n`,
  );
  expect(all.code).toBe(1);
  const one = await interlock('page', 'test', '--policy', policy, '--channel', 'pagerduty');
  expect(one).toMatchObject({ code: 0, stdout: 'pagerduty:PD_ROUTING_KEY: sent, answered 202\n' });
  expect(hook.received).toHaveLength(1);
  expect(pagerDuty.received.map((received) => asPagerDuty(received).event_action)).toEqual(['trigger', 'trigger']);
  const none = await interlock('page', 'test', '--policy', policy, '--channel', 'slack');
  expect(none).toMatchObject({ code: 1, stdout: '' });
  expect(none.stderr).toContain('no channel `slack`');
});

test('from the call that trips to the page: how long, over 100 pages', async () => {
  const [pagerDuty, hook] = [await standIn(202), await standIn(204)];
  const where = await paged(pagerDuty.url, hook.url);
  const served = (open.served = await serve(where));
  const bearer = await token(where, 'refunds-bot');
  const tookMs: number[] = [];
  for (let index = 0; index < 100; index += 1) {
    const trippedAt = Date.now();
    await refund(served.door, bearer, 600);
    await pagerDuty.arrived(2 * index + 1);
    tookMs.push((pagerDuty.received[2 * index]?.at ?? Infinity) - trippedAt);
    await resumed(where, served);
    await pagerDuty.arrived(2 * index + 2);
  }
  const [p50, p99] = [50, 99].map((percent) => tookMs.toSorted((a, b) => a - b)[percent - 1]);
  console.log(`trip to page over ${tookMs.length} pages: p50 ${p50} ms, p99 ${p99} ms`);
  expect(pagerDuty.received.map((received) => asPagerDuty(received).event_action)).toEqual(
    Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? 'trigger' : 'resolve')),
  );
}, 120_000);
