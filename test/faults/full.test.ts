import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { tmpdir } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { readJournal, verifyJournal } from '../../src/journal/index.ts';
import { interlock } from '../cli/served.ts';
import { AGENT, EXIT_JOURNAL_FAILED, Live, LONG, type LiveOptions } from './live.ts';
import { trace, UNTRACEABLE } from './strace.ts';

const MIB = 1024 * 1024;
const DISK_MIB = 24;
const RESERVE = ['--reserve', '4'];
const MOUNT = fs.mkdtempSync(path.join(tmpdir(), 'interlock-full-'));
const UNMOUNTABLE = whyUnmountable();

if (UNMOUNTABLE !== undefined) console.warn(`A full disk is skipped: ${UNMOUNTABLE}`);

function whyUnmountable(): string | undefined {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', MOUNT], { encoding: 'utf8' });
  if (mounted.error !== undefined) return `there is no mount (${mounted.error.message})`;
  if (mounted.status !== 0) return `nothing can be mounted here: ${mounted.stderr.trim()}`;
  spawnSync('umount', [MOUNT]);
  return undefined;
}

let live: Live | undefined;
afterEach(async () => {
  await live?.close();
  live = undefined;
  spawnSync('umount', ['-l', MOUNT]);
});

/** A door on a small disk of its own. */
async function onSmallDisk(options: LiveOptions = {}): Promise<Live> {
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', MOUNT]);
  live = await Live.open({ more: RESERVE, ...options, data: path.join(MOUNT, 'data') });
  return live;
}

/** Fills the disk to its last byte, and keeps it so: gives back how to free it. */
function fill(): () => void {
  const file = path.join(MOUNT, 'filler');
  const fd = fs.openSync(file, 'a');
  const piece = Buffer.alloc(64 * 1024, 1);
  try {
    for (;;) fs.writeSync(fd, piece);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    fs.closeSync(fd);
  }
  return () => fs.rmSync(file);
}

/** Refunds until the disk's fullness shows; gives the answer that showed it. */
async function untilFull(door: Live): Promise<Awaited<ReturnType<Live['refund']>>> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await door.refund();
    if (answer.status !== 200) return answer;
  }
  throw new Error('the disk never became full');
}

const diskOf = async (door: Live): Promise<unknown> => ((await door.control('/v1/status')) as { disk: unknown }).disk;

async function untilRoom(door: Live): Promise<void> {
  while (((await diskOf(door)) as { kind: string }).kind === 'full') await pause(100);
}

describe.skipIf(UNMOUNTABLE !== undefined)('on a disk that is really full', () => {
  test('writes and reads get 503, a kill works and outlives a restart, and with room the door goes on by itself', async () => {
    const door = await onSmallDisk();
    expect((await door.refund()).status).toBe(200);
    expect(await diskOf(door)).toEqual({ kind: 'ok' });
    const free = fill();
    const refused = await untilFull(door);
    const sent = door.upstream.requests.length;
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(JSON.parse(refused.body)).toMatchObject({
      type: 'urn:interlock:problem:disk_full',
      detail: 'The disk that calls are recorded on is full; the call was not sent.',
      next: { do: 'wait', seconds: 30 },
    });
    expect((await door.refund()).status).toBe(503);
    expect((await door.read()).status).toBe(503);
    expect(door.upstream.requests).toHaveLength(sent);
    expect(door.served.stderr()).toMatch(/THE DISK IS FULL, so writes are refused/);
    const full = await interlock('status', '--data', door.where.data, '--policy', door.where.policy);
    expect(JSON.parse(full.stdout)).toMatchObject({ disk: { kind: 'full', unrecorded: 3, reads: 'refuse' } });

    // The operator's own command, on a disk without a byte to spare.
    const args = ['--data', door.where.data, '--policy', door.where.policy];
    const killed = await interlock('kill', AGENT, '--reason', 'drill', '--by', 'ana', ...args);
    expect(killed).toMatchObject({ code: 0, stdout: expect.stringContaining('is frozen') });
    await door.served.end('SIGKILL');
    expect(await door.broken()).toEqual([]);

    // It starts on the full disk as well, and the kill stands; so it does where only the desk opens the journal.
    await door.serve();
    expect(await diskOf(door)).toMatchObject({ kind: 'full' });
    expect((await door.refund()).status).toBe(503);
    await door.control(`/v1/agents/${AGENT}/resume`, { by: 'ana', reason: 'drill over' });
    await door.served.end('SIGKILL');
    expect(await interlock('kill', AGENT, '--reason', 'no door runs', '--by', 'ana', ...args)).toMatchObject({
      code: 0,
    });
    await door.serve();
    expect((await door.refund()).status).toBe(503);

    free();
    await untilRoom(door);
    expect((await door.refund()).status).toBe(403);
    await door.control(`/v1/agents/${AGENT}/resume`, { by: 'ana', reason: 'drill over' });
    expect((await door.refund()).status).toBe(200);
    expect(door.served.stderr()).toContain('The disk has room again');
    expect(await door.served.end('SIGTERM')).toBe(0);
    expect(await door.broken()).toEqual([]);
    expect(fs.statSync(path.join(door.where.data, 'reserve')).size).toBe(4 * MIB);
    const told = [...readJournal(door.where.data)].filter(({ kind }) => kind === 'unrecorded');
    expect(told).toEqual([expect.objectContaining({ why: 'disk_full', calls: 1, refusals: 0, notes: 0 })]);
  }, 60_000);

  test('reads go on where the policy says so, each on record with its outcome, until half of the reserve is used', async () => {
    const door = await onSmallDisk({ policy: 'onDiskFull: { reads: continue }\n' });
    const free = fill();
    expect((await untilFull(door)).status).toBe(503);
    const before = door.upstream.requests.length;
    let reads = 0;
    while ((await door.read()).status === 200) reads += 1;
    expect(reads).toBeGreaterThan(300);
    expect(door.upstream.requests).toHaveLength(before + reads);
    expect((await door.refund()).status).toBe(503);
    await door.kill();
    free();
    await untilRoom(door);
    expect(await door.served.end('SIGTERM')).toBe(0);
    expect(await door.broken()).toEqual([]);
    const records = [...readJournal(door.where.data)];
    const gone = records.flatMap((record) => (record.kind === 'call' && record.effect === 'read' ? [record.call] : []));
    const ended = new Set(records.flatMap((record) => (record.kind === 'outcome' ? [record.call] : [])));
    expect(gone).toHaveLength(reads);
    expect(gone.filter((call) => !ended.has(call))).toEqual([]);
  }, 60_000);

  test('load that meets the end of the disk: what was sent is on record, what was not got a 503', async () => {
    const door = await onSmallDisk();
    const load = door.load(16);
    await door.upstream.arrived(32);
    const free = fill();
    await pause(1_500);
    free();
    await untilRoom(door);
    const seen = door.upstream.requests.length;
    await door.upstream.arrived(seen + 32);
    const answers = await load.stop();
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]));
    expect(await door.served.end('SIGTERM')).toBe(0);
    expect(await door.broken()).toEqual([]);
    const turnedAway = answers.filter(({ status }) => status === 503).length;
    const told = [...readJournal(door.where.data)].flatMap((record) =>
      record.kind === 'unrecorded' ? [record.calls] : [],
    );
    expect(told.reduce((sum, calls) => sum + calls, 0)).toBe(turnedAway);
  }, 60_000);

  test('a door without a reserve ends when the disk is full, and a start says what to do', async () => {
    const door = await onSmallDisk({ more: [] });
    const gone = once(door.served.child, 'exit');
    const free = fill();
    expect((await untilFull(door).catch(() => ({ status: 503 }))).status).toBe(503);
    expect(await gone).toEqual([EXIT_JOURNAL_FAILED, null]);
    expect(await door.broken()).toEqual([]);
    await expect(door.serve()).rejects.toThrow(/Failed to open the journal in .* the disk is full\. Free some space/);
    free();
    await door.serve();
    expect((await door.refund()).status).toBe(200);
  }, 60_000);
});

describe.skipIf(UNTRACEABLE !== undefined)('on a disk that says it is full', () => {
  test.each(LONG ? ['ENOSPC', 'EDQUOT'] : ['EDQUOT'])(
    '%s on writes: the reserve is given back to no end, so the door ends; the next start finds all',
    async (error) => {
      live = await Live.open({ more: RESERVE });
      expect((await live.refund()).status).toBe(200);
      const segments = path.join(live.where.data, 'segments');
      const [file = ''] = fs.readdirSync(segments);
      const gone = once(live.served.child, 'exit');
      await trace(live.pid, {
        trace: 'write,pwrite64,writev',
        inject: [`write,pwrite64,writev:error=${error}`],
        files: [path.join(segments, file)],
      });
      const refused = await live.refund().catch(() => undefined);
      expect([503, undefined]).toContain(refused?.status);
      expect(await gone).toEqual([EXIT_JOURNAL_FAILED, null]);
      expect(live.served.stderr()).toMatch(/THE DISK IS FULL[^]*a write found no room on the disk/);
      expect(await live.broken()).toEqual([]);
      expect(await verifyJournal(live.where.data)).not.toHaveProperty('torn');
      await live.serve();
      expect((await live.refund()).status).toBe(200);
    },
  );
});
