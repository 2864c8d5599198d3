import { execFile } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

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
