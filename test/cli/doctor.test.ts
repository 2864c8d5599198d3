import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Finding } from '../../src/cli/doctor/check.ts';
import { exitCode } from '../../src/cli/doctor/check.ts';
import { keyFindings, processes } from '../../src/cli/doctor/key.ts';
import { expiry, keylessFindings } from '../../src/cli/doctor/upstreams.ts';
import { readJournal } from '../../src/journal/index.ts';
import { loadPolicy } from '../../src/policy/index.ts';
import { rawUpstream } from '../door/raw-upstream.ts';
import { runHere } from './run-here.ts';
import { serve, site, type Served, type Site } from './served.ts';

const policyFor = (url: string): string => `
version: 1
upstreams:
  payments: { url: "${url}", network: loopback, credential: { env: UPSTREAM_KEY, as: bearer }, mock: payments }
routes:
  get_charge: { match: 'GET /v1/charges/{id}', upstream: payments, effect: read }
agents:
  reader: { stage: production, allow: [get_charge] }
  drill: { stage: sandbox, allow: [get_charge] }
promotion: none
`;

let where: Site;
let served: Served;

beforeAll(async () => {
  where = site(policyFor('http://127.0.0.1:9'));
  served = await serve(where);
});
afterAll(async () => {
  await served.end('SIGKILL');
  rmSync(path.dirname(where.policy), { recursive: true, force: true });
});

async function findings(
  ...more: readonly string[]
): Promise<{ readonly code: number; readonly by: (id: string) => Finding | undefined; readonly text: string }> {
  const { code, stdout, stderr } = await runHere(
    'doctor',
    '--json',
    '--policy',
    where.policy,
    '--data',
    where.data,
    ...more,
  );
  if (stdout === '') throw new Error(stderr);
  const { findings: found } = JSON.parse(stdout) as { readonly findings: readonly Finding[] };
  return { code, by: (id) => found.find((one) => one.id === id), text: stdout };
}

test('a kill drill measures the real door, touches no business, and leaves the agent as it was, on record', async () => {
  const { by, text } = await findings('--drill', 'drill', '--yes', '--by', 'ann');
  expect(['ok', 'warn']).toContain(by('drill.drill')?.state);
  const [, before, refused] =
    /; (\d+) calls let through before the kill, \d+ severed by it, (\d+) refused after it/.exec(
      by('drill.drill')?.text ?? '',
    ) ?? [];
  expect(Number(before)).toBeGreaterThan(0);
  expect(Number(refused)).toBeGreaterThan(0);
  expect(text).not.toContain('were let through."');
  const records = [...readJournal(where.data, { tail: 'live' })].filter(
    (one) => 'agent' in one && one.agent === 'drill',
  );
  const kinds = records.map(({ kind }) => kind).filter((kind) => kind !== 'call' && kind !== 'outcome');
  expect(kinds).toEqual(['grant', 'freeze', 'resume']);
  const frozenAt = records.find(({ kind }) => kind === 'freeze')?.seq ?? 0;
  const resumedAt = records.find(({ kind }) => kind === 'resume')?.seq ?? 0;
  const during = records.filter((one) => one.kind === 'call' && one.seq > frozenAt && one.seq < resumedAt);
  expect(during.length).toBeGreaterThan(0);
  expect(during.every((one) => one.kind === 'call' && one.verdict === 'deny')).toBe(true);
});

test('a drill of an agent whose calls would reach a business is refused, and so is one that nobody agreed to', async () => {
  const words = ['doctor', '--policy', where.policy, '--data', where.data, '--drill'];
  expect((await runHere(...words, 'reader', '--yes')).stderr).toContain('its calls would reach a real business');
  expect((await runHere(...words, 'drill')).stderr).toContain('Say that you mean it: --yes');
  expect(
    [...readJournal(where.data, { tail: 'live' })].some((one) => one.kind === 'freeze' && one.agent === 'reader'),
  ).toBe(false);
});

test('a file that others may read is wrong, with the command that mends it', async () => {
  const control = path.join(where.data, 'control.json');
  chmodSync(control, 0o644);
  onTestFinished(() => chmodSync(control, 0o600));
  const { code, by } = await findings();
  expect(by('files.control')).toMatchObject({ state: 'fail', next: `chmod go= '${control}'` });
  expect(by('files.data')?.state).toBe('ok');
  expect(by('network.control')?.state).toBe('ok');
  expect(by('disk.sync')?.text).toMatch(/after \d+\.\d ms/);
  expect(by('journal.chain')?.state).toBe('ok');
  expect(code).toBe(2);
});

test('a key in this shell is told, and one in another process is wrong; its value is told nowhere', async () => {
  const secret = 'sk_live_never_to_be_shown';
  const other = spawn('sleep', ['30'], { env: { ...process.env, UPSTREAM_KEY: secret }, stdio: 'ignore' });
  process.env['UPSTREAM_KEY'] = secret;
  onTestFinished(() => {
    delete process.env['UPSTREAM_KEY'];
    other.kill('SIGKILL');
  });
  const { by, text } = await findings();
  expect(by('key.shell.UPSTREAM_KEY')?.state).toBe('warn');
  expect(by('key.processes')?.state).toBe('fail');
  expect(text).not.toContain(secret);
});

test('only set variables of that very name count, and what cannot be read is counted as such', () => {
  const loaded = loadPolicy(policyFor('http://127.0.0.1:9'), 'interlock.yaml');
  if (!loaded.ok) throw new Error('a sound policy');
  const environs: Record<number, string> = {
    2: 'A=1\0UPSTREAM_KEY=\0',
    3: 'X_UPSTREAM_KEY=k\0',
    4: 'UPSTREAM_KEY=k',
    5: 'UPSTREAM_KEY=k\0',
  };
  const machine = {
    own: 5,
    ids: () => [1, 2, 3, 4, 5],
    environ: (pid: number) => (environs[pid] === undefined ? undefined : Buffer.from(environs[pid])),
    name: () => 'node',
  };
  const whose = (doorPid: number) =>
    keyFindings(loaded.value, {}, doorPid, machine).find(({ id }) => id === 'key.processes');
  expect(whose(4)).toMatchObject({
    state: 'ok',
    text: expect.stringContaining('2 processes were looked into, 1 this user may not read'),
  });
  expect(whose(9)).toMatchObject({ state: 'fail', text: expect.stringContaining('node (4) has UPSTREAM_KEY') });
});

test('a process is named by its program and file, and by no further word of its command line', async () => {
  const script = path.join(path.dirname(where.policy), 'agent.js');
  writeFileSync(script, 'setInterval(() => undefined, 1000)');
  const agent = spawn(process.execPath, [script, '--token', 'hush']);
  onTestFinished(() => void agent.kill());
  await once(agent, 'spawn');
  await expect.poll(() => processes.name(agent.pid ?? 0)).toBe('node agent.js');
});

test('from where an agent runs: an upstream that can be reached past the door is wrong, one that cannot is not', async () => {
  const open = net.createServer((socket) => socket.end());
  await new Promise<void>((resolve) => open.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void open.close());
  const { port } = open.address() as net.AddressInfo;
  const other = site(policyFor(`http://127.0.0.1:${port}`));
  onTestFinished(() => rmSync(path.dirname(other.policy), { recursive: true, force: true }));
  const asAgent = (policy: string) =>
    runHere('doctor', '--as-agent', '--policy', policy, '--data', `${where.data}-of-nobody`, '--door', served.door);
  expect(await asAgent(other.policy)).toMatchObject({
    code: 2,
    stdout: expect.stringMatching(/^FAIL payments .* can be reached from here, past the/m),
  });
  expect(await asAgent(where.policy)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^ok {3}The door can be reached from here/m),
  });
});

test.each([
  [401, 'ok'],
  [200, 'fail'],
  [404, 'warn'],
])('an upstream that answers %i to whoever has no key is %s', async (status, state) => {
  const upstream = await rawUpstream((_, wire) => wire.send(`HTTP/1.1 ${status} X\r\nContent-Length: 2\r\n\r\n{}`));
  onTestFinished(() => upstream.close());
  const loaded = loadPolicy(policyFor(String(upstream.origin)), 'interlock.yaml');
  if (!loaded.ok) throw new Error('a sound policy');
  expect(await keylessFindings(loaded.value)).toMatchObject([{ state }]);
});

test('certificates that run out are told in time, and the exit code is that of the worst finding', () => {
  const day = 86_400_000;
  const states = [-1, 3, 90].map((days) => expiry('x', 'a certificate', (100 + days) * day, 100 * day).state);
  expect(states).toEqual(['fail', 'warn', 'ok']);
  const found = (state: Finding['state']): Finding => ({ id: 'x', state, text: 'y' });
  expect(
    [
      [found('ok'), found('skip')],
      [found('warn'), found('ok')],
      [found('warn'), found('fail')],
    ].map(exitCode),
  ).toEqual([0, 1, 2]);
});
