import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { answersIn, callsIn, filesIn, freshDirectory } from '../door/recorder/recorders.ts';
import { answer, rawUpstream, type RawUpstream } from '../door/raw-upstream.ts';
import { recordedUpstreams } from '../../src/cli/record-upstreams.ts';
import { interlock } from './served.ts';

const CLI = path.join(import.meta.dirname, '../../bin/interlock.js');
const ROUNDS = Number(process.env['INTERLOCK_RECORD_ROUNDS'] ?? 2);
/** Exchanges before the first moment that a recorder may be killed at. */
const ACKNOWLEDGED_MIN = 60;

interface Recording {
  readonly url: string;
  readonly child: ChildProcess;
  readonly stderr: () => string;
}

let upstream: RawUpstream | undefined;
afterEach(async () => {
  await upstream?.close();
  upstream = undefined;
});

/** A real `interlock record` in a process of its own, once it listens. */
async function recording(origin: URL, out: string, ...more: readonly string[]): Promise<Recording> {
  const args = ['record', '--upstream', `api=${origin.origin}`, '--port', '0', '--out', out, ...more];
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const gone = once(child, 'exit').then(() => undefined);
  const line = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  const first = await Promise.race([line, gone]);
  if (first === undefined) throw new Error(`interlock record ended before it listened:\n${stderr}`);
  const { upstreams } = JSON.parse(first[0]) as { upstreams: Record<string, string> };
  return { url: upstreams['api'] as string, child, stderr: () => stderr };
}

const echo = (): Promise<RawUpstream> =>
  rawUpstream((request, wire) =>
    wire.send(answer(200, { 'Content-Type': 'application/json' }, request.body.toString())),
  );

/** Asks until it cannot, and tells what was answered whole. */
async function client(url: string, name: string, acknowledged: Set<string>): Promise<void> {
  const agent = new http.Agent({ keepAlive: true });
  for (let count = 0; ; count += 1) {
    const mark = `${name}-${count}`;
    const answered = await new Promise<string | undefined>((resolve) => {
      const headers = { 'content-type': 'application/json' };
      const request = http.request(`${url}/v1/marks`, { method: 'POST', headers, agent }, (response) => {
        let text = '';
        response.on('data', (chunk) => (text += String(chunk)));
        response.on('end', () => resolve(response.complete ? text : undefined));
        response.on('error', () => resolve(undefined));
      });
      request.on('error', () => resolve(undefined));
      request.end(JSON.stringify({ mark }));
    });
    if (answered === undefined) return agent.destroy();
    expect(answered).toContain(mark);
    acknowledged.add(mark);
  }
}

test('whatever moment a recorder is killed at, every exchange whose answer a client had is on the disk, whole', async () => {
  const { origin, requests } = (upstream = await echo());
  const out = freshDirectory();
  const acknowledged = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const { url, child, stderr } = await recording(origin, out);
    if (round > 0) expect(stderr()).toContain('personal data');
    const clients = Array.from({ length: 8 }, (_, index) => client(url, `round${round}-${index}`, acknowledged));
    // A busy machine takes longer to get as far.
    const enough = acknowledged.size + ACKNOWLEDGED_MIN;
    for (let tries = 0; acknowledged.size < enough && tries < 1_000; tries += 1) await pause(10);
    await pause(37 * round);
    child.kill('SIGKILL');
    await Promise.all(clients);
  }
  expect(acknowledged.size).toBeGreaterThanOrEqual(ROUNDS * ACKNOWLEDGED_MIN);
  const calls = new Map(callsIn(out).map((line) => [line.id, line]));
  const whole = new Set(
    answersIn(out)
      .filter((line) => line.whole && line.text === calls.get(line.answer_to)?.http.body)
      .map(({ text }) => (JSON.parse(text ?? '') as { mark: string }).mark),
  );
  expect([...acknowledged].filter((mark) => !whole.has(mark))).toEqual([]);
  // What reached the upstream was on the disk before.
  expect(requests.length).toBeLessThanOrEqual(calls.size);
  expect(filesIn(out)).toHaveLength(ROUNDS);

  // The next one says what was left open, and an import accounts for every line.
  const open = calls.size - answersIn(out).length;
  const { stderr, child } = await recording(origin, out);
  const last = filesIn(out).at(-1) ?? '';
  const ids = new Set(
    fs
      .readFileSync(last, 'utf8')
      .split('\n')
      .flatMap((line) => /"id":"(\w+)"/.exec(line)?.[1] ?? []),
  );
  const left = [...ids].filter((id) => !answersIn(out).some(({ answer_to }) => answer_to === id)).length;
  if (left > 0) expect(stderr()).toContain(`${left} calls have no answer`);
  child.kill('SIGTERM');
  await once(child, 'exit');

  const policy = path.join(path.dirname(out), 'interlock.yaml');
  fs.writeFileSync(policy, POLICY(origin));
  const imported = await interlock('import', out, '-p', policy, '-o', path.join(path.dirname(out), 'data'), '--json');
  const summary = JSON.parse(imported.stdout) as { calls: number; unusable: number; unanswered: number };
  expect(summary).toMatchObject({ calls: calls.size, unanswered: open });
}, 60_000);

const POLICY = (origin: URL): string => `
version: 1
upstreams: { api: { url: "${origin.origin}", network: loopback, credential: { env: KEY, as: bearer } } }
routes: { mark: { match: POST /v1/marks, upstream: api, effect: write } }
agents: { bot: { stage: shadow, allow: [mark] } }
`;

test('SIGTERM lets a call under way finish, and says how many were recorded', async () => {
  let release: () => void = () => undefined;
  upstream = await rawUpstream(async (_, wire) => {
    await new Promise<void>((resolve) => (release = resolve));
    await wire.send(answer(200, {}, 'done'));
  });
  const { origin } = upstream;
  const out = freshDirectory();
  const { url, child, stderr } = await recording(origin, out);
  const asked = fetch(`${url}/v1/marks`, { method: 'POST', body: '{}' });
  await upstream.arrived(1);
  child.kill('SIGTERM');
  await expect.poll(stderr).toContain('taking no more requests');
  release();
  expect(await (await asked).text()).toBe('done');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(answersIn(out)).toMatchObject([{ status: 200, text: 'done', whole: true }]);
});

test.each([
  [['api=https://u:p@api.example'], [], /holds credentials/],
  [['api=http://api.example'], [], /in the clear/],
  [['api=http://169.254.169.254'], [], /metadata/],
  [['api'], [], /write it as/],
  [['api=https://a.example', 'api=https://b.example'], [], /given twice/],
  [['api=https://a.example'], ['other=1'], /no --upstream/],
  [['api=https://a.example'], ['api=70000'], /port/],
  [[], [], /at least one upstream/],
])('a wrong command line is told what is wrong: %s %s', (upstreams, ports, said) => {
  expect(() => recordedUpstreams(upstreams, ports, [])).toThrow(said);
});
