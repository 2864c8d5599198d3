import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../../scenarios/stage.ts';
import { interlock } from '../served.ts';

const CLI = path.join(import.meta.dirname, '../../../bin/interlock.js');

const POLICY = `version: 1
upstreams:
  payments:
    url: https://api.stripe.com
    credential: { env: STRIPE_SECRET_KEY, as: bearer }
    mock: MOCK
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
RULES
`;
const ONCE = '    once: [{ route: create_refund, per: subject }]';
const LEAKY = '    rates: [{ route: create_refund, max: 20, per: 1h }]';
const NEVER = 'never: [{ effect: create_refund, morePer: subject, than: 1 }]';

/** A policy, and an oracle that says on stderr when the search begins, and in which batch something was kept. */
function project(rules: string, mock = 'payments', see = 'return undefined;'): { dir: string; given: string[] } {
  const dir = temporaryDirectory();
  writeFileSync(path.join(dir, 'interlock.yaml'), POLICY.replace('MOCK', mock).replace('RULES', `${rules}\n${NEVER}`));
  writeFileSync(
    path.join(dir, 'oracle.mjs'),
    `let begun = false;
export default {
  name: 'watchful',
  text: 'nothing',
  watch() {
    if (!begun) process.stderr.write('begun\\n');
    begun = true;
    return { see(deed) { ${see} } };
  },
};
`,
  );
  return {
    dir,
    given: ['-p', path.join(dir, 'interlock.yaml'), '--oracle', path.join(dir, 'oracle.mjs'), '--seed', '5'],
  };
}

/** The command, interrupted once it has begun to search. */
async function interrupted(given: readonly string[], signals: readonly NodeJS.Signals[], until = (): boolean => true) {
  const child = spawn(process.execPath, [CLI, 'probe', ...given], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const isReady = (): boolean => stderr.includes('begun') && until();
  while (!isReady()) await new Promise((resolve) => setTimeout(resolve, 20));
  for (const signal of signals) child.kill(signal);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

describe('a probe that is interrupted', () => {
  test('tells what it has, and that it is not all', async () => {
    const { given } = project(ONCE);
    // Twice at once, as `npx` passes a signal on.
    const { code, stdout } = await interrupted([...given, '--time', '10m', '--json'], ['SIGINT', 'SIGINT']);
    expect(code).toBe(130);
    const report = JSON.parse(stdout) as { ended: string; runs: number };
    expect(report.ended).toBe('interrupted');
    expect(report.runs).toBeGreaterThan(0);
  });

  test('has kept what it found by then, and says that it found it', async () => {
    const { dir, given } = project(LEAKY);
    const save = path.join(dir, 'found');
    const more = ['--time', '10m', '--keep-going', '--save', save];
    const isKept = (): boolean => readdirSync(dir).includes('found') && readdirSync(save).length > 0;
    const { code, stdout } = await interrupted([...given, ...more], ['SIGTERM'], isKept);
    expect(code).toBe(1);
    expect(stdout).toContain('HOLE 1 of 1');
    expect(stdout).toContain('It was interrupted.');
  });
});

describe('what a user wrote and what throws', () => {
  test('an oracle: it is named, with what it saw and how to come there again, and without a stack', async () => {
    const { given } = project(ONCE, 'payments', "throw new TypeError('no such field');");
    const { code, stdout, stderr } = await interlock('probe', ...given, '--runs', '100');
    expect(code).toBeGreaterThan(0);
    expect(stdout).not.toContain('None found');
    expect(stderr).toMatch(
      /the oracle `watchful` of .*oracle\.mjs threw `no such field` when it saw `.+` of `.+` by .+\. It was seed 5, path \d+\/[\d:]+\./,
    );
    expect(stderr).not.toMatch(/^ {4}at |please report/m);
  });

  test('a mock: it and its upstream are named, with what it was asked', async () => {
    const { dir, given } = project(ONCE, './mock.mjs');
    writeFileSync(
      path.join(dir, 'mock.mjs'),
      `const world = { ledger: [], ids: () => ({}), handle() { throw new RangeError('out of stock'); } };
export default { name: 'mine', paths: ['/v1'], create: () => world };
`,
    );
    const { code, stderr } = await interlock('probe', ...given, '--runs', '100');
    expect(code).toBeGreaterThan(0);
    expect(stderr).toMatch(
      /the mock `\.\/mock\.mjs` of upstream `payments` threw `out of stock` when it was asked `\w+ \/v1\/.*` by refunds-bot/,
    );
    expect(stderr).not.toMatch(/^ {4}at |please report/m);
  });
});
