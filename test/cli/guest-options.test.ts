import path from 'node:path';
import { expect, it } from 'vitest';
import { readGuest, type GuestArguments } from '../../src/cli/sandbox/guest-options.ts';
import { ownPolicy as readOwnPolicy } from '../../src/cli/sandbox/own-policy.ts';
import { ONCE, ownPolicy, written } from './guests.ts';

const NONE: GuestArguments = { agent: undefined, model: undefined, task: undefined, env: [], timeout: undefined };
const refused = (given: Partial<GuestArguments>): Promise<string> =>
  readGuest({ ...NONE, ...given }).then(
    () => 'taken',
    ({ message }: Error) => message,
  );
const command = async (given: Partial<GuestArguments>): Promise<unknown> =>
  (await readGuest({ ...NONE, ...given }))?.command;

it('a file is run by what its kind is run by, and gets the arguments behind `--`', async () => {
  const [script, python, program] = [
    written('agent.ts', ''),
    written('agent.py', ''),
    written('agent', '#!/bin/sh\n', 0o755),
  ];
  expect(await command({ agent: script, '--': ['--fast'] })).toEqual([process.execPath, script, '--fast']);
  expect(await command({ agent: path.relative('.', python) })).toEqual(['python3', python]);
  expect(await command({ agent: program })).toEqual([program]);
  expect(await command({ agent: 'ruby', '--': ['agent.rb'] })).toEqual(['ruby', 'agent.rb']);
  expect(await command({ '--': ['cargo', 'run'] })).toEqual(['cargo', 'run']);
  expect(await readGuest(NONE)).toBeUndefined();
});

it('what cannot be run is said before anything runs, with the next step', async () => {
  const plain = written('agent', '#!/bin/sh\n');
  expect(await refused({ agent: './none.ts' })).toContain('there is no such file');
  expect(await refused({ agent: plain })).toMatch(/is not executable\. `chmod \+x/);
  expect(await refused({ '--': [plain] })).toMatch(/is not executable/);
  expect(await refused({ agent: path.dirname(plain) })).toContain('it is a directory');
});

it('it sees no variable of ours but those that are named', async () => {
  process.env['GUEST_TEST_KEY'] = 'ours';
  const guest = await readGuest({ ...NONE, '--': ['true'], env: ['GUEST_TEST_KEY', 'REGION=eu=1'] });
  delete process.env['GUEST_TEST_KEY'];
  expect(guest?.environment).toEqual({ GUEST_TEST_KEY: 'ours', REGION: 'eu=1' });
  expect(await refused({ '--': ['true'], env: ['GUEST_TEST_KEY'] })).toContain('no such variable is set');
  expect(await refused({ '--': ['true'], env: ['1=2'] })).toContain('write NAME, or NAME=VALUE');
});

it('what belongs to an agent is refused without one, and what is no duration everywhere', async () => {
  expect(await refused({ model: 'script.json' })).toContain('--model: it is for an agent of your own');
  expect(await refused({ env: ['A=1'] })).toContain('--env: it is for an agent of your own');
  expect(await refused({ '--': ['true'], timeout: 'soon' })).toContain('a whole number and a unit');
});

it("a model's script is JSON, YAML or a module; a fault in it is named", async () => {
  const turns = [{ say: 'hello' }];
  const files = [
    written('script.json', JSON.stringify({ turns })),
    written('script.yaml', 'turns:\n  - say: hello\n'),
    written('script.ts', `export default ${JSON.stringify({ turns })};\n`),
  ];
  for (const model of files) {
    expect(await readGuest({ ...NONE, '--': ['true'], model })).toMatchObject({ model: { turns } });
  }
  const wrong = written('wrong.json', '{ "turns": [{ "sya": "hello" }] }');
  expect(await refused({ '--': ['true'], model: wrong })).toMatch(/Failed to read model script[\s\S]*sya/);
  expect(await refused({ '--': ['true'], model: './none.json' })).toContain('ENOENT');
});

it('a policy is refused where nobody could tell which agent, which world, or what goes wrong', async () => {
  const policy = written('interlock.yaml', ownPolicy(ONCE));
  const tried = (file: string, as?: string, faults?: string): Promise<string> =>
    readOwnPolicy(file, as, faults).then(
      () => 'taken',
      ({ message }: Error) => message,
    );
  expect(await tried(policy)).toBe('taken');
  expect(await tried(policy, 'refunds-bto')).toContain('did you mean `refunds-bot`?');
  const two = ownPolicy(ONCE).replace('never:', '  other-bot: { stage: sandbox, allow: [create_refund] }\nnever:');
  expect(await tried(written('two.yaml', two))).toContain('`--as`: refunds-bot, other-bot');
  const bare = ownPolicy(ONCE).replace(', mock: payments', '');
  expect(await tried(written('bare.yaml', bare))).toContain('has no `mock:`');
  const elsewhere = written('faults.yaml', 'shop: []');
  expect(await tried(policy, undefined, elsewhere)).toContain('there is no upstream `shop`');
  const odd = written('odd.yaml', 'payments: [{ match: POST /v1/refunds, fault: { kind: rest } }]');
  expect(await tried(policy, undefined, odd)).toMatch(/kind/);
});
