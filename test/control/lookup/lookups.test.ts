import { mkdtempSync, writeFileSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { LOOKUPS_WAITING_EACH_MAX, LOOKUPS_WAITING_MAX } from '../../../src/control/lookup/bounds.ts';
import { Lookups, type LookupOptions } from '../../../src/control/lookup/lookups.ts';
import { refundsPolicy } from '../../cli/served.ts';
import { rawUpstream } from '../../door/raw-upstream.ts';
import { openRoom } from '../live/open-room.ts';

/** Answers with what it was asked; `hang` blocks it for good, `die` ends it, `slow` takes a while. */
const PROGRAM = `
import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
  const { id, question } = JSON.parse(line);
  if (question.what === 'hang') for (;;);
  if (question.what === 'die') process.exit(7);
  if (question.what === 'slow') await new Promise((resolve) => setTimeout(resolve, 300));
  const body = JSON.stringify(question.what === 'large' ? 'é'.repeat(1_000_000) : question.what);
  process.stdout.write(JSON.stringify({ id, ok: true, bytes: Buffer.byteLength(body) }) + '\\n' + body);
}
`;

const open: Lookups[] = [];
afterEach(() => {
  for (const lookups of open.splice(0)) lookups.close();
});

function lookupsOf(options: Partial<LookupOptions> = {}): Lookups {
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-lookups-'));
  const program = path.join(dir, 'program.mjs');
  writeFileSync(program, PROGRAM);
  const lookups = new Lookups({ dir, program, ...options });
  open.push(lookups);
  return lookups;
}
const ask = async (lookups: Lookups, what: string): Promise<string> => {
  const answer = await lookups.ask({ kind: 'why', what });
  return answer.ok
    ? (JSON.parse(answer.value.toString()) as string)
    : `${answer.failure.status} ${answer.failure.message}`;
};

describe('the process that looks things up', () => {
  test('answers each question with its own answer, in order, whole however large', async () => {
    const lookups = lookupsOf();
    const asked = ['slow', 'one', 'large', 'two'];
    const answers = await Promise.all(asked.map((what) => ask(lookups, what)));
    expect(answers.map((answer) => answer.slice(0, 4))).toEqual(['slow', 'one', 'éééé', 'two']);
    expect(answers[2]).toHaveLength(1_000_000);
  });

  test('dies of one question, which is told so once another process has died of it; those behind it are answered', async () => {
    const lookups = lookupsOf();
    const [before, dead, after] = await Promise.all(['one', 'die', 'two'].map((what) => ask(lookups, what)));
    expect([before, after]).toEqual(['one', 'two']);
    expect(dead).toBe('503 The process that looks things up ended (exit code 7). Ask for less, or ask the command.');
  });

  test('is ended where one question takes too long, and starts anew for those behind it', async () => {
    const lookups = lookupsOf({ timeoutMs: 500 });
    const asked = Promise.all(['hang', 'two'].map((what) => ask(lookups, what)));
    const { pid = 0 } = lookups;
    const [hung, after] = await asked;
    expect(hung).toMatch(/^504 It took longer than 0\.5 s/);
    expect(after).toBe('two');
    // What hangs would else keep a processor busy for good.
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });

  test('keeps so many waiting and no more; whoever waits too long is told', async () => {
    const lookups = lookupsOf({ turnTimeoutMs: 400, timeoutMs: 2_000 });
    const hung = ask(lookups, 'hang');
    const waiting = Array.from({ length: LOOKUPS_WAITING_MAX }, () => ask(lookups, 'one'));
    expect(await ask(lookups, 'one too many')).toMatch(/^429 32 look-ups wait already/);
    for (const answer of await Promise.all(waiting)) expect(answer).toMatch(/^503 Its turn did not come within 0\.4 s/);
    expect(await hung).toMatch(/^504/);
    expect(await ask(lookups, 'two')).toBe('two');
  });

  test('of whoever asks without end, the others wait for one question, and are not turned away', async () => {
    const lookups = lookupsOf();
    const done: string[] = [];
    const asked = (whose: string, what: string): Promise<string | void> =>
      lookups
        .ask({ kind: 'why', what }, { whose })
        .then((answer) => (answer.ok ? void done.push(what) : `${answer.failure.status}`));
    const flood = Array.from({ length: LOOKUPS_WAITING_MAX }, (_, index) => asked('ann', `ann ${index}`));
    const others = [asked('ben', 'ben 0'), asked('ben', 'ben 1'), asked('eve', 'eve 0')];
    expect((await Promise.all(flood)).filter((one) => one === '429')).toHaveLength(
      LOOKUPS_WAITING_MAX - LOOKUPS_WAITING_EACH_MAX - 1,
    );
    expect(await Promise.all(others)).toEqual([undefined, undefined, undefined]);
    expect(done.slice(0, 6)).toEqual(['ann 0', 'ben 0', 'eve 0', 'ann 1', 'ben 1', 'ann 2']);
  });

  test('whoever leaves takes no turn; nobody else notices', async () => {
    const lookups = lookupsOf();
    const gone = new AbortController();
    const slow = ask(lookups, 'slow');
    const left = lookups.ask({ kind: 'why', what: 'die' }, { whose: null, gone: gone.signal });
    gone.abort();
    expect(await left).toMatchObject({ ok: false });
    expect(await ask(lookups, 'one')).toBe('one');
    expect(await slow).toBe('slow');
  });

  test('closing ends it, and answers everybody who waits', async () => {
    const lookups = lookupsOf();
    await ask(lookups, 'one');
    const { pid = 0 } = lookups;
    const answers = Promise.all(['hang', 'one'].map((what) => ask(lookups, what)));
    lookups.close();
    for (const answer of await answers) expect(answer).toMatch(/^503 The door is closing/);
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
    expect(await ask(lookups, 'one')).toMatch(/^503 The door is closing/);
  });
});

test('beside a real door it works at low priority, with nothing secret around it, and ends with the room', async () => {
  process.env['A_SECRET'] = 'sk_live_secret';
  const upstream = await rawUpstream((_, wire) => wire.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'));
  const room = await openRoom(upstream.origin, refundsPolicy(upstream.origin, ''));
  try {
    expect(await (await room.ask('/v1/stops')).json()).toEqual({ stops: [], unseen: [] });
    const { pid = 0 } = room.lookups;
    expect(os.getPriority(pid)).toBe(10);
    const { readFileSync } = await import('node:fs');
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('secret');
    process.kill(pid, 'SIGKILL');
    // Asked while it was not known yet: it is asked once more, of another process.
    expect((await room.ask('/v1/stops')).status).toBe(200);
    const { pid: other = 0 } = room.lookups;
    expect(other).not.toBe(pid);
    await room.close();
    await expect.poll(() => isAlive(other), { timeout: 10_000 }).toBe(false);
  } finally {
    await upstream.close();
  }
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
