import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readJournal, type Recorded } from '../../src/journal/index.ts';
import { interlock, refundsPolicy, serve, site, type CommandResult, type Served, type Site } from './served.ts';

let where: Site;
let served: Served | undefined;
beforeAll(() => {
  where = site(refundsPolicy('http://127.0.0.1:9', 'resume: { people: 2 }'));
});
afterAll(async () => {
  await served?.end('SIGKILL');
});

const at = (...args: readonly string[]): Promise<CommandResult> =>
  interlock(...args, '--data', where.data, '--policy', where.policy);

async function as(token: string, ...args: readonly string[]): Promise<CommandResult> {
  process.env['INTERLOCK_USER_TOKEN'] = token;
  try {
    return await at(...args);
  } finally {
    delete process.env['INTERLOCK_USER_TOKEN'];
  }
}

const records = (): readonly Recorded[] => [...readJournal(where.data, { tail: 'live' })];

test('people are put on record before there is a door, and the door knows them', async () => {
  const added = await at('user', 'add', 'ann', '--role', 'approver', '--by', 'root');
  expect(added.stdout).toContain('ann may enter as approver');
  const ann = /interlock_user_[\w-]{43}/.exec(added.stdout)?.[0] ?? '';
  const twice = await at('user', 'add', 'Ann', '--role', 'viewer', '--by', 'root');
  expect([twice.code, twice.stderr]).toEqual([1, expect.stringContaining('interlock user change')]);

  served = await serve(where);
  const ben = (
    await at('user', 'add', 'ben', '--role', 'approver', '--role', 'viewer', '--by', 'root', '--quiet')
  ).stdout.trim();
  const listed = JSON.parse((await at('user', 'list', '--json')).stdout) as { users: readonly object[] };
  expect(listed.users).toMatchObject([
    { name: 'ann', roles: ['approver'], by: 'token', addedBy: 'root' },
    { name: 'ben', roles: ['viewer', 'approver'], by: 'token', addedBy: 'root' },
  ]);
  expect(JSON.stringify(records())).not.toContain(ann);

  // Commands act as whose token it is; nobody says who they are.
  expect((await as(ann, 'kill', 'refunds-bot', '--reason', 'it runs away')).code).toBe(0);
  expect(records().at(-1)).toMatchObject({ kind: 'freeze', by: 'human:ann', proof: 'token' });
  const other = await as(ann, 'resume', 'refunds-bot', '--reason', 'looked', '--by', 'ben');
  expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot act as `ben`') as string });
  const unproven = await at('resume', 'refunds-bot', '--reason', 'looked', '--by', 'ben');
  expect(unproven).toMatchObject({ code: 1, stderr: expect.stringContaining('INTERLOCK_USER_TOKEN') as string });
  expect((await as(ann, 'resume', 'refunds-bot', '--reason', 'looked')).stdout).toContain('another person');
  expect((await as(ben, 'resume', 'refunds-bot', '--reason', 'looked')).code).toBe(0);
  const words = records().filter(({ kind }) => kind === 'assent' || kind === 'resume');
  expect(words).toMatchObject([
    { by: 'ann', proof: 'token' },
    { by: 'human:ben', proof: 'token' },
  ]);

  // Reviewing as well: whose second opinions these are, the token says.
  const second = ['review', 'list', '--second', '--json'] as const;
  expect((await at(...second)).stderr).toContain('--by NAME');
  expect(await as(ben, ...second)).toMatchObject({ code: 0 });

  // Whoever writes a token where a reason belongs has not put it on record, not even the machine's.
  const control = JSON.parse(readFileSync(path.join(where.data, 'control.json'), 'utf8')) as { token: string };
  expect((await at('kill', 'refunds-bot', '--reason', `with ${control.token} and ${ben}`)).code).toBe(0);
  expect(records().at(-1)).toMatchObject({
    kind: 'freeze',
    reason: expect.stringMatching(/^with interlock_\[/) as string,
  });
  for (const token of [control.token, ben]) expect(JSON.stringify(records())).not.toContain(token);

  // Roles hold for commands too.
  const refused = await as(ben, 'user', 'add', 'carl', '--role', 'admin');
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('may not administer') as string });

  const renewed = (await at('user', 'change', 'ann', '--new-token', '--quiet', '--by', 'root')).stdout.trim();
  expect((await as(ann, 'status')).code).toBe(1);
  expect((await as(renewed, 'status')).code).toBe(0);
  expect((await at('user', 'remove', 'ann', '--by', 'root')).stdout).toBe('ann may enter no more.\n');
  expect((await as(renewed, 'status')).code).toBe(1);

  // What is on record outlives the door.
  await served.end('SIGKILL');
  served = await serve(where);
  expect((await as(renewed, 'status')).code).toBe(1);
  expect((await as(ben, 'status')).code).toBe(0);
}, 120_000);
