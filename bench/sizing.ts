import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, fetch } from 'undici';

/**
 * What a door needs, measured at a real process in front of a mock: memory, journal and start. `node bench/sizing.ts`.
 * Its calls a second are of one machine with whatever else runs on it; the load stands beside them.
 */
const CLI = path.join(import.meta.dirname, '../bin/interlock.js');
const CALLS = 4_000;
const CALLERS = 64;
const IN_FLIGHT = 1_000;
const LIMITS = ['agentConnectionsMax=5000', 'connectionsMax=6000'].flatMap((limit) => ['--limit', limit]);

const policy = (agents: number): string => `
version: 1
upstreams: { payments: { url: "https://api.example", credential: { env: KEY, as: bearer }, mock: payments, connections: 2000 } }
routes: { get_charge: { match: 'GET /v1/charges/{id}', upstream: payments, effect: read, subject: 'charge:{id}' } }
agents:
${Array.from({ length: agents }, (_, index) => `  bot-${index}: { stage: production, allow: [get_charge], rates: [{ route: get_charge, max: 1000000, per: 1h }] }`).join('\n')}
promotion: none
`;

interface Running {
  readonly child: ChildProcess;
  readonly upstream: string;
  readonly startedMs: number;
}

async function start(dir: string, agents: number, ...more: readonly string[]): Promise<Running> {
  const file = path.join(dir, 'interlock.yaml');
  writeFileSync(file, policy(agents));
  const begun = performance.now();
  const words = [
    'serve',
    '--mock',
    '--policy',
    file,
    '--data',
    path.join(dir, 'data'),
    '--port',
    '0',
    '--control-port',
    '0',
    ...LIMITS,
    ...more,
  ];
  const child = spawn(process.execPath, [CLI, ...words], {
    stdio: ['ignore', 'pipe', process.env['LOUD'] === undefined ? 'ignore' : 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { upstreams } = JSON.parse(line) as { upstreams: { payments: string } };
    return { child, upstream: upstreams.payments, startedMs: performance.now() - begun };
  }
  throw new Error('the door did not open');
}

const stop = (child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> =>
  new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });

const residentMiB = ({ pid }: ChildProcess): number =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024);

const tokenFor = (dir: string): string =>
  execFileSync(
    process.execPath,
    [
      CLI,
      'grant',
      'create',
      '--policy',
      path.join(dir, 'interlock.yaml'),
      '--data',
      path.join(dir, 'data'),
      '--agent',
      'bot-0',
      '--task',
      'sizing',
      '--expires',
      '1h',
      '--quiet',
    ],
    { encoding: 'utf8' },
  ).trim();

const journalBytes = (dir: string): number => {
  const segments = path.join(dir, 'data', 'segments');
  return readdirSync(segments).reduce((sum, name) => sum + statSync(path.join(segments, name)).size, 0);
};

async function main(): Promise<void> {
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-sizing-'));
  const client = new Agent({ connections: IN_FLIGHT });
  try {
    const one = await start(dir, 1);
    await pause(1_000);
    const idle = residentMiB(one.child);
    const headers = { authorization: `Bearer ${tokenFor(dir)}` };
    const before = journalBytes(dir);
    const begun = performance.now();
    let left = CALLS;
    await Promise.all(
      Array.from({ length: CALLERS }, async () => {
        while ((left -= 1) >= 0)
          await (await fetch(`${one.upstream}/v1/charges/ch_1`, { headers, dispatcher: client })).arrayBuffer();
      }),
    );
    const seconds = (performance.now() - begun) / 1_000;
    const bytesPerCall = Math.round((journalBytes(dir) - before) / CALLS);
    const busy = residentMiB(one.child);
    await stop(one.child, 'SIGKILL');
    const again = await start(dir, 1);
    await stop(again.child);
    const faults = path.join(dir, 'faults.yaml');
    writeFileSync(faults, 'payments: [{ match: "GET /v1/charges/{id}", fault: { kind: latency, ms: 6000 } }]');
    const slow = await start(dir, 1, '--mock-faults', faults);
    const waiting = Array.from({ length: IN_FLIGHT }, async () =>
      (await fetch(`${slow.upstream}/v1/charges/ch_1`, { headers, dispatcher: client })).arrayBuffer(),
    );
    await pause(4_000);
    const inFlight = residentMiB(slow.child);
    await Promise.all(waiting);
    await stop(slow.child);
    rmSync(path.join(dir, 'data'), { recursive: true });
    const many = await start(dir, 200);
    await pause(1_000);
    const agents = residentMiB(many.child);
    await stop(many.child);
    console.log(
      JSON.stringify(
        {
          idleMiB: idle,
          agents200MiB: agents,
          inFlight1000MiB: inFlight,
          afterCallsMiB: busy,
          journalBytesPerCall: bytesPerCall,
          callsPerSecond: Math.round(CALLS / seconds),
          loadAverage: Number(loadavg()[0]?.toFixed(1)),
          startMs: Math.round(one.startedMs),
          startAfterCrashMs: Math.round(again.startedMs),
        },
        null,
        2,
      ),
    );
  } finally {
    await client.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

await main();
