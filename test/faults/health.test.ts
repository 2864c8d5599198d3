import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { tmpdir } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { ReadyView } from '../../src/control/contract/health.ts';
import { Live, OK } from './live.ts';
import { trace, UNTRACEABLE } from './strace.ts';

const MOUNT = fs.mkdtempSync(path.join(tmpdir(), 'interlock-health-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', MOUNT], { encoding: 'utf8' });
const UNMOUNTABLE = mounted.error !== undefined || mounted.status !== 0;
if (UNMOUNTABLE) console.warn('Readiness on a full disk is skipped: nothing can be mounted here');
else spawnSync('umount', [MOUNT]);
if (UNTRACEABLE !== undefined) console.warn(`Readiness on a disk that stands still is skipped: ${UNTRACEABLE}`);

let live: Live | undefined;
afterEach(async () => {
  await live?.close();
  live = undefined;
  spawnSync('umount', ['-l', MOUNT]);
});

/** What a stranger is told. */
async function asked(door: Live, route: string): Promise<string> {
  const response = await fetch(door.served.control + route);
  return `${response.status} ${await response.text()}`;
}

const reasons = async (door: Live): Promise<readonly string[]> =>
  ((await door.control('/v1/ready')) as ReadyView).reasons.map(({ code }) => code);

test('a door that works is alive and ready; strangers learn one word, and the reasons are for those who may look', async () => {
  live = await Live.open();
  await live.refund();
  expect(await asked(live, '/healthz')).toBe('200 ok\n');
  expect(await asked(live, '/readyz')).toBe('200 ok\n');
  expect(await live.control('/v1/ready')).toEqual({ ready: true, reasons: [] });
  expect(await asked(live, '/v1/ready')).toMatch(/^401 /);
  const head = await fetch(`${live.served.control}/readyz`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});

test('SIGTERM: no more traffic from the first moment, while the last calls finish; it is alive until the end', async () => {
  let answer = (): void => undefined;
  live = await Live.open({}, (_, wire) => {
    answer = () => void wire.send(OK);
  });
  const last = live.refund();
  await live.upstream.arrived(1);
  live.served.child.kill('SIGTERM');
  await expect.poll(() => asked(live as Live, '/readyz')).toBe('503 not ready\n');
  expect(await reasons(live)).toEqual(['draining']);
  expect(await asked(live, '/healthz')).toBe('200 ok\n');
  answer();
  expect((await last).status).toBe(200);
});

describe.skipIf(UNTRACEABLE !== undefined)('a disk that stands still', () => {
  test('is not ready while fdatasync does not return, and is again once it has', async () => {
    live = await Live.open();
    await live.refund();
    const tracer = await trace(live.pid, { trace: 'fdatasync', inject: ['fdatasync:delay_enter=4000000:when=1'] });
    const stuck = live.refund();
    expect(await asked(live, '/readyz')).toBe('200 ok\n');
    await expect.poll(() => asked(live as Live, '/readyz'), { timeout: 4_000 }).toBe('503 not ready\n');
    expect(await reasons(live)).toEqual(['journal_stalled']);
    expect(await asked(live, '/healthz')).toBe('200 ok\n');
    // It was decided too long ago when the disk had it.
    expect((await stuck).status).toBe(503);
    await expect.poll(() => asked(live as Live, '/readyz')).toBe('200 ok\n');
    await tracer.detach();
    expect((await live.refund()).status).toBe(200);
  }, 20_000);

  test('that failed for good is not ready in the moment that is left to tell of it', async () => {
    const door = (live = await Live.open());
    await live.refund();
    const gone = new Promise((resolve) => door.served.child.once('exit', resolve));
    await trace(live.pid, { trace: 'fdatasync', inject: ['fdatasync:error=EIO'] });
    const heard: string[] = [];
    const asking = (async () => {
      for (;;) heard.push(await asked(door, '/readyz'));
    })().catch(() => undefined);
    await live.refund().catch(() => undefined);
    await gone;
    await asking;
    expect(heard.at(-1)).toBe('503 not ready\n');
  });
});

describe.skipIf(UNMOUNTABLE)('a disk that is full', () => {
  test('is not ready, and is again once it has room', async () => {
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', MOUNT]);
    live = await Live.open({ more: ['--reserve', '2'], data: path.join(MOUNT, 'data') });
    expect(await asked(live, '/readyz')).toBe('200 ok\n');
    spawnSync('dd', ['if=/dev/zero', `of=${path.join(MOUNT, 'filler')}`, 'bs=64k']);
    for (let status = 200, tries = 0; status === 200 && tries < 100; tries += 1) ({ status } = await live.refund());
    expect(await asked(live, '/readyz')).toBe('503 not ready\n');
    expect(await reasons(live)).toEqual(['disk_full']);
    fs.rmSync(path.join(MOUNT, 'filler'));
    while ((await reasons(live)).length > 0) await pause(50);
    expect(await asked(live, '/readyz')).toBe('200 ok\n');
  }, 20_000);
});
