import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rawUpstream, type RawUpstream } from '../door/raw-upstream.ts';
import { runHere } from './run-here.ts';
import { interlock, refundsPolicy, serve, site, token, type Served, type Site } from './served.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const RULES = 'budgets: [{ max: 500 USD, per: day, timezone: UTC }]';

let upstream: RawUpstream;
let where: Site;
let served: Served | undefined;

beforeEach(async () => {
  upstream = await rawUpstream((_, wire) => wire.send(OK));
  where = site(refundsPolicy(upstream.origin, RULES));
});
afterEach(async () => {
  await served?.end('SIGKILL');
  served = undefined;
  await upstream.close();
});

const at = (): string[] => ['--policy', where.policy, '--data', where.data];

async function status(url: string, bearer: string): Promise<number> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${bearer}` } });
  await response.arrayBuffer();
  return response.status;
}

test('I6: a kill outlives kill -9, restarts and time; only a named human ends it', async () => {
  served = await serve(where);
  const bearer = await token(where, 'refunds-bot');
  expect(await status(`${served.door}/payments/v1/charges/ch_1`, bearer)).toBe(200);

  const killed = await interlock('kill', 'refunds-bot', '--reason', 'refunded 50,000', '--by', 'ana', ...at());
  expect(killed).toMatchObject({ code: 0, stdout: expect.stringContaining('refunds-bot is frozen') });
  expect(await status(`${served.door}/payments/v1/charges/ch_1`, bearer)).toBe(403);

  await served.end('SIGKILL');
  served = await serve(where);
  expect(await status(`${served.door}/payments/v1/charges/ch_1`, bearer)).toBe(403);

  expect(await interlock('resume', 'refunds-bot', '--reason', 'fixed', ...at())).toMatchObject({ code: 2 });
  const resumed = await interlock('resume', 'refunds-bot', '--reason', 'fixed', '--by', 'ana', ...at());
  expect(resumed).toMatchObject({ code: 0 });
  expect(await status(`${served.door}/payments/v1/charges/ch_1`, bearer)).toBe(200);
  expect(upstream.requests).toHaveLength(2);
});

test('a kill works on the data directory while no door runs', async () => {
  const bearer = await token(where, 'refunds-bot');
  expect(
    await interlock('kill', 'refunds-bot', '--reason', 'drill', '--data', where.data, '--policy', 'absent.yaml'),
  ).toMatchObject({
    code: 0,
  });
  served = await serve(where);
  expect(await status(`${served.door}/payments/v1/charges/ch_1`, bearer)).toBe(403);
});

test('grants: narrower children only, and a revoked parent ends them on open connections', async () => {
  served = await serve(where);
  const made = await interlock(
    'grant',
    'create',
    '-a',
    'refunds-bot',
    '-t',
    'job',
    '--expires',
    '1h',
    '--json',
    ...at(),
  );
  const parent = JSON.parse(made.stdout) as { grant: string; token: string };
  const reader = await token(
    where,
    'refunds-bot',
    '--parent',
    parent.grant,
    '--routes',
    'get_charge',
    '--expires',
    '5m',
  );
  const charge = `${served.door}/payments/v1/charges/ch_1`;
  expect(await status(charge, reader)).toBe(200);
  const refund = await fetch(`${served.door}/payments/v1/refunds`, {
    method: 'POST',
    headers: { authorization: `Bearer ${reader}` },
    body: new URLSearchParams({ charge: 'ch_1', amount: '10' }),
  });
  expect(refund.status).toBe(403);
  expect(await refund.json()).toMatchObject({ guard: 'scope', type: 'urn:interlock:problem:not_granted' });

  const wider = ['-a', 'refunds-bot', '-t', 'job', '--parent', parent.grant, '--expires', '2h'];
  expect(await runHere('grant', 'create', ...wider, ...at())).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('must end with its parent'),
  });

  const listed = await runHere('grant', 'list', ...at());
  expect(listed.stdout).toContain(parent.grant);
  expect(listed.stdout).not.toContain(parent.token);
  expect(await runHere('grant', 'revoke', parent.grant, ...at())).toMatchObject({ code: 0 });
  expect(await status(charge, reader)).toBe(401);
  expect(await status(charge, parent.token)).toBe(401);
});

test('an agent sees what it may do and what is left, and may say why it decided', async () => {
  served = await serve(where);
  const bearer = await token(where, 'refunds-bot');
  const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
  const self = await (await fetch(`${served.door}/.interlock/self`, { headers })).json();
  expect(self).toMatchObject({
    agent: 'refunds-bot',
    stage: 'production',
    frozen: null,
    routes: [
      { route: 'get_charge', call: 'GET /payments/v1/charges/{id}', effect: 'read' },
      { route: 'create_refund', call: 'POST /payments/v1/refunds', effect: 'money' },
    ],
    limits: [{ guard: 'budget', limit: '500.00 USD', remaining: '500.00 USD' }],
  });
  const note = { method: 'POST', headers, body: JSON.stringify({ text: 'The parcel was lost, so I refund it.' }) };
  expect((await fetch(`${served.door}/.interlock/notes`, note)).status).toBe(201);
  const empty = { method: 'POST', headers, body: JSON.stringify({ text: '' }) };
  expect((await fetch(`${served.door}/.interlock/notes`, empty)).status).toBe(422);
});

test('the control API answers nobody without its own token, and its file is its owner’s alone', async () => {
  served = await serve(where);
  const bearer = await token(where, 'refunds-bot');
  expect(await status(`${served.control}/v1/status`, bearer)).toBe(401);
  expect((await fetch(`${served.control}/v1/agents/refunds-bot/kill`, { method: 'POST' })).status).toBe(401);
  expect(statSync(path.join(where.data, 'control.json')).mode & 0o777).toBe(0o600);
});

test('a second door on the same data directory refuses to start, and says who has it', async () => {
  served = await serve(where);
  await expect(serve(where)).rejects.toThrow(new RegExp(String(served.child.pid)));
});

test('SIGTERM lets calls under way finish, and a door without its key does not open', async () => {
  served = await serve(where);
  const bearer = await token(where, 'refunds-bot');
  let answer: (() => void) | undefined;
  upstream.act((_, wire) => {
    answer = () => void wire.send(OK);
  });
  const late = status(`${served.door}/payments/v1/charges/ch_1`, bearer);
  await upstream.arrived(1);
  const ended = served.end('SIGTERM');
  answer?.();
  expect(await late).toBe(200);
  expect(await ended).toBe(0);
  served = undefined;

  delete process.env['UPSTREAM_KEY'];
  const keyless = await interlock('serve', ...at(), '--port', '0', '--control-port', '0');
  expect(keyless).toMatchObject({ code: 1, stderr: expect.stringContaining('UPSTREAM_KEY is not set') });
});

test('a door with a wrong option does not open, and says what to write instead', async () => {
  const port = ['--port', '0', '--control-port', '0'];
  const refused = async (...more: string[]): Promise<string> => {
    const { code, stderr } = await interlock('serve', ...at(), ...port, ...more);
    expect(code).toBe(1);
    return stderr;
  };
  expect(await refused('--drain', 'soon')).toContain('Failed to read --drain: write milliseconds from 0');
  expect(await refused('--drain', '-1')).toContain('Failed to read --drain');
});

test('a kill and a look at a directory that no door ever had fail; where one had it, the operator is told that none runs', async () => {
  const nowhere = `${where.data}-nowhere`;
  const options = ['--reason', 'drill', '--policy', where.policy];
  const missed = await runHere('kill', 'refunds-bot', ...options, '--data', nowhere);
  expect(missed).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no journal in') });
  const looked = await runHere('status', '--policy', where.policy, '--data', nowhere);
  expect(looked).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no journal in') });
  expect(existsSync(nowhere)).toBe(false);

  served = await serve(where);
  expect(await runHere('kill', 'refunds-bot', ...options, '--data', where.data)).toMatchObject({
    code: 0,
    stderr: '',
  });
  await served.end('SIGTERM');
  served = undefined;
  const offline = await runHere('kill', 'refunds-bot', ...options, '--data', where.data);
  expect(offline).toMatchObject({ code: 0, stderr: expect.stringContaining('No door runs on') });
});

test('an option that takes one value and is given two is refused, and a list may be given twice', async () => {
  const twice = await runHere('status', '--data', 'a', '--data', 'b');
  expect(twice).toMatchObject({ code: 1, stderr: expect.stringContaining('--data: it is given 2 times') });
  const list = ['--mentioning', 'a', '--mentioning', 'b', '--data', 'nowhere'];
  expect((await runHere('audit', 'erase', 'x', '--by', 'ada', ...list)).stderr).toContain('no journal in `nowhere`');
});

test('a grant without a task is refused in words', async () => {
  const { code, stderr } = await runHere('grant', 'create', '-a', 'refunds-bot', '-t', '', ...at());
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('Failed to read --task') });
});
