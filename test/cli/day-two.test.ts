import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { interlock, serve, site, token, type CommandResult, type Served, type Site } from './served.ts';
import { atTerminal, said } from './at-terminal.ts';

const CLI = path.join(import.meta.dirname, '../../bin/interlock.js');
const POLICY = `
version: 1
upstreams:
  payments: { url: https://api.stripe.com, credential: { env: KEY, as: bearer }, mock: payments }
routes:
  get_charge: { match: 'GET /v1/charges/{id}', upstream: payments, effect: read, subject: 'charge:{id}' }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: 'charge:{body.charge}'
    amount: { minor: body.amount, currency: USD }
agents:
  refunds-bot:
    stage: production
    allow: [get_charge, create_refund]
    budgets: [{ max: 500 USD, per: day, timezone: UTC }]
    once: [{ route: create_refund, per: subject }]
    approval: [{ route: create_refund, above: 10 USD, expires: 30m }]
  reader: { stage: limited, allow: [get_charge] }
promotion: none
`;

let where: Site;
let served: Served;
let charges: readonly string[];
let bearer: string;

beforeAll(async () => {
  where = site(POLICY);
  served = await serve(where, '--mock');
  bearer = await token(where, 'refunds-bot');
  const [first = ''] = /ch_\w+/.exec(served.stderr()) ?? [];
  charges = [first];
});
afterAll(async () => {
  await served.end('SIGKILL');
  rmSync(path.dirname(where.policy), { recursive: true, force: true });
});

const at = (): string[] => ['--policy', where.policy, '--data', where.data];
const run = (...words: readonly string[]): Promise<CommandResult> => interlock(...words, ...at());

async function refund(
  cents: number,
  charge = charges[0] ?? '',
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${served.upstreams['payments']}/v1/refunds`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}` },
    body: new URLSearchParams({ charge, amount: String(cents) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** A process of `interlock`, line by line. */
function lines(...words: readonly string[]) {
  const child = spawn(process.execPath, [CLI, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  const reader = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const gone = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  return {
    child,
    gone,
    errors: () => errors,
    next: async (): Promise<string> => {
      const { value, done } = await reader.next();
      if (done === true) throw new Error(`it ended: ${errors}`);
      return value;
    },
  };
}

test('status is JSON in a pipe, as it was, and a table of 80 columns on a terminal that says what needs a person', async () => {
  const held = await refund(2_000);
  expect(held.status).toBe(202);
  const piped = await run('status');
  expect(JSON.parse(piped.stdout)).toMatchObject({
    mocked: true,
    agents: [{ agent: 'refunds-bot', waiting: [held.body['hold']] }, {}],
  });

  const { seen } = await atTerminal([], 'status', ...at());
  expect(seen).toContain('\u001B[');
  const text = said(seen);
  expect(text).toContain('MOCK: nothing real is behind this door.');
  expect(text).toMatch(/- refunds-bot: 1 call waits for a person\.\n +interlock approve --policy \S+ --data \S+\n/);
  expect(text).toMatch(/^refunds-bot +production +works +0 %: 0\.00 of 500\.00 USD +0 +1 +\d/m);
  expect(text).toMatch(/^reader +limited +works +no limit +0 +0 +0$/m);
  for (const line of text.split('\n').filter((one) => !one.includes('interlock ')))
    expect(line.length).toBeLessThanOrEqual(80);

  const table = await run('status', '--no-json');
  expect(table.stdout).toContain('AGENT');
  expect(table.stdout).not.toContain('\u001B');
});

test('approve shows what a yes does, asks, and takes a no for a no', async () => {
  const no = await atTerminal([['[y/N] ', 'n\r']], 'approve', ...at());
  expect(said(no.seen)).toMatch(/What a yes does: .*20\.00 USD/);
  expect(said(no.seen)).toMatch(/refunds-bot\.budgets\[0\]: 500\.00 USD left .* -> 480\.00 USD left/);
  expect(no.code).toBe(1);
  expect(said(no.seen)).toContain('Nothing was approved.');
  expect((await refund(2_000)).status).toBe(202);

  const yes = await atTerminal(
    [
      ['[y/N] ', 'y\r'],
      ['Who says so?', 'ada\r'],
      ['Why is it right?', 'looked at the order\r'],
    ],
    'approve',
    ...at(),
  );
  expect(said(yes.seen)).toContain('Approved. refunds-bot may send this call once');
  expect(yes.code).toBe(0);
  expect((await refund(2_000)).status).toBe(200);
  expect(await run('approve')).toMatchObject({ code: 1, stderr: expect.stringContaining('no call waits for a human') });
});

test('tail shows what was and what comes, and ends cleanly on Ctrl-C', async () => {
  const tail = lines('tail', '-n', '2', '--verdict', 'deny', '--json', '--data', where.data);
  const denied = await refund(500);
  expect(denied.status).toBe(409);
  const line = JSON.parse(await tail.next()) as Record<string, unknown>;
  expect(line).toMatchObject({
    kind: 'call',
    agent: 'refunds-bot',
    verdict: 'deny',
    rule: 'refunds-bot.once[0]',
    amount: '5.00 USD',
  });
  tail.child.kill('SIGINT');
  expect(await tail.gone).toEqual([0, null]);
  expect(tail.errors()).toBe('');

  const past = (...words: string[]) => interlock('tail', '--no-follow', '--data', where.data, ...words);
  const whole = await past('-n', '3', '--outcomes').then(({ stdout }) => stdout.trim().split('\n'));
  expect(
    whole.some((one) =>
      / DENY {4}refunds-bot +create_refund +charge:ch_\w+ {2}5\.00 USD {2}refunds-bot\.once\[0\]/.test(one),
    ),
  ).toBe(true);
  expect(whole.some((one) => /-> 200 in \d+ ms/.test(one))).toBe(true);
  const other = await past('--agent', 'reader');
  expect(other).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('tail goes on over a restart of the door, and a closed pipe is no fault', async () => {
  const tail = lines('tail', '-n', '1', '--json', '--data', where.data);
  await tail.next();
  await served.end('SIGTERM');
  served = await serve(where, '--mock');
  expect(JSON.parse(await tail.next())).toMatchObject({ kind: 'start' });
  await refund(100, 'ch_unknown');
  expect(JSON.parse(await tail.next())).toMatchObject({ kind: 'call', verdict: 'allow', subject: 'charge:ch_unknown' });
  tail.child.stdout.destroy();
  await refund(101, 'ch_unknown_too');
  expect(await tail.gone).toEqual([0, null]);
  expect(tail.errors()).toBe('');
});

test('freeze stops further calls, kill --all everybody, and both say how to go on', async () => {
  const frozen = await run('freeze', 'refunds-bot', '-r', 'a test');
  expect(frozen.stdout).toMatch(/^refunds-bot is frozen since .*interlock kill refunds-bot --reason/);
  expect((await refund(100, 'ch_other')).status).toBe(403);
  expect(await run('freeze', 'refunds-bot', '-r', 'again')).toMatchObject({ code: 1 });
  expect(await run('kill', '-r', 'which?')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('or write --all'),
  });
  const killed = await run('kill', '--all', '-r', 'a test', '--json');
  expect(killed.stderr).toBe('');
  expect(JSON.parse(killed.stdout)).toEqual({
    agents: [
      { agent: 'refunds-bot', severed: [] },
      { agent: 'reader', severed: [] },
    ],
  });
  const { stdout } = await run('status', '--no-json');
  expect(stdout).toMatch(
    /! refunds-bot was killed at .* by \w+: a test\.\n +interlock why refunds-bot.*\n +interlock resume refunds-bot --reason … --by …/,
  );
  expect(stdout).toMatch(/^reader +limited +KILLED/m);
  await served.end('SIGTERM');
  expect((await run('status', '--no-json')).stdout).toMatch(/no\s+door runs here[^]*^reader +limited +KILLED/m);
});
