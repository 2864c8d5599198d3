import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { Candidate } from '../../src/evidence/review/queue.ts';
import type { ReviewSummary } from '../../src/evidence/review/model.ts';
import type { AssessmentEntry } from '../../src/journal/entry.ts';
import { readControlFile } from '../../src/cli/control-file.ts';
import { readJournal } from '../../src/journal/index.ts';
import { interlock, refundsPolicy, serve, site, token, type CommandResult, type Served } from './served.ts';

const CLI = path.join(import.meta.dirname, '../../bin/interlock.js');
/** Nothing listens there, and nothing is sent: every refund is above the collar. */
const where = site(refundsPolicy('http://127.0.0.1:9', 'collar: [{ route: create_refund, max: 10 USD }]'));
const place = ['--data', where.data, '--policy', where.policy];
let door: Served | undefined;
let calls: readonly string[] = [];

/** In this process: most of these commands only read. */
async function review(...args: readonly string[]): Promise<CommandResult> {
  const [log, error] = [vi.spyOn(console, 'log'), vi.spyOn(console, 'error')];
  log.mockImplementation(() => undefined);
  error.mockImplementation(() => undefined);
  try {
    const code = await main(['review', ...args, ...place]);
    const told = ({ mock }: typeof log): string => mock.calls.map((line) => `${line.join(' ')}\n`).join('');
    return { code, stdout: told(log), stderr: told(error) };
  } finally {
    log.mockRestore();
    error.mockRestore();
    process.exitCode = 0;
  }
}
const assessments = (): AssessmentEntry[] =>
  [...readJournal(where.data, { tail: 'live' })].filter((record) => record.kind === 'assessment');
interface Listed {
  readonly call: string;
  readonly reviewers: number;
  readonly own: { readonly opinion: string } | null;
  readonly opinions?: Candidate['opinions'];
}
async function listed(...args: readonly string[]): Promise<readonly Listed[]> {
  const { stdout } = await review('list', '--json', ...args);
  return (JSON.parse(stdout) as { readonly calls: readonly Listed[] }).calls;
}

/** The command with these lines at its stdin. */
async function piped(input: string, ...args: readonly string[]): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, [CLI, 'review', ...args, ...place], { stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (out += String(chunk)));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out };
}

beforeAll(async () => {
  door = await serve(where);
  const bearer = await token(where, 'refunds-bot');
  for (let index = 0; index < 6; index += 1) {
    const body = JSON.stringify({ charge: `ch_${index}`, amount: 5_000, note: '\u001B[2Jwipe' });
    const headers = {
      authorization: `Bearer ${bearer}`,
      'content-type': 'application/json',
      'interlock-session': 'run-1',
    };
    const answer = await fetch(`${door.door}/payments/v1/refunds`, { method: 'POST', headers, body });
    expect(answer.status).toBe(422);
  }
  calls = (await listed()).map(({ call }) => call);
});
afterAll(async () => {
  await door?.end('SIGTERM');
});

describe('a review while a door runs', () => {
  test('lists what needs a human, shows one of them, and lets no agent repaint the terminal', async () => {
    expect(calls).toHaveLength(6);
    const { stdout } = await review('list');
    expect(stdout).toContain('6 writes of 1 kind; 6 need a human, 0 of them reviewed.');
    const part = ['--agent', 'refunds-bot', '--from', '2026-01-01'];
    const narrowed = await review('list', ...part);
    expect(narrowed.stdout).toContain(`One after another: interlock review --by NAME ${part.join(' ')}`);
    const shown = await review('show', calls[1] ?? '');
    expect(shown.stdout).toContain('means    create_refund (money) on charge:ch_1');
    expect(shown.stdout).toContain('moves    50.00 USD');
    expect(shown.stdout).toMatch(/verdict {2}deny, collar .*: .*it is 50\.00 USD, the limit is/);
    expect(shown.stdout).toContain('"amount": 5000');
    expect(shown.stdout).toMatch(/create_refund charge:ch_0 → deny/);
    expect(shown.stdout).not.toContain('\u001B');
  });

  test('puts an opinion on record, by the running door', async () => {
    const words = [calls[0] ?? '', 'wrong', '--by', ' ann ', '--reason', 'no such customer'];
    const { code, stdout } = await interlock('review', ...words, ...place);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `Recorded: ann finds ${calls[0]} wrong.\n` });
    expect(assessments()).toMatchObject([
      { call: calls[0], agent: 'refunds-bot', opinion: 'wrong', by: 'ann', reason: 'no such customer' },
    ]);
  });

  test('is blind: what the first reviewer said is not told to the second, unless asked for', async () => {
    expect((await listed('--by', 'bob')).at(-1)).toMatchObject({ call: calls[0], reviewers: 1, own: null });
    const blind = await review('show', calls[0] ?? '', '--by', 'bob');
    expect(blind.stdout).toContain('by 1 other');
    expect(blind.stdout + JSON.stringify(await listed('--by', 'bob'))).not.toContain('no such customer');
    expect((await listed('--by', 'ann')).at(-1)?.own).toMatchObject({ opinion: 'wrong' });
    expect((await listed('--by', 'bob', '--show-opinions')).at(-1)?.opinions).toMatchObject([
      { by: 'ann', reason: 'no such customer' },
    ]);
    expect((await listed('--by', 'bob', '--second')).map(({ call }) => call)).toEqual([calls[0]]);
  });

  test('one after another at a pipe: letters and reasons a line, until it ends', async () => {
    const input = 's looks right\nx\nw\nthe customer was told no\nk\nu\n\nu cannot tell\nq\n';
    const { code, out } = await piped(input, '--by', 'bob');
    expect(out).toContain(`(1 of 6)  ${calls[1]}`);
    // The empty reason was refused and asked for again.
    expect(out).toContain('say why, in 1 to 1000 characters');
    expect(out).toContain('3 recorded.');
    expect(code).toBe(1);
    const bob = assessments().filter(({ by }) => by === 'bob');
    expect(bob.map(({ call, opinion, reason }) => [call, opinion, reason])).toEqual([
      [calls[1], 'sane', 'looks right'],
      [calls[2], 'wrong', 'the customer was told no'],
      [calls[4], 'unsure', 'cannot tell'],
    ]);
    // Who stops after one has lost nothing.
    const { out: next } = await piped('s fine\n', '--by', 'bob');
    expect(next).toContain(`(1 of 3)  ${calls[3]}`);
    expect(next).toContain('1 recorded.');
  });

  test('says how sane the agent is and how far reviewers agree; the later opinion counts and both stay', async () => {
    await review(calls[1] ?? '', 'wrong', '--by', 'bob', '--reason', 'looked again');
    await review(calls[1] ?? '', 'wrong', '--by', 'ann', '--reason', 'so do I');
    expect(assessments().filter(({ by, call }) => by === 'bob' && call === calls[1])).toHaveLength(2);
    const { stdout } = await review('summary', '--json');
    const found = JSON.parse(stdout) as ReviewSummary;
    expect(found.consensus).toEqual({ sane: 1, wrong: 3, unsure: 1, disputed: 0 });
    expect(found.reviewers).toMatchObject({
      names: [
        { by: 'ann', calls: 2 },
        { by: 'bob', calls: 4 },
      ],
      shared: 1,
      percent: 1,
    });
    expect((await review('summary')).stdout).toContain('Sane, of what somebody was sure about: 1 of 4: 25.0 %');
  });

  test('one after another at a terminal: a key, then a reason; Ctrl-C ends it and loses nothing', async () => {
    const script = path.join(import.meta.dirname, 'review_tty.py');
    const command = [process.execPath, CLI, 'review', '--by', 'dora', ...place];
    const { stdout } = await promisify(execFile)('python3', [script, ...command], { encoding: 'utf8' });
    const { code, seen } = JSON.parse(stdout) as { code: number; seen: string };
    expect(seen).toContain('1 recorded.');
    expect(code).toBe(0);
    expect(assessments().filter(({ by }) => by === 'dora')).toMatchObject([
      { opinion: 'wrong', reason: 'not what was asked' },
    ]);
    // One screen each: the first, after a key that means nothing still the first, and two more.
    expect(seen.split('\u001B[2J').length - 1).toBe(3);
  });

  test.each([
    [['call_nowhere', 'sane', '--by', 'ann', '--reason', 'x'], 'no write of that name is in the journal'],
    [['CALL', 'sane', '--reason', 'x'], 'say who reviews, --by NAME'],
    [['CALL', 'sane', '--by', 'ann'], 'say sane, wrong or unsure, and why'],
    [['CALL', 'sane', '--by', 'ann', '--reason', 'LONG'], 'say why, in 1 to 1000 characters'],
    [['CALL', 'sane', '--by', 'a\u001Bnn', '--reason', 'x'], 'say who decides this'],
    [['CALL', 'fine', '--by', 'ann', '--reason', 'x'], 'Invalid values'],
    [['list', '--each', '0'], 'Failed to read --each 0'],
    [['list', '--timezone', 'Mars'], 'Failed to read --timezone'],
    [['list', '--stage', 'moon'], 'Argument: stage, Given: "moon", Choices: "sandbox"'],
    [['list', '--second'], '--second is about somebody'],
  ])('%j is refused', async (args, why) => {
    const { code, stderr } = await review(
      ...args.map((one) => ({ CALL: calls[0], LONG: 'y'.repeat(1_001) })[one] ?? one),
    );
    expect(stderr).toContain(why);
    expect(code).toBeGreaterThan(0);
  });

  test('the control API takes nothing else: not another opinion, not a name of two words, not without its token', async () => {
    const control = readControlFile(where.data);
    const ask = async (call: string, body: object, bearer = control?.token): Promise<number> => {
      const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
      const url = `${control?.url}/v1/calls/${encodeURIComponent(call)}/assess`;
      return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status;
    };
    const good = { agent: 'refunds-bot', opinion: 'sane', by: 'ann', reason: 'x' };
    const before = assessments().length;
    expect(await ask('call_1', { ...good, opinion: 'great' })).toBe(400);
    expect(await ask('call_1', { ...good, approved: true })).toBe(400);
    expect(await ask('call 1', good)).toBe(400);
    expect(await ask('c'.repeat(201), good)).toBe(400);
    expect(await ask('call_1', good, 'wrong')).toBe(401);
    expect(assessments()).toHaveLength(before);
  });
});

describe('a review without a door', () => {
  test('goes into the journal itself, which still verifies; and a door starts on it again', async () => {
    await door?.end('SIGTERM');
    const { code, stderr } = await review(calls[5] ?? '', 'sane', '--by', 'cy', '--reason', 'as I would');
    expect({ code, told: stderr.includes('No door runs') }).toEqual({ code: 0, told: true });
    expect(assessments().at(-1)).toMatchObject({ call: calls[5], by: 'cy', opinion: 'sane' });
    expect((await interlock('audit', 'verify', '--data', where.data)).code).toBe(0);
    expect((await interlock('audit', 'redecide', '--data', where.data)).code).toBe(0);
    door = await serve(where);
    expect((await listed('--by', 'cy')).at(-1)).toMatchObject({ call: calls[5], own: { opinion: 'sane' } });
  });
});
