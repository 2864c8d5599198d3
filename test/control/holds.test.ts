import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readControlFile } from '../../src/cli/control-file.ts';
import { HoldRow, HoldView } from '../../src/control/contract/holds.ts';
import { rawUpstream, type RawUpstream } from '../door/raw-upstream.ts';
import { refundsPolicy, serve, site, token, type Served, type Site } from '../cli/served.ts';

const json = (body: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const charge = (id: string): string => json(`{"id":"${id}","amount":25000,"refunded":false,"owner":{"name":"Ann"}}`);

const RULES = `approval: [{ route: create_refund, above: 100 USD, expires: 30m }]
budgets: [{ max: 500 USD, per: day, timezone: UTC }]
rates: [{ route: create_refund, max: 3, per: 1h }]
once: [{ route: create_refund, per: subject }]
fresh: [{ route: create_refund, read: get_charge, maxAge: 60s }]`;

let upstream: RawUpstream;
let where: Site;
let served: Served;
let bearer: string;

beforeEach(async () => {
  upstream = await rawUpstream(({ target }, wire) => wire.send(charge(target.split('/').at(-1) ?? '')));
  where = site(refundsPolicy(upstream.origin, RULES));
  served = await serve(where);
  bearer = await token(where, 'refunds-bot');
});
afterEach(async () => {
  await served.end('SIGKILL');
  await upstream.close();
});

const agent = async (path: string, body?: Record<string, string>): Promise<Response> => {
  const sent = body === undefined ? {} : { method: 'POST', body: new URLSearchParams(body) };
  const headers = { authorization: `Bearer ${bearer}`, 'interlock-session': 'night-1' };
  return fetch(`${served.door}${path}`, { ...sent, headers });
};
const read = (charge: string): Promise<Response> => agent(`/payments/v1/charges/${charge}`);
const refund = (charge: string, amount = 15_000): Promise<Response> =>
  agent('/payments/v1/refunds', { charge, amount: String(amount), 'metadata[why]': 'came broken' });

async function control(path: string, body?: object): Promise<{ status: number; body: unknown }> {
  const { token: admin = '' } = readControlFile(where.data) ?? {};
  const headers = { authorization: `Bearer ${admin}`, 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(served.control + path, { ...sent, headers });
  return { status: response.status, body: await response.json() };
}
const view = async (call: string): Promise<HoldView> => {
  const { status, body } = await control(`/v1/holds/${call}`);
  expect({ status, body }).toMatchObject({ status: 200 });
  return HoldView.parse(body);
};
const hold = async (charge: string, amount?: number): Promise<string> => {
  await read(charge);
  const held = await refund(charge, amount);
  expect(held.status).toBe(202);
  return held.headers.get('interlock-call') ?? '';
};

test('a held call says in money and subjects what a yes will do, and what the agent had seen', async () => {
  await read('ch_0');
  expect((await refund('ch_0', 9_000)).status).toBe(200);
  const call = await hold('ch_1');
  const rows = HoldRow.array().parse((await control('/v1/holds')).body);
  expect(rows).toMatchObject([{ call, sentence: 'Create a refund of 150.00 USD for charge ch_1.', effect: 'money' }]);

  const told = await view(call);
  expect(told).toMatchObject({
    state: 'pending',
    review: null,
    leadsTo: 'sent',
    obstacles: [],
    task: 'test',
    session: 'night-1',
    heldBy: [{ rule: 'refunds-bot.approval[0]', observed: '150.00 USD', limit: '100.00 USD' }],
    request: { method: 'POST', target: '/v1/refunds' },
    seen: { request: 'GET /v1/charges/ch_1', status: 200 },
  });
  expect(told.request.fields).toEqual([
    { name: 'charge', value: 'ch_1' },
    { name: 'amount', value: '15000' },
    { name: 'metadata[why]', value: 'came broken' },
  ]);
  expect(told.seen?.fields).toContainEqual({ name: 'owner.name', value: 'Ann' });
  expect(told.changes.map(({ kind, before, after, weighs }) => [kind, before, after, weighs])).toEqual([
    ['limit', '2 left of 3 in 1h', '1 left', false],
    ['limit', '410.00 USD left of 500.00 USD in 1d', '260.00 USD left', false],
    ['once', 'create_refund of charge ch_1: not done', 'done; never again', true],
    ['subject', '0.00 USD', '150.00 USD', false],
    ['agent', '90.00 USD', '240.00 USD', true],
  ]);
});

test('what a yes would not be enough for is said before, and who can mend it', async () => {
  const call = await hold('ch_1', 45_000);
  const other = await hold('ch_2', 20_000);
  await control(`/v1/holds/${other}/approve`, { by: 'ann', reason: 'seen' });
  expect((await refund('ch_2', 20_000)).status).toBe(200);
  const spent = await view(call);
  expect(spent).toMatchObject({ leadsTo: 'refused', state: 'pending' });
  expect(spent.obstacles).toMatchObject([{ rule: 'refunds-bot.budgets[0]', reason: 'budget_exceeded', lifts: 'time' }]);
  expect(spent.changes.find(({ what }) => what === 'refunds-bot.budgets[0]')).toMatchObject({
    before: '300.00 USD left of 500.00 USD in 1d',
    after: '150.00 USD too much: it would be refused',
  });
  await control('/v1/agents/refunds-bot/kill', { by: 'ann', reason: 'odd' });
  const stopped = await view(call);
  expect(stopped.frozen).toBe(true);
  expect(stopped.obstacles).toContainEqual(expect.objectContaining({ reason: 'agent_frozen', lifts: 'person' }));
});

test('what a rule that is newer than the hold would ask for is no part of a yes to the hold', async () => {
  const call = await hold('ch_1');
  expect(await view(call)).toMatchObject({ leadsTo: 'sent', obstacles: [] });
  const newer = RULES.replace(/^approval: \[(.*)\]$/m, 'approval: [$1, { route: create_refund, above: 50 USD }]');
  writeFileSync(where.policy, refundsPolicy(upstream.origin, newer));
  expect(await control('/v1/policy/reload', { by: 'ann' })).toMatchObject({ status: 200, body: { loaded: true } });
  expect(await view(call)).toMatchObject({
    leadsTo: 'refused',
    obstacles: [{ rule: 'refunds-bot.approval[1]', reason: 'approval_required', lifts: 'person' }],
  });
});

test('of two people who race, the second is told what the first did', async () => {
  const call = await hold('ch_1');
  const [first, second] = await Promise.all([
    control(`/v1/holds/${call}/approve`, { by: 'ann', reason: 'the parcel came back' }),
    control(`/v1/holds/${call}/reject`, { by: 'ben', reason: 'no' }),
  ]);
  expect([first.status, second.status].toSorted((a, b) => a - b)).toEqual([200, 409]);
  const told = await view(call);
  const winner = first.status === 200 ? 'ann' : 'ben';
  expect(told.review).toMatchObject({ by: winner, approved: winner === 'ann' });
  expect(told.state).toBe(winner === 'ann' ? 'approved' : 'refused');
});

test('looking moves nothing, and a stranger to the journal is not there', async () => {
  const call = await hold('ch_1');
  const before = (await control('/v1/status')).body;
  const limits = (body: unknown): unknown => (body as { agents: { limits: unknown }[] }).agents[0]?.limits;
  for (let index = 0; index < 5; index += 1) await view(call);
  expect(limits((await control('/v1/status')).body)).toEqual(limits(before));
  expect(await control('/v1/holds/call_0')).toMatchObject({ status: 404 });
});
