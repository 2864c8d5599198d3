import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
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
    expect(out).not.toContain('warning');
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
      warnings: [{}, {}],
    });
  });

  test('a missing file: exit 1 and the next step', async () => {
    const { code, err } = await interlock('check', 'no-such.yaml');
    expect(code).toBe(1);
    expect(err).toContain('no-such.yaml:1:1: there is no such file; create it, or name another one');
  });
});
