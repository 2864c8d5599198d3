import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { readAdvice } from '../../../src/gate/advice.ts';
import { newSigningKey } from '../../../src/journal/index.ts';
import { readPromotion } from '../../../src/promotion/index.ts';
import { sarifFaults } from '../../report/gate/sarif-shape.ts';
import { interlock } from '../served.ts';
import { project, type Project } from './project.ts';

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** `interlock gate` in this process. */
async function gate(where: Project, ...more: readonly string[]): Promise<Said> {
  const [out, err]: [string[], string[]] = [[], []];
  const log = vi.spyOn(console, 'log').mockImplementation((text: string) => void out.push(text));
  const error = vi.spyOn(console, 'error').mockImplementation((text: string) => void err.push(text));
  const asked = ['gate', '--policy', where.policy, '--data', where.data, '--agent', 'refunds-bot', '--to', 'limited'];
  const code = await main([...asked, '--out', path.join(where.dir, 'out'), ...more]);
  log.mockRestore();
  error.mockRestore();
  process.exitCode = undefined;
  return { code, out: out.join('\n'), err: err.join('\n') };
}

/** A command as a shell takes it apart, run in this process. */
async function typed(command: string): Promise<Pick<Said, 'code' | 'err'>> {
  const taken = command.replace(/^interlock/, String.raw`printf '%s\0'`);
  const { stdout } = await promisify(execFile)('bash', ['-c', taken]);
  const err: string[] = [];
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(console, 'log').mockReturnValue();
  vi.spyOn(console, 'error').mockImplementation((text: string) => void err.push(text));
  const code = await main(stdout.split('\0').slice(0, -1));
  vi.restoreAllMocks();
  process.exitCode = undefined;
  return { code, err: err.join('\n') };
}

const promotionsIn = ({ data }: Project): readonly string[] =>
  existsSync(path.join(data, 'promotions')) ? readdirSync(path.join(data, 'promotions')) : [];

describe('an agent that has shown what is demanded', () => {
  let its: Project;
  beforeAll(async () => {
    its = await project();
  });

  test('passes with 0, and without a key nothing is signed', async () => {
    const { code, out } = await gate(its);
    expect(out).toContain('PASS: refunds-bot has shown what limited (step 1) demands');
    expect(code).toBe(0);
    expect(out).toContain('Nothing is signed yet');
    expect(promotionsIn(its)).toEqual([]);
    expect(readAdvice(its.data)).toMatchObject([{ agent: 'refunds-bot', to: 'limited', verdict: 'PASS', lacking: [] }]);
  });

  test('is promoted by a key that the policy trusts, for this policy, identity and step', async () => {
    const { code, out } = await gate(its, '--key', its.key, '--approve', 'Kim: read the page');
    expect([code, out]).toEqual([0, expect.stringContaining('interlock promotion admit')]);
    const [name = ''] = promotionsIn(its);
    const read = readPromotion(readFileSync(path.join(its.data, 'promotions', name), 'utf8'));
    if (!read.ok) throw new Error(read.failure.message);
    expect(read.value.promotion).toMatchObject({
      agent: 'refunds-bot',
      from: 'shadow',
      stage: 'limited',
      step: 1,
      segment: ['create_refund: 1% of subject'],
      identity: { version: '1.4.2', model: 'gpt-5' },
      approvals: [{ by: 'Kim', reason: 'read the page' }],
    });
  });

  test('writes five reports that can be read, and each query behind a number is one that runs', async () => {
    await gate(its);
    const out = path.join(its.dir, 'out');
    expect(readdirSync(out)).toEqual(['gate.html', 'gate.json', 'gate.junit.xml', 'gate.md', 'gate.sarif']);
    expect(sarifFaults(JSON.parse(readFileSync(path.join(out, 'gate.sarif'), 'utf8')))).toEqual([]);
    expect(readFileSync(path.join(out, 'gate.html'), 'utf8')).toContain('harm per session');
    const { criteria } = JSON.parse(readFileSync(path.join(out, 'gate.json'), 'utf8')) as {
      readonly criteria: readonly { readonly commands: readonly string[] }[];
    };
    const queries = new Set(criteria.flatMap(({ commands }) => commands.filter((one) => one.includes(' query '))));
    expect(queries.size).toBeGreaterThan(2);
    for (const query of queries) expect(await typed(query), query).toEqual({ code: 0, err: '' });
  });

  test('a key that the policy does not trust signs nothing, and the gate says that it could not', async () => {
    const other = path.join(its.dir, 'other.key');
    writeFileSync(other, newSigningKey('gate.example'), { mode: 0o600 });
    const before = promotionsIn(its).length;
    const { code, err } = await gate(its, '--key', other);
    expect([code, err]).toEqual([3, expect.stringContaining('does not trust it')]);
    expect(promotionsIn(its)).toHaveLength(before);
  });
});

describe('an agent that has not', () => {
  test('an empty journal is INCONCLUSIVE, 2, and nothing is signed although there is a key', async () => {
    const its = await project({}, { worked: 0 });
    const { code, out } = await gate(its, '--key', its.key);
    expect(out).toContain('INCONCLUSIVE: refunds-bot has not shown enough');
    expect(code).toBe(2);
    expect(promotionsIn(its)).toEqual([]);
    expect(readAdvice(its.data)[0]?.lacking.map(({ criterion }) => criterion)).toContain('sessions');
    const { stdout } = await interlock('status', '--policy', its.policy, '--data', its.data);
    expect(JSON.parse(stdout)).toMatchObject({ gate: [{ agent: 'refunds-bot', verdict: 'INCONCLUSIVE' }] });
  });

  test('harm that evidence speaks of is FAIL, 1, at its line of the policy in SARIF, and nothing is signed', async () => {
    const its = await project({ harm: '< 20%' }, { wrong: 8 });
    const { code, out } = await gate(its, '--key', its.key);
    expect(out).toContain('FAIL: refunds-bot must not go to limited');
    expect(code).toBe(1);
    expect(promotionsIn(its)).toEqual([]);
    const sarif = readFileSync(path.join(its.dir, 'out/gate.sarif'), 'utf8');
    const line =
      readFileSync(its.policy, 'utf8')
        .split('\n')
        .findIndex((text) => text.includes('harm: "< 20%"')) + 1;
    expect(JSON.parse(sarif)).toMatchObject({
      runs: [
        {
          results: expect.arrayContaining([
            expect.objectContaining({
              level: 'error',
              locations: [
                expect.objectContaining({
                  physicalLocation: expect.objectContaining({ region: expect.objectContaining({ startLine: line }) }),
                }),
              ],
            }),
          ]),
        },
      ],
    });
  });

  test('where people must approve, it lacks nobody but them', async () => {
    const its = await project({ people: 1 });
    const alone = await gate(its, '--key', its.key);
    expect([alone.code, promotionsIn(its)]).toEqual([2, []]);
    const approved = await gate(its, '--key', its.key, '--approve', 'Kim: read the page');
    expect(approved.out).toContain('PASS');
    expect([approved.code, promotionsIn(its).length]).toEqual([0, 1]);
  });

  test('a hole that the gate finds itself is FAIL, and is told at the rule that it breaks', async () => {
    const its = await project({
      probe: '{ runs: 200 }',
      share: '[1%, 100%]',
      rules: '    rates: [{ route: create_refund, max: 50, per: 1h }]',
    });
    const { code, out } = await gate(its);
    expect(out).toContain('FAIL');
    expect(code).toBe(1);
    const sarif = readFileSync(path.join(its.dir, 'out/gate.sarif'), 'utf8');
    expect(sarif).toContain('interlock/probe-found');
    expect(sarif).toContain('"fullyQualifiedName": "never[0]"');
  });
});

describe('what the gate cannot look at is 3, and nothing else', () => {
  test.each([
    ['a policy with a mistake', ['--policy', '/nowhere/interlock.yaml']],
    ['an option that nobody understands', ['--too', 'limited']],
    ['an approval without a reason', ['--approve', 'Kim']],
    ['a step beyond the ramp', ['--step', '9']],
    ['a sandbox report that is not there', ['--sandbox', '/nowhere']],
    ['a probe that is not there', ['--probe', '/nowhere.json']],
  ])('%s', async (_, more) => {
    const its = await once();
    const twice = more[0] === '--policy' ? { ...its, policy: more[1] ?? '' } : its;
    const { code, err } = await gate(twice, ...(more[0] === '--policy' ? [] : more));
    expect(err).not.toBe('');
    expect(code).toBe(3);
  });

  test('no journal', async () => {
    const its = await once();
    expect((await gate({ ...its, data: path.join(its.dir, 'nothing') })).code).toBe(3);
  });

  let made: Promise<Project> | undefined;
  const once = (): Promise<Project> => (made ??= project({}, { worked: 0 }));
});
