import { afterEach, beforeEach, expect, test } from 'vitest';
import { readControlFile } from '../../src/cli/control-file.ts';
import { readJournal, verifyJournal } from '../../src/journal/index.ts';
import { rawUpstream, type RawUpstream } from '../door/raw-upstream.ts';
import { interlock, refundsPolicy, serve, site, token, type CommandResult, type Served, type Site } from './served.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const NOT_FOUND = 'HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const OTHER = '  other-bot: { stage: production, allow: [get_charge] }\n';
const RULES = 'approval: [{ route: create_refund, above: 100 USD, expires: 30m }]';

/** Repeats that race come all at once, and their refusals leave at once. */
const AT_ONCE = ['--limit', 'agentConnectionsMax=5000', '--limit', 'freeAnswersBurst=10000'];

let upstream: RawUpstream;
let where: Site;
let served: Served | undefined;
let bearer: string;

beforeEach(async () => {
  upstream = await rawUpstream((_, wire) => wire.send(OK));
  where = site(refundsPolicy(upstream.origin, RULES) + OTHER);
  served = await serve(where, ...AT_ONCE);
  bearer = await token(where, 'refunds-bot');
});
afterEach(async () => {
  await served?.end('SIGKILL');
  await upstream.close();
});

const at = (): string[] => ['--policy', where.policy, '--data', where.data];
const approve = (call: string, ...more: string[]): Promise<CommandResult> =>
  interlock('approve', call, '--by', 'ada', '--reason', 'looked at the order', ...at(), ...more);

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** A refund; 250 USD unless told otherwise. */
async function refund(charge: string, amount = 25_000): Promise<Answered> {
  const response = await fetch(`${served?.door}/payments/v1/refunds`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}` },
    body: new URLSearchParams({ charge, amount: String(amount) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answered['body'] };
}

async function ask(path: string, as = bearer): Promise<Answered> {
  const response = await fetch(`${served?.door}${path}`, { headers: { authorization: `Bearer ${as}` } });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answered['body'] };
}

/** Tells the control API, without the seconds that fifty processes would take. */
async function tell(path: string, body: object, admin: string): Promise<number> {
  const response = await fetch(`${served?.control}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  return response.status;
}

test('held, looked at, approved by a named human, sent once, refused after', async () => {
  expect((await refund('ch_small', 9_900)).status).toBe(200);
  const held = await refund('ch_1');
  const call = held.headers.get('interlock-call') ?? '';
  expect(held).toMatchObject({
    status: 202,
    body: {
      type: 'urn:interlock:problem:approval_required',
      guard: 'approval',
      rule: 'refunds-bot.approval[0]',
      observed: '250.00 USD',
      limit: '100.00 USD',
      hold: call,
      poll: `/.interlock/holds/${call}`,
      error: { code: 'approval_required' },
    },
  });
  expect(held.headers.get('location')).toBe(`/.interlock/holds/${call}`);
  expect(held.headers.get('interlock-verdict')).toBe('hold');
  expect(Number(held.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await ask(`/.interlock/holds/${call}`)).toMatchObject({
    status: 200,
    body: { state: 'pending', next: { do: 'wait' } },
  });

  const table = await interlock('holds', ...at());
  for (const text of ['refunds-bot', 'create_refund', 'charge:ch_1', '250.00 USD', `interlock approve ${call} --by`]) {
    expect(table.stdout).toContain(text);
  }
  const detail = await interlock('holds', '--call', call, ...at());
  for (const text of ['charge = "ch_1"', 'amount = "25000"', 'POST /v1/refunds', 'the limit is 100.00 USD']) {
    expect(detail.stdout).toContain(text);
  }

  expect(await approve(call)).toMatchObject({ code: 0, stdout: expect.stringContaining('Approved.') });
  expect(upstream.requests).toHaveLength(1);
  expect(await ask(`/.interlock/holds/${call}`)).toMatchObject({
    body: { state: 'approved', by: 'ada', reason: 'looked at the order', next: { do: 'repeat' } },
  });
  expect((await refund('ch_1')).status).toBe(200);
  expect(upstream.requests).toHaveLength(2);
  const again = await refund('ch_1');
  expect(again).toMatchObject({
    status: 409,
    body: { type: 'urn:interlock:problem:approval_used', retryable: 'never' },
  });
  expect(await ask(`/.interlock/holds/${call}`)).toMatchObject({ body: { state: 'used', next: { do: 'stop' } } });
  expect((await interlock('holds', ...at())).stdout).toBe('No call waits for a human.\n');

  const records = [...readJournal(where.data, { tail: 'live' })];
  expect(records.filter(({ kind }) => kind === 'review')).toMatchObject([{ call, approved: true, by: 'ada' }]);
  const sent = records.find((record) => record.kind === 'call' && record.approval !== undefined);
  expect(sent).toMatchObject({ verdict: 'allow', approval: call });
  expect(again.body['earlier']).toBe(sent?.kind === 'call' && sent.call);
  // I8: the journal's holds and approvals decide the same again.
  expect(await interlock('audit', 'redecide', '--data', where.data)).toMatchObject({ code: 0 });
});

test('a refusal is told to the agent with its reason, and another agent’s hold is nobody’s business', async () => {
  const { body } = await refund('ch_1');
  const call = String(body['hold']);
  // The same bytes again are the same request to the same human.
  expect((await refund('ch_1')).body).toMatchObject({ hold: call, expiresAt: body['expiresAt'] });
  const said = ['--by', 'ben', '--reason', 'the parcel arrived', ...at()];
  expect(await interlock('reject', call, ...said)).toMatchObject({ code: 0 });
  expect(await refund('ch_1')).toMatchObject({
    status: 403,
    body: { observed: 'refused by ben: the parcel arrived', retryable: 'never' },
  });
  expect(await ask(`/.interlock/holds/${call}`)).toMatchObject({
    body: { state: 'refused', by: 'ben', next: { do: 'stop' } },
  });
  expect(await approve(call)).toMatchObject({ code: 1, stderr: expect.stringContaining('ben has refused it already') });
  const other = await token(where, 'other-bot');
  expect(await ask(`/.interlock/holds/${call}`, other)).toMatchObject({ status: 404 });
  expect(await ask('/.interlock/holds/call_0')).toMatchObject({ status: 404 });
  expect(upstream.requests).toHaveLength(0);
});

test('approving needs a name, a reason and a hold; nothing else is taken', async () => {
  const call = String((await refund('ch_1')).body['hold']);
  const nameless = await interlock('approve', call, '--reason', 'x', ...at());
  expect(nameless).toMatchObject({ code: 2, stderr: expect.stringContaining('--by is needed') });
  const reasonless = await interlock('approve', call, '--by', 'ada', ...at());
  expect(reasonless).toMatchObject({ code: 2, stderr: expect.stringContaining('--reason is needed') });
  const blank = await interlock('approve', call, '--by', ' ', '--reason', 'x', ...at());
  expect(blank).toMatchObject({ code: 1, stderr: expect.stringContaining('say who decides this') });
  const mute = await interlock('approve', call, '--by', 'ada', '--reason', '\t', ...at());
  expect(mute).toMatchObject({ code: 1, stderr: expect.stringContaining('say why') });
  expect(await approve('call_none')).toMatchObject({ code: 1, stderr: expect.stringContaining('no such hold') });
  expect(readAll().filter(({ kind }) => kind === 'review')).toEqual([]);
});

test('an approval survives kill -9 before the repeat, is given while no door runs, and is good once', async () => {
  const first = String((await refund('ch_1')).body['hold']);
  const second = String((await refund('ch_2')).body['hold']);
  expect(await approve(first)).toMatchObject({ code: 0 });
  await served?.end('SIGKILL');
  expect((await interlock('holds', '--json', ...at())).stdout).toContain(second);
  expect(await approve(second)).toMatchObject({ code: 0 });

  served = await serve(where);
  for (const charge of ['ch_1', 'ch_2']) expect((await refund(charge)).status).toBe(200);
  await served.end('SIGKILL');
  served = await serve(where);
  for (const charge of ['ch_1', 'ch_2']) expect((await refund(charge)).status).toBe(409);
  expect(upstream.requests).toHaveLength(2);
  expect(await verifyJournal(where.data)).toMatchObject({ ok: true });
});

test('a call that surely had no effect gives its approval back', async () => {
  upstream.act((_, wire) => wire.send(NOT_FOUND));
  await approve(String((await refund('ch_1')).body['hold']));
  expect((await refund('ch_1')).status).toBe(404);
  upstream.act((_, wire) => wire.send(OK));
  expect((await refund('ch_1')).status).toBe(200);
  expect((await refund('ch_1')).status).toBe(409);
});

test('I3: killed while the approved call was under way, nobody knows its outcome, and the approval is used up', async () => {
  upstream.act(() => undefined);
  const call = String((await refund('ch_1')).body['hold']);
  await approve(call);
  const cut = refund('ch_1').catch(() => 'cut');
  await upstream.arrived(1);
  await served?.end('SIGKILL');
  expect(await cut).toBe('cut');
  served = await serve(where);
  expect(await refund('ch_1')).toMatchObject({ status: 409, body: { type: 'urn:interlock:problem:approval_used' } });
  expect(upstream.requests).toHaveLength(1);
});

test('of 50 held calls, each approved while 50 repeats race for it, each takes effect exactly once', async () => {
  const COUNT = 50;
  const admin = controlToken();
  const charges = Array.from({ length: COUNT }, (_, index) => `ch_${index}`);
  const holds = await Promise.all(charges.map(async (charge) => String((await refund(charge)).body['hold'])));
  expect(new Set(holds).size).toBe(COUNT);

  const repeats = charges.flatMap((charge) => Array.from({ length: COUNT }, () => refund(charge)));
  const approvals = holds.map((call) => tell(`/v1/holds/${call}/approve`, { by: 'ada', reason: 'all fine' }, admin));
  expect(new Set(await Promise.all(approvals))).toEqual(new Set([200]));
  const statuses = new Set((await Promise.all(repeats)).map(({ status }) => status));
  // Whoever came too early tries once more; whoever comes too late is told so.
  await Promise.all(charges.map(refundOnce));

  const seen = upstream.requests.map(({ body }) => new URLSearchParams(String(body)).get('charge'));
  expect(seen).toHaveLength(COUNT);
  expect(new Set(seen)).toEqual(new Set(charges));
  expect([...statuses].filter((status) => ![200, 202, 409].includes(status))).toEqual([]);
  const sent = readAll().filter((record) => record.kind === 'call' && record.verdict === 'allow');
  expect(new Set(sent.map((record) => record.kind === 'call' && record.approval))).toEqual(new Set(holds));
  expect(sent).toHaveLength(COUNT);
}, 120_000);

async function refundOnce(charge: string): Promise<void> {
  const { status } = await refund(charge);
  expect([200, 409]).toContain(status);
}

function readAll() {
  return [...readJournal(where.data, { tail: 'live' })];
}

function controlToken(): string {
  return (readControlFile(where.data) ?? { token: '' }).token;
}
