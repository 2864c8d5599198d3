import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import * as http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { interlock } from '../../cli/served.ts';
import { answers, loopback } from '../../notify/loopback.ts';
import { sendRaw } from '../raw-client.ts';
import { rawUpstream, type Wire } from '../raw-upstream.ts';
import { ECHOES, say } from './echoes.ts';
import { tracesOf } from './traces.ts';

// I10 over every output of a whole run: a real `interlock serve` with real keys, an upstream that gives them away in every
// way it can, agents that misbehave, an operator at work, and an end that is no good one.

const HOOK_SECRET = `whsec_${Buffer.from('the secret that signs pages, 32b').toString('base64')}`;

interface Kind {
  readonly as: string;
  readonly key: string;
  /** What else is as good as the key. */
  readonly parts: readonly string[];
  readonly transport: string;
  readonly end: 'an abort' | 'an uncaught error' | 'no more memory';
}

const KINDS: readonly Kind[] = [
  { as: 'bearer', key: 'sk_live_4eC39Hq/Lyj+WDarjtT1~zdp7', parts: [], transport: 'undici', end: 'an abort' },
  {
    as: 'basic',
    key: 'svc-refunds:pa55/w0rd+9Qx&"z~Ly7',
    parts: ['pa55/w0rd+9Qx&"z~Ly7'],
    transport: 'http-proxy',
    end: 'an uncaught error',
  },
  {
    as: '{ header: X-Api-Key }',
    key: 'HK9f8e7d6c5b4a39281706f5e4d3c2b1a0',
    parts: [],
    transport: 'undici',
    end: 'no more memory',
  },
];

/** What SIGWINCH does, for this test alone: a fault of ours, as no fault of ours should be. */
const FAULTS: Readonly<Record<Kind['end'], string>> = {
  'an abort': '() => process.abort()',
  'an uncaught error': '() => { throw new Error("a fault") }',
  'no more memory': '() => { const all = []; for (;;) all.push(new Array(100000).fill(all.length + 0.5)) }',
};

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

test.each(KINDS)(
  'a key sent as $as stands in no output of a run over $transport that ends with $end',
  async (kind) => {
    const run = await act(kind);
    const { outputs, echoed, tokens, admin, control } = run;
    // Ground truth: the upstream had the key, and gave it away in every way.
    expect(echoed).toBe(Object.keys(ECHOES).length);
    const found = (secrets: readonly string[], where = outputs): string[] =>
      where.flatMap(({ name, bytes }) => tracesOf(secrets, bytes).map((trace) => `${name}: ${trace}`));
    expect(outputs.length).toBeGreaterThan(60);
    expect(found([kind.key, ...kind.parts, HOOK_SECRET.slice(6)])).toEqual([]);
    // What all tokens begin with says nothing.
    expect(found(tokens.map((token) => token.slice('interlock_'.length)))).toEqual([]);
    expect(
      found(
        [admin.slice('interlock_'.length)],
        outputs.filter(({ name }) => name !== control),
      ),
    ).toEqual([]);
    expect(statSync(control).mode & 0o777).toBe(0o600);
  },
  60_000,
);

interface Output {
  readonly name: string;
  readonly bytes: Buffer;
}

interface Run {
  readonly outputs: readonly Output[];
  readonly echoed: number;
  readonly tokens: readonly string[];
  readonly admin: string;
  readonly control: string;
}

async function act({ as, key, transport, end }: Kind): Promise<Run> {
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-nowhere-'));
  const [data, reports, policy] = [path.join(dir, 'data'), path.join(dir, 'reports'), path.join(dir, 'interlock.yaml')];
  mkdirSync(reports);
  const outputs: Output[] = [];
  const keep = (name: string, bytes: string | Buffer): unknown =>
    outputs.push({ name, bytes: Buffer.from(bytes as string) });

  let echoed = 0;
  const upstream = await rawUpstream(({ target, headers }, wire: Wire) => {
    const [, way = ''] = /^\/v1\/echo\/([\w-]+)/.exec(target) ?? [];
    const echo = ECHOES[way];
    if (target === '/v1/slow') return undefined;
    if (echo === undefined)
      return wire.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}');
    // It has the key from the door, in the form it was sent.
    const sent =
      headers[headers.findIndex((text, i) => i % 2 === 0 && /^(authorization|x-api-key)$/i.test(text)) + 1] ?? '';
    const encoded = sent.split(' ').at(-1) ?? '';
    const known = as === 'basic' ? Buffer.from(encoded, 'base64').toString() : encoded;
    if (known === key) echoed += 1;
    const said = say(wire, echo(key));
    return way === 'until-the-end' ? said.then(() => wire.fin()) : said;
  });
  closing.push(() => upstream.close());
  const hook = await loopback(answers(500, `no: ${HOOK_SECRET}`));
  closing.push(() => hook.close());
  writeFileSync(policy, policyText(upstream.origin, as, hook.url));

  const fault = `process.on('SIGWINCH', ${FAULTS[end]})`;
  const options = [
    `--import=data:text/javascript,${encodeURIComponent(fault)}`,
    `--report-uncaught-exception --report-on-fatalerror --report-on-signal --report-signal=SIGUSR2`,
    `--report-directory=${reports} --max-old-space-size=160`,
  ];
  const cli = path.resolve(import.meta.dirname, '../../../bin/interlock.js');
  const args = [
    'serve',
    '--policy',
    policy,
    '--data',
    data,
    '--port',
    '0',
    '--control-port',
    '0',
    '--reserve',
    '1',
    '--transport',
    transport,
  ];
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: dir,
    env: { ...process.env, UPSTREAM_KEY: key, HOOK_SECRET, NODE_OPTIONS: options.join(' ') },
  });
  closing.push(() => child.kill('SIGKILL'));
  child.stdout.on('data', (chunk: Buffer) => keep('stdout', chunk));
  child.stderr.on('data', (chunk: Buffer) => keep('stderr', chunk));
  const gone = once(child, 'exit');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { door, control: api } = JSON.parse(line) as { door: string; control: string };
  const control = path.join(data, 'control.json');
  const { token: admin } = JSON.parse(readFileSync(control, 'utf8')) as { token: string };
  const operate = async (at: string, content?: object): Promise<unknown> => {
    const response = await fetch(api + at, {
      headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
      ...(content !== undefined && { method: 'POST', body: JSON.stringify(content) }),
    });
    const text = await response.text();
    if (at !== '/v1/grants') keep(`control ${at}`, text);
    return JSON.parse(text);
  };
  const grant = async (agent: string): Promise<string> => {
    const request = { agent, task: 'job', expiresMs: 3_600_000, routes: null, parent: null, by: 'ann' };
    return ((await operate('/v1/grants', request)) as { token: string }).token;
  };
  const tokens = [await grant('reader'), await grant('payer')] as const;

  await misbehave({ door, tokens, keep });
  await operators({ operate, door, tokens, keep, child });
  // What it takes to start them is not worth three runs.
  if (end === 'an abort') {
    await Promise.all(
      [['status'], ['check', policy], ['audit', 'verify'], ['holds'], ['grant', 'list']].map(async (command) => {
        const where =
          command[0] === 'check' ? [] : ['--data', data, ...(command[0] === 'audit' ? [] : ['--policy', policy])];
        const { stdout, stderr } = await interlock(...command, ...where);
        keep(`interlock ${command.join(' ')}`, stdout + stderr);
      }),
    );
  }
  await hook.arrived(1);
  for (const page of hook.received) keep('a page', JSON.stringify(page));

  child.kill('SIGUSR2');
  await expect.poll(() => readdirSync(reports).length, { timeout: 10_000 }).toBeGreaterThan(0);
  child.kill('SIGWINCH');
  await gone;
  expect(readdirSync(reports).length).toBeGreaterThan(end === 'an abort' ? 0 : 1);
  for (const at of [data, reports]) {
    for (const name of readdirSync(at, { recursive: true, encoding: 'utf8' })) {
      const file = path.join(at, name);
      if (statSync(file).isFile()) keep(file, readFileSync(file));
    }
  }
  keep('stdout whole', Buffer.concat(outputs.filter(({ name }) => name === 'stdout').map(({ bytes }) => bytes)));
  keep('stderr whole', Buffer.concat(outputs.filter(({ name }) => name === 'stderr').map(({ bytes }) => bytes)));
  return { outputs, echoed, tokens, admin, control };
}

function policyText(upstream: URL, as: string, hook: string): string {
  return `
version: 1
promotion: none
upstreams:
  api: { url: "${upstream.origin}", network: loopback, credential: { env: UPSTREAM_KEY, as: ${as} }, timeouts: { head: 5s, idle: 5s } }
routes:
  read: { match: "GET /v1/echo/{way}", upstream: api, effect: read }
  slow: { match: GET /v1/slow, upstream: api, effect: read }
  pay: { match: POST /v1/pay, upstream: api, effect: money, amount: { minor: body.amount, currency: USD } }
agents:
  reader: { stage: production, allow: [read, slow] }
  payer:
    stage: production
    allow: [pay]
    budgets: [{ max: 500 USD, per: day, timezone: UTC }]
    approval: [{ route: pay, above: 100 USD, expires: 30m }]
notify:
  - { webhook: { url: "${hook}/hook", secret: { env: HOOK_SECRET } } }
`;
}

interface Acting {
  readonly door: string;
  readonly tokens: readonly [string, string];
  readonly keep: (name: string, bytes: string | Buffer) => unknown;
}

/** Every echo asked for, and what agents do that they should not. */
async function misbehave({ door, tokens: [token], keep }: Acting): Promise<void> {
  const auth = `Authorization: Bearer ${token}\r\n`;
  await Promise.all(
    Object.keys(ECHOES).map(async (way) => keep(`echo ${way}`, await get(`${door}/api/v1/echo/${way}`, token))),
  );
  const hostile = [
    `GET /api/v1/echo/none HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET /api/v1/echo/none HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer interlock_stolen\r\n\r\n`,
    `GET /api/v1/echo/${token} HTTP/1.1\r\nHost: x\r\n${auth}\r\n`,
    `GET /api/v1/echo/a?token=${token} HTTP/1.1\r\nHost: x\r\n${auth}\r\n`,
    `GET /api/v1/echo/a HTTP/1.1\r\nHost: x\r\n${auth}X-Token: ${token}\r\n\r\n`,
    `GET /api/v1/echo/a HTTP/1.1\r\nHost: x\r\n${auth}Cookie: t=${token}\r\n\r\n`,
    `POST /api/v1/pay HTTP/1.1\r\nHost: x\r\n${auth}Content-Type: application/json\r\nContent-Length: ${token.length + 11}\r\n\r\n{"token":"${token}"}`.slice(
      0,
      -1,
    ),
    `${token} / HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: x\r\nBroken ${token}\r\n\r\n`,
    `GET /.interlock/self HTTP/1.1\r\nHost: x\r\n${auth}\r\n`,
  ];
  for (const [index, bytes] of hostile.entries()) keep(`hostile ${index}`, (await sendRaw(new URL(door), bytes)).text);
}

interface Operating extends Acting {
  readonly operate: (at: string, content?: object) => Promise<unknown>;
  readonly child: ChildProcess;
}

/** A hold approved, one rejected, a kill with a call in flight, a resume. */
async function operators({ operate, door, tokens: [reader, payer], keep, child }: Operating): Promise<void> {
  const pay = (amount: number): Promise<Buffer> => get(`${door}/api/v1/pay`, payer, `amount=${amount}`);
  keep('paid', await pay(100));
  for (const [verb, amount] of [
    ['approve', 20_000],
    ['reject', 30_000],
  ] as const) {
    const held = await pay(amount);
    keep('held', held);
    const [, call = ''] = /"call": ?"(call_\w+)"/.exec(held.toString()) ?? [];
    await operate(`/v1/holds/${call}/${verb}`, { reason: 'looked at it', by: 'ann' });
    keep('decided', await pay(amount));
  }
  const slow = get(`${door}/api/v1/slow`, reader);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await operate('/v1/agents/reader/kill', { reason: 'it echoes', by: 'ann' });
  keep('killed', await slow);
  await operate('/v1/status');
  await operate('/v1/agents/reader/resume', { reason: 'mended', by: 'ann' });
  child.kill('SIGUSR1');
}

/** Everything that came back, as it came: head and body, as far as they came. */
function get(url: string, bearer: string, form?: string): Promise<Buffer> {
  return new Promise((resolve) => {
    const method = form === undefined ? 'GET' : 'POST';
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/x-www-form-urlencoded' };
    const request = http.request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      const done = (): void => {
        // Its body first: compressed ones are expanded from their beginning.
        const head = `\n${response.statusCode} ${response.statusMessage} ${response.rawHeaders.join('\n')} ${response.rawTrailers.join('\n')}`;
        resolve(Buffer.concat([...chunks, Buffer.from(head)]));
      };
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('close', done);
      response.on('error', () => undefined);
    });
    request.on('error', (error) => resolve(Buffer.from(String(error))));
    request.end(form);
  });
}
