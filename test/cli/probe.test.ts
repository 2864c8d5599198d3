import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { WriteStream } from 'node:tty';
import { describe, expect, test, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { adversariesNamed } from '../../src/cli/probe/adversaries.ts';
import { extentOf, seedOf } from '../../src/cli/probe/options.ts';
import { ProgressLine, progressWords } from '../../src/cli/probe/progress.ts';
import { probeIn } from '../../src/gate/evidence/probe.ts';
import { adversaries } from '../../src/lab/adversaries/all.ts';
import type { Approach } from '../../src/lab/probe/nearness.ts';
import type { Progress } from '../../src/lab/probe/result.ts';
import { temporaryDirectory } from '../scenarios/stage.ts';
import { interlock } from './served.ts';

/** A policy file with the payments world behind it, whose bot has these rules. */
function policyFile(
  rules: string,
  never = '{ effect: create_refund, morePer: subject, than: 1 }',
  mock = 'mock: payments',
): string {
  const file = path.join(temporaryDirectory(), 'interlock.yaml');
  writeFileSync(
    file,
    `version: 1
upstreams:
  payments:
    url: https://api.stripe.com
    credential: { env: STRIPE_SECRET_KEY, as: bearer }
    ${mock}
routes:
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
    precondition: { read: "GET /v1/charges/{body.charge}", require: 'response.body.currency == "usd"' }
  get_charge: { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
agents:
  refunds-bot:
    stage: shadow
    allow: [create_refund, get_charge]
${rules}
${never === '' ? '' : `never: [${never}]`}
`,
  );
  return file;
}

const ONCE = '    once: [{ route: create_refund, per: subject }]';
const RATE = '    rates: [{ route: create_refund, max: 20, per: 1h }]';

describe('interlock probe', () => {
  test('what was found is told although nothing of it can be written', async () => {
    const file = policyFile(RATE);
    const taken = temporaryDirectory();
    const given = ['--runs', '400', '--seed', '5', '--junit', taken];
    const { code, stdout, stderr } = await interlock('probe', '-p', file, ...given);
    expect(code).toBe(1);
    expect(stdout).toContain('HOLE 1 of 1');
    expect(stderr).toContain(`Failed to write --junit ${taken}: `);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  test('a hole: exit 1, the story, the gap, the patch that closes it, and a JUnit failure', async () => {
    const policy = policyFile(RATE);
    const junit = path.join(temporaryDirectory(), 'out/probe.xml');
    const kept = path.join(temporaryDirectory(), 'found');
    const given = ['--runs', '400', '--seed', '5', '--junit', junit, '--save', kept];
    const { code, stdout } = await interlock('probe', '-p', policy, ...given);
    expect(code).toBe(1);
    expect(stdout).toContain('HOLE 1 of 1\nnever[0]: create_refund happened 2 times');
    expect(stdout).toMatch(/let through; the business commits/);
    expect(stdout).toContain('No rule looks at `create_refund` per subject.');
    expect(stdout).toContain('+    once: [{ route: create_refund, per: subject }]');
    expect(stdout).toContain('HAPPENED  never[0]: more than 1 create_refund per subject');
    expect(stdout).toMatch(/seed 5\./);
    const [file = ''] = readdirSync(kept);
    expect(file).toMatch(/^found-once-create_refund-[0-9a-f]+\.ts$/);
    expect(stdout).toContain(`Kept as ${path.join(kept, file)}`);
    const xml = readFileSync(junit, 'utf8');
    expect(xml).toContain('<testsuites name="interlock probe"');
    expect(xml).toMatch(/<failure message="create_refund happened 2 times[^"]*" type="harm">/);
    expect(xml).toContain('<property name="seed" value="5"/>');
    expect(xml).toMatch(/<property name="how near to never\[0\]" value="over 1: came to 2 /);
  });

  test('a policy that reads another currency than the business pays is found, and told first; a gate takes it for a finding', async () => {
    const file = policyFile(`${ONCE}\n    budgets: [{ max: 500 USD, per: day, timezone: UTC }]`);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^ {4}precondition:.*\n/m, ''));
    const given = ['probe', '-p', file, '--runs', '40', '--seed', '1', '--only', 'stranger'];
    const { code, stdout } = await interlock(...given);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^THE POLICY READS TOO LITTLE\nrefunds-bot: bound 0\.00 EUR a day; EXCEEDED: /);
    const printed = path.join(temporaryDirectory(), 'probe.json');
    writeFileSync(printed, (await interlock(...given, '--json')).stdout);
    expect(await probeIn(printed)).toMatchObject({
      value: { found: expect.arrayContaining([expect.stringMatching(/^refunds-bot: .* EUR a day, where/)]) },
    });
  });

  test('the patch closes the hole, and then none is found: exit 0, one JSON object on stdout, what was not reached', async () => {
    const policy = policyFile(`${RATE}\n${ONCE}`);
    const { code, stdout, stderr } = await interlock('probe', '-p', policy, '--runs', '60', '--seed', '5', '--json');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const told = JSON.parse(stdout) as Record<string, unknown>;
    expect(told).toMatchObject({ found: false, ended: 'runs', runs: 60, seed: 5, holes: [], bugs: [] });
    expect(told['never']).toEqual([
      expect.objectContaining({ rule: 'never[0]', limit: '1', came: '1', share: 1, outOfReach: false }),
    ]);
    expect(told['nearness']).toContainEqual(
      expect.objectContaining({ whose: 'refunds-bot', what: 'money calls an hour', bound: '20' }),
    );
    const { reached, of, groups } = told['coverage'] as { reached: number; of: number; groups: { group: string }[] };
    expect(reached).toBeLessThan(of);
    expect(groups.map(({ group }) => group)).toContain('window edges');
  });

  test('without `never`, budgets and `once` rules are held to what they mean, and it says so', async () => {
    const policy = policyFile(ONCE, '');
    const { code, stdout } = await interlock('probe', '-p', policy, '--runs', '40', '--seed', '5', '--only', 'looper');
    expect(code).toBe(0);
    expect(stdout).toContain('The policy has no `never`');
    expect(stdout).toContain('Say what must never happen');
  });

  test.each(['--save', '--junit'])(
    'a place for %s that takes nothing is said before anything is searched',
    async (option) => {
      const given = option === '--junit' ? '/proc/x/probe.xml' : '/proc/x';
      const { code, stderr, stdout } = await interlock('probe', '-p', policyFile(RATE), option, given);
      expect(code).toBe(2);
      expect(stderr).toMatch(new RegExp(`^Failed to open \`/proc/x\` for ${option}: ENOENT.*Name a directory`, 's'));
      expect(stdout).toBe('');
    },
  );

  test('an upstream without a mock is said on stderr with the next step, and nothing is searched', async () => {
    const { code, stdout, stderr } = await interlock('probe', '-p', policyFile(ONCE, undefined, ''));
    expect(stdout).toBe('');
    expect(stderr).toMatch(/its upstream `payments` has no `mock`.*`mock: NAME`, a shipped world \(.*payments.*\)/);
    expect(code).toBe(2);
  });

  test('what kept it from searching is exit 2, and no hole', async () => {
    const good = policyFile(ONCE);
    const dir = temporaryDirectory();
    const missing = path.join(dir, 'no-such.yaml');
    const broken = path.join(dir, 'broken.yaml');
    writeFileSync(broken, 'version: 1\nagents: 7\n');
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [[missing], /no such file; create it, or name another one: --policy PATH/],
      [[broken], /broken\.yaml:\d+:\d+: /],
      [[good, '--oracle', path.join(dir, 'none.ts')], /Failed to load oracles/],
      [[good, 'again.yaml'], /`again\.yaml` stands where no value is expected/],
      [['--polcy', good], /did you mean `--policy`\?/],
    ];
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    for (const [given, words] of cases) {
      said.mockClear();
      const code = await main(['probe', ...given]);
      expect(said.mock.calls.flat().join('\n')).toMatch(words);
      expect([given, code]).toEqual([given, 2]);
    }
    said.mockRestore();
  });

  test('the policy is the first word, as of `check`; help names the adversaries and the exit codes', async () => {
    const { code, stdout } = await interlock('probe', policyFile(ONCE), '--runs', '20', '--seed', '5', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ found: false, runs: 20 });
    const help = (await interlock('probe', '--help')).stdout.replaceAll(/\s+/g, ' ');
    for (const { name } of adversaries) expect(help).toContain(name);
    expect(help).toContain('Exit 2: it could not search');
  });
});

describe('what is written wrong is told with what would be right', () => {
  test.each<[() => unknown, RegExp]>([
    [() => adversariesNamed(['mine.yaml']), /write it first: `interlock probe mine\.yaml --only NAME`/],
    [() => adversariesNamed(['loper']), /did you mean `looper`\? There are: .*splitter/],
    [() => extentOf('0', undefined), /--runs `0`: it is a whole number, 1 or more/],
    [() => extentOf('1e3', undefined), /--runs `1e3`/],
    [() => extentOf(undefined, 'soon'), /--time `soon`: it is a whole number and a unit/],
    [() => seedOf('-1'), /--seed `-1`: it is a whole number below/],
    [() => seedOf('2147483648'), /--seed `2147483648`/],
  ])('%s', (wrong, said) => {
    expect(wrong).toThrow(said);
  });

  test('a search has a minute, or the runs that it was told to make, or whichever comes first', () => {
    expect(extentOf(undefined, undefined)).toEqual({ timeMs: 60_000 });
    expect(extentOf('2000', undefined)).toEqual({ runs: 2_000 });
    expect(extentOf('2000', '5m')).toEqual({ runs: 2_000, timeMs: 300_000 });
    expect(seedOf('7')).toBe(7);
    expect(seedOf(undefined)).toBeLessThan(2 ** 31);
  });

  test('adversaries play in their own order, however they are named', () => {
    expect(adversariesNamed(['splitter', 'looper']).map(({ name }) => name)).toEqual(['looper', 'splitter']);
    expect(adversariesNamed([])).toBe(adversaries);
  });
});

test('progress is one line: rewritten on a terminal, written now and then in a log', () => {
  const progress = { runs: 1_240, calls: 98_000, virtualMs: 86_400_000 * 730, reached: 120, of: 160, found: 0 };
  const nearest: Approach = {
    whose: 'bot',
    what: 'USD a day',
    bound: '500.00',
    came: '499.99',
    share: 0.99998,
    by: 'splitter',
  };
  const at = (elapsedMs: number): Progress => ({ ...progress, elapsedMs, nearest });
  expect(progressWords(at(12_000))).toBe(
    '12 s  1,240 runs  98,000 calls (8,167/s)  2.0 years  coverage 120/160  bot: bound 500.00 USD a day; came to 499.99 (99.9 %) by splitter',
  );
  const log = new Terminal(false);
  const logged = new ProgressLine(log.stream);
  for (let ms = 100; ms <= 30_000; ms += 100) logged.show(at(ms));
  logged.end();
  expect(log.written.map((line) => line.slice(0, 4))).toEqual(['10 s', '20 s', '30 s']);
  const terminal = new Terminal(true);
  const shown = new ProgressLine(terminal.stream);
  for (let ms = 0; ms <= 1_000; ms += 50) shown.show(at(ms));
  shown.end();
  expect(terminal.written).toHaveLength(11);
  expect(terminal.written.every((line) => line.length < 80 && !line.includes('\n'))).toBe(true);
  expect(terminal.cleared).toBe(12);
});

class Terminal {
  readonly written: string[] = [];
  cleared = 0;
  readonly stream: WriteStream;

  constructor(isTTY: boolean) {
    this.stream = {
      isTTY,
      columns: 80,
      write: (text: string) => this.written.push(text),
      cursorTo: () => true,
      clearLine: () => (this.cleared += 1),
    } as unknown as WriteStream;
  }
}
