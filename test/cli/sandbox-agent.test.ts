import { expect, it } from 'vitest';
import { temporaryDirectory } from '../scenarios/stage.ts';
import { inThisProcess, ONCE, ownPolicy, REFUNDER, sandbox, written } from './guests.ts';

it("a guest acts in a scenario's world, under its faults and its policy, and is judged by its harm", async () => {
  const agent = written('refunder.mjs', REFUNDER);
  const { code, told } = await sandbox('double-refund', '--agent', agent);
  expect(code).toBe(0);
  // Every refund of this scenario takes effect and is never answered.
  expect(told.unguarded).toMatchObject({ money: '2.00 USD', writes: 2, harm: { entries: 1 } });
  expect(told.unguarded.said).toEqual(['does goodwill', 'no answer', 'no answer']);
  expect(told.guarded).toMatchObject({ money: '1.00 USD', writes: 1, harm: { entries: 0 }, requests: { reached: 1 } });
  expect(told.guarded.said.at(-1)).toBe('answer 409');
});

it('a guest that behaves proves nothing wrong: it is said, and the exit code is 0', async () => {
  const agent = written('refunder.mjs', REFUNDER);
  const { code, told } = await sandbox('double-refund', '--', process.execPath, agent, '1');
  expect(code).toBe(0);
  expect(told).toMatchObject({ held: true, unguarded: { harm: { entries: 0 } }, guarded: { harm: { entries: 0 } } });
  expect(told.remarks).toEqual(['your agent did no harm here, without the door or with it']);
});

it("under a policy of one's own its `never:` says what is harm, in both runs", async () => {
  const policy = written('interlock.yaml', ownPolicy(ONCE));
  const faults = written(
    'faults.yaml',
    'payments: [{ match: POST /v1/refunds, times: 1, fault: { kind: reset, when: after } }]',
  );
  const agent = written('refunder.mjs', REFUNDER);
  const { code, told } = await sandbox('--policy', policy, '--faults', faults, '--task', 'ticket 7', '--agent', agent);
  expect(code).toBe(0);
  expect(told.unguarded.harm).toMatchObject({
    entries: 1,
    texts: [expect.stringMatching(/^never\[0\]: .*charge:ch_/)],
  });
  expect(told.unguarded.said).toEqual(['does ticket 7', 'no answer', 'answer 200']);
  expect(told.guarded.harm).toMatchObject({ entries: 0, texts: [] });
  expect(told.guarded.said).toEqual(['does ticket 7', 'answer 502', 'answer 409']);
});

it('an agent that is in shadow is held by its rules alone here, and a remark says so', async () => {
  const policy = written('interlock.yaml', ownPolicy(ONCE).replace('stage: sandbox', 'stage: shadow'));
  const { code, told } = await sandbox('--policy', policy, '--agent', written('refunder.mjs', REFUNDER));
  expect(code).toBe(0);
  expect(told.guarded).toMatchObject({
    money: '1.00 USD',
    writes: 1,
    said: ['does sandbox', 'answer 200', 'answer 409'],
  });
  expect(told.remarks).toEqual([expect.stringContaining('stage shadow; here it acts as it would in production')]);
  expect(told.promises).toContainEqual(expect.objectContaining({ id: 'I8', held: true }));
});

it('harm through the door fails the run, and names what was done', async () => {
  const policy = written('interlock.yaml', ownPolicy('rates: [{ route: create_refund, max: 10, per: 1h }]'));
  const agent = written('refunder.mjs', REFUNDER);
  const { code, stdout } = await inThisProcess('sandbox', '-p', policy, '--agent', agent, '-o', temporaryDirectory());
  expect(code).toBe(1);
  expect(stdout).toMatch(/THROUGH THE DOOR: never\[0\]: .*charge:ch_\w+/);
  expect(stdout).toMatch(/oracle no harm with the door: 1 harmful without, 1 with/);
});

it('what a policy counts in requests and money is counted of a guest in both runs alike', async () => {
  const never = '{ requests: all, over: 2, per: 1h }, { money: out, over: 2 USD, per: day }';
  const policy = written('interlock.yaml', ownPolicy('budgets: [{ max: 2 USD, per: 24h }]', never));
  const agent = written('refunder.mjs', REFUNDER);
  const { told } = await sandbox('--policy', policy, '--', process.execPath, agent, '3');
  const texts = told.unguarded.harm.texts?.map((text) => text.split(':', 1)[0]);
  expect(texts?.toSorted()).toEqual(['never[0]', 'never[1]']);
  expect(told.guarded).toMatchObject({ money: '2.00 USD', harm: { texts: [] } });
  expect(told.promises).toContainEqual(
    expect.objectContaining({ id: 'I2', held: true, detail: '2.00 USD truly left' }),
  );
});

it('a guest that asks nothing of anybody is an error with its last words', async () => {
  const agent = written('silent.py', "import sys\nprint('no key for the model')\nsys.exit(3)\n");
  const { code, stdout, stderr } = await inThisProcess(
    'sandbox',
    'double-refund',
    '--agent',
    agent,
    '-o',
    temporaryDirectory(),
  );
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(
    /sent no request to any business without the door[\s\S]*no key for the model[\s\S]*exit code 3/,
  );
});

it('a guest that does not end is ended, and a remark says how to give it longer', async () => {
  const asks = 'curl -s "$PAYMENTS_URL/v1/refunds" -H "Authorization: Bearer $INTERLOCK_TOKEN" -d charge=ch_1';
  const agent = written('endless', `#!/bin/sh\n${asks}\nexec sleep 60\n`, 0o755);
  const policy = written('interlock.yaml', ownPolicy(ONCE));
  const { code, told } = await sandbox('--policy', policy, '--agent', agent, '--timeout', '2s');
  expect(code).toBe(0);
  expect(told.remarks).toContainEqual(expect.stringContaining('had not ended after 2 s'));
});

const NO_NEVER = /^never: .*$/m;

it('without `never:`, `once` or a budget nothing says what harm is: it is not judged, and no word claims that there was none', async () => {
  const policy = written('interlock.yaml', ownPolicy('inflight: 5').replace(NO_NEVER, ''));
  const agent = written('refunder.mjs', REFUNDER);
  const { code, stdout } = await inThisProcess('sandbox', '-p', policy, '--agent', agent, '-o', temporaryDirectory());
  expect(code).toBe(0);
  expect(stdout).toMatch(/│ n\/a +│/);
  expect(stdout).toContain('promises held, harm not judged');
  expect(stdout).toContain('harm was not judged: the policy has no `never:`');
  expect(stdout).not.toMatch(/did no harm|no harm|│ yes/);
  const { told } = await sandbox('--policy', policy, '--agent', agent);
  expect(told).toMatchObject({ about: 'unjudged', guarded: { money: '2.00 USD' } });
  expect(told.promises.map(({ id }) => id)).not.toContain('oracle');
});

it('without `never:`, harm is what breaks a `once` at the ledger, as the probe has it', async () => {
  const policy = written('interlock.yaml', ownPolicy(ONCE).replace(NO_NEVER, ''));
  const { code, told } = await sandbox('--policy', policy, '--agent', written('refunder.mjs', REFUNDER));
  expect(code).toBe(0);
  expect(told).toMatchObject({ held: true, unguarded: { harm: { entries: 1 } }, guarded: { harm: { entries: 0 } } });
  expect(told).not.toHaveProperty('about');
  expect(told.remarks).toEqual([expect.stringContaining('harm is what breaks its budgets and `once` rules')]);
});
