import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import * as net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { Live, ROUNDS } from './live.ts';

/** What a door is given here instead of Node's gigabytes. */
const HEAP_MB = 48;
/** Heap, young generation, code, and what buffers lie outside of it. */
const RESIDENT_MAX_KB = 600_000;
const BIG_BYTES = 1_900_000;
const BIG_ANSWER = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${BIG_BYTES + 2}\r\n\r\n"${'x'.repeat(BIG_BYTES)}"`;
const FLOOD = 6 * Math.min(ROUNDS, 8);
const SPARE_DESCRIPTORS = 8;
const NO_PRLIMIT = spawnSync('prlimit', ['--version']).error !== undefined;
if (NO_PRLIMIT) console.warn('A door without file descriptors is skipped: prlimit is not installed');
/** Until connections have come and gone. */
const SETTLE_MS = 100;

let live: Live | undefined;
const sockets: net.Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await live?.close();
});

/** The most memory that a process ever held (VmHWM in proc(5)). */
function peakKb(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

test(`a flood of large bodies and answers on a heap of ${HEAP_MB} MB: memory stays bounded, or the door ends and recovers`, async () => {
  const under = ['env', `NODE_OPTIONS=--max-old-space-size=${HEAP_MB}`];
  live = await Live.open({ under }, (_, wire) => wire.send(BIG_ANSWER));
  await live.refund();
  const large = { padding: 'x'.repeat(BIG_BYTES) };
  const charges = Array.from({ length: FLOOD }, () => (live as Live).charge());
  const flood = charges.map((charge) => (live as Live).refund(charge, large));
  await Promise.allSettled(flood);
  const { exitCode, signalCode } = live.served.child;
  if (exitCode === null && signalCode === null) {
    expect(peakKb(live.pid)).toBeLessThan(RESIDENT_MAX_KB);
    expect((await live.refund()).status).toBe(200);
    expect(await live.served.end('SIGTERM')).toBe(0);
  }
  expect(await live.broken()).toEqual([]);
});

test.skipIf(NO_PRLIMIT)(
  'a door that runs out of file descriptors refuses rather than fails, and works again with some',
  async () => {
    // Every other record wants a new segment, and so a descriptor.
    live = await Live.open({ more: ['--segment-bytes', '2000'] });
    expect((await live.refund()).status).toBe(200);
    const spare = openFiles(live.pid) + SPARE_DESCRIPTORS;
    spawnSync('prlimit', ['--pid', String(live.pid), `--nofile=${spare}`]);
    const { hostname, port } = new URL(live.served.door);
    for (let index = 0; index < 4 * SPARE_DESCRIPTORS; index += 1) {
      sockets.push(net.connect(Number(port), hostname).on('error', () => undefined));
    }
    await pause(SETTLE_MS);
    expect(openFiles(live.pid)).toBeGreaterThan(spare - 3);
    // Connections from before may still carry calls, new ones are dropped; nothing is worse than a call that got no answer.
    for (let index = 0; index < 4; index += 1) {
      const answer = await live.refund().catch(() => undefined);
      expect([200, 502, 503, undefined]).toContain(answer?.status);
    }
    for (const socket of sockets.splice(0)) socket.destroy();
    await pause(SETTLE_MS);
    expect((await live.refund()).status).toBe(200);
    expect(await live.served.end('SIGTERM')).toBe(0);
    expect(await live.broken()).toEqual([]);
  },
);
