import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../scenarios/stage.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FIXTURES = 'test/fixtures/policies';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function interlock(...args: string[]): Promise<Ran> {
  const script = "import { main } from './src/cli/main.ts'; process.exitCode = await main(process.argv.slice(1));";
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--input-type=module', '-e', script, '--', ...args],
      { cwd: ROOT },
      (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), out, err });
      },
    );
  });
}

describe('interlock check', () => {
  test('a sound policy: exit 0, and what each agent may do at most', async () => {
    const { code, out } = await interlock('check', `${FIXTURES}/valid/refunds-bot.yaml`);
    expect(code).toBe(0);
    expect(out).toMatch(/is sound \(environment production, digest [0-9a-f]{12}\)/);
    expect(out).toMatch(/refunds-bot .* 500\.00 USD .* read: 3000 .* create_refund .* get_charge/);
    expect(out.match(/^warning: .*$/gm)).toEqual([
      expect.stringMatching(
        /refunds-bot\.yaml:\d+:12: `refunds-bot` may work in production, and nothing says what it must/,
      ),
    ]);
  });

  test('every problem at its place, on stderr, and exit 1', async () => {
    const { code, out, err } = await interlock('check', '--policy', `${FIXTURES}/several-at-once.yaml`);
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toContain('several-at-once.yaml:18:25: unknown route `create_refnd`; did you mean `create_refund`?\n');
    expect(err).toContain('3 problems. Nothing was loaded.');
  });

  test('a mock that is not there is worth a warning at its place, and no module is run for it', async () => {
    const file = path.join(temporaryDirectory(), 'interlock.yaml');
    writeFileSync(path.join(path.dirname(file), 'own.js'), 'console.log("it was run");');
    const upstream = (id: string, mock: string): string =>
      `  ${id}: { url: https://a.example, credential: { env: K, as: bearer }, mock: ${mock} }`;
    const text = `version: 1
upstreams:
${[upstream('one', 'paymets'), upstream('two', './owm.js'), upstream('three', './own.js'), upstream('four', 'shop')].join('\n')}
routes:
  get_one: { match: GET /one, upstream: one, effect: read }
  get_two: { match: GET /two, upstream: two, effect: read }
  get_three: { match: GET /three, upstream: three, effect: read }
  get_four: { match: GET /four, upstream: four, effect: read }
agents: { bot: { stage: production, allow: [get_one, get_two, get_three, get_four] } }
promotion: none
`;
    writeFileSync(file, text);
    const { code, out } = await interlock('check', file);
    expect(code).toBe(0);
    expect(out).toMatch(/warning: .*interlock\.yaml:3:76: `paymets` is no mock; .*did you mean `payments`\?/);
    expect(out).toMatch(/warning: .*interlock\.yaml:4:76: there is no file `.*owm\.js`; did you mean `\.\/own\.js`\?/);
    expect(out.match(/^warning:/gm)).toHaveLength(2);
    expect(out).not.toContain('it was run');
    const { warnings } = JSON.parse((await interlock('check', file, '--json')).out) as { warnings: object[] };
    expect(warnings[0]).toMatchObject({
      line: 3,
      path: 'upstreams.one.mock',
      found: 'paymets',
      suggestion: 'payments',
    });
  });

  test('--json prints JSON alone, of problems and of the blast radius', async () => {
    const bad = await interlock('check', `${FIXTURES}/unknown-route.yaml`, '--json');
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.out)).toMatchObject({
      ok: false,
      problems: [{ line: 17, column: 25, suggestion: 'create_refund' }],
    });
    const good = await interlock('check', '-p', `${FIXTURES}/valid/everything.yaml`, '--json');
    expect(good.code).toBe(0);
    expect(JSON.parse(good.out)).toMatchObject({
      ok: true,
      environment: 'staging',
      total: {
        moneyPerDay: [
          { currency: 'EUR', max: '2000.00' },
          { currency: 'USD', max: '500.00' },
        ],
        destructive: ['delete_contact'],
      },
      warnings: [{}, {}, { path: 'agents.refunds-bot.stage' }],
      promotion: null,
    });
  });

  test('what each stage demands, who comes how far, and what is waived', async () => {
    const file = `${FIXTURES}/valid/promotion.yaml`;
    const { code, out } = await interlock('check', file);
    expect(code).toBe(0);
    for (const line of [
      'Of this no write is sent yet for refunds-bot, cleaner: it is refused, in staging.',
      'Promotions (signed with one of the 2 keys of the policy, approved by two people, good for 14d):',
      /^- refunds-bot \(version 1\.4\.2, model gpt-5, prompt 5f5f5f5f5f5f…\) starts in staging; from there to shadow, then limited step 1 \(create_refund: 1 named of subject\), then limited step 2 \(create_refund: 1 named of subject, and 1% of the others\),/m,
      'For limited, shown in shadow:\n  - 21 days of calls\n',
      'For each further step of limited, shown at the step before it:\n  - 2 days of calls\n',
      'harm in less than 0.4% of the sessions (99% sure, looked at once, at 1200 sessions)',
      'waived, and the policy answers for it: harm, agreement, scenarios, the probe, efficacy',
      'harm above 2%; disagreement of reviewers above 15%, once that is 99.5% sure. Waived: errors, drift.',
      // It will be in shadow before it is anything more.
      '- create_refund: refused: no OpenAPI document',
    ])
      expect(out).toMatch(line);
    const { promotion, ladders } = JSON.parse((await interlock('check', file, '--json')).out) as Record<
      string,
      unknown
    >;
    expect(promotion).toMatchObject({
      people: 2,
      keys: [{}, {}].map(() => expect.any(String) as string),
      demotion: { waived: ['errors', 'drift'] },
    });
    expect(ladders).toMatchObject([
      {
        agent: 'refunds-bot',
        base: 'staging',
        declared: 'production',
        identity: { version: '1.4.2' },
        rungs: [{ stage: 'shadow' }, { stage: 'limited', step: 1 }, { step: 2 }, { step: 3 }, { stage: 'production' }],
      },
      { agent: 'cleaner', identity: null, rungs: [{ stage: 'shadow', waived: ['the probe', 'efficacy'] }] },
    ]);
  });

  test('that nobody asks is said as loudly', async () => {
    const file = path.join(temporaryDirectory(), 'interlock.yaml');
    const text = readFileSync(path.join(ROOT, FIXTURES, 'valid/refunds-bot.yaml'), 'utf8');
    writeFileSync(file, `${text}\npromotion: none\n`);
    const { out } = await interlock('check', file);
    expect(out).toContain(
      'Promotions: none. Nobody asks what an agent has shown; each works where it is declared: refunds-bot in production.',
    );
    expect(out).not.toContain('warning');
  });

  test('a missing file: exit 1 and the next step', async () => {
    const { code, err } = await interlock('check', 'no-such.yaml');
    expect(code).toBe(1);
    expect(err).toContain('no-such.yaml:1:1: there is no such file; create it, or name another one');
  });
});
