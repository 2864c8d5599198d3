import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { INCLUDES_MAX } from '../../src/policy/expand/include.ts';
import { formatProblem, loadPolicy, loadRecorded, readPolicy, type PolicyFiles } from '../../src/policy/index.ts';
import { POLICY_CHARACTERS_MAX } from '../../src/policy/source.ts';
import { ok } from '../../src/std/result.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../fixtures/policies');
const INCLUDE = path.join(FIXTURES, 'include');
const faults = readdirSync(INCLUDE);

describe('every fault of an include is named with its file', () => {
  test.each(faults)('%s', async (fault) => {
    const folder = path.join(INCLUDE, fault);
    const file = path.join(folder, 'interlock.yaml');
    const loaded = await readPolicy(file);
    const shown = (loaded.ok ? [] : loaded.failure).map((problem) => `${formatProblem(file, problem)}\n`).join('');
    expect(shown.replaceAll(`${folder}/`, '')).toBe(readFileSync(path.join(folder, 'problems.txt'), 'utf8'));
  });
});

/** A valid policy in one file, and the same in three. */
const whole = readFileSync(path.join(FIXTURES, 'valid/refunds-bot.yaml'), 'utf8');
const [head, routes, agents] = whole.split(/^(?=routes:|agents:)/m) as [string, string, string];
const parts: Readonly<Record<string, string>> = { './routes.yaml': routes, 'more/agents.yaml': agents };
const main = head.replace('version: 1\n', 'version: 1\ninclude: [./routes.yaml, more/agents.yaml]\n');

function filesOf(texts: Readonly<Record<string, string>>, documents?: Readonly<Record<string, string>>): PolicyFiles {
  return { include: (name) => ok(texts[name]!), ...(documents !== undefined && { documents }) };
}

function load(text: string, files: PolicyFiles) {
  const loaded = loadPolicy(text, 'p.yaml', files);
  if (!loaded.ok) throw new Error(loaded.failure.map((problem) => formatProblem('p.yaml', problem)).join('\n'));
  return loaded.value;
}

describe('a policy in several files', () => {
  test('is the policy that it would be in one', () => {
    const plain = load(whole, filesOf({}));
    const parted = load(main, filesOf(parts));
    expect(parted.digest).toBe(plain.digest);
    expect([...parted.policy.routes.keys()]).toEqual([...plain.policy.routes.keys()]);
    expect([parted.includes, plain.includes]).toEqual([parts, {}]);
  });

  test('puts lists together in the order of the files', () => {
    const budget = (max: number): string => `budgets: [{ max: ${max} USD, per: 24h }]\n`;
    const { policy } = load(`${main}${budget(901)}`, filesOf({ ...parts, './routes.yaml': routes + budget(902) }));
    const pots = policy.shared.budgets.map(({ max }) => max.micros);
    expect(pots).toEqual([901_000_000n, 902_000_000n]);
  });

  test('may take templates, groups and defaults from another file', () => {
    const shared = 'templates: { seeing: { allow: [{ group: seen }] } }\ngroups: { seen: [get_charge] }\n';
    const text = `${whole}  seer: { stage: shadow, extends: seeing }\n`.replace(
      'version: 1\n',
      'version: 1\ninclude: [s.yaml]\n',
    );
    const { policy } = load(text, filesOf({ 's.yaml': shared }));
    expect([...policy.agents.values()].at(-1)).toMatchObject({ id: 'seer', allow: [{ route: 'get_charge' }] });
  });

  test(`has at most ${INCLUDES_MAX} of them, and no more text than one may have`, () => {
    const names = Array.from({ length: INCLUDES_MAX + 1 }, (_, index) => `f${index}.yaml`);
    const loaded = loadPolicy(`version: 1\ninclude: [${names.join(', ')}]\n`, 'p.yaml', filesOf({}));
    expect(loaded).toMatchObject({ failure: [{ line: 2, message: '33 files are included; at most 32 are' }] });
    const half = `# ${'x'.repeat(POLICY_CHARACTERS_MAX / 2)}\n`;
    const large = filesOf({ './routes.yaml': half + routes, 'more/agents.yaml': half + agents });
    expect(loadPolicy(main, 'p.yaml', large)).toMatchObject({
      failure: [{ path: 'include', message: expect.stringContaining('characters; at most 1000000 are read') }],
    });
  });

  test.each(['../routes.yaml', '/etc/passwd', 'a/../../b.yaml', 'a/./b.yaml', 'C:\\x.yaml', 'a//b', 'a/', '', 'x\\y'])(
    'that would leave its folder for `%s` reads nothing',
    (name) => {
      const asked: string[] = [];
      const files: PolicyFiles = { include: (one) => (asked.push(one), ok('')) };
      const loaded = loadPolicy(`version: 1\ninclude: [${JSON.stringify(name)}]\n`, 'p.yaml', files);
      expect(loaded).toMatchObject({ ok: false, failure: [{ message: 'this names no file that may be included' }] });
      expect(asked).toEqual([]);
    },
  );
});

describe('a recorded policy', () => {
  test('compiles to the same digest from its record alone, its files gone', async () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'interlock-include-'));
    const file = path.join(dir, 'interlock.yaml');
    writeFileSync(file, main.replace('more/agents.yaml', 'agents.yaml'));
    writeFileSync(path.join(dir, 'routes.yaml'), routes);
    writeFileSync(path.join(dir, 'agents.yaml'), agents);
    const read = await readPolicy(file);
    rmSync(dir, { recursive: true });
    if (!read.ok) throw new Error(JSON.stringify(read.failure));
    const { text, includes, digest } = read.value;
    expect(loadRecorded({ file, text, includes })).toMatchObject({ ok: true, value: { digest, includes } });
    expect(loadRecorded({ file, text })).toMatchObject({
      ok: false,
      failure: [
        { message: '`./routes.yaml` cannot be included: its text was not recorded with the policy' },
        { message: '`agents.yaml` cannot be included: its text was not recorded with the policy' },
      ],
    });
  });

  test('of an earlier version, without includes and documents, has the digest it had', () => {
    const digests = ['refunds-bot', 'everything'].map((name) => {
      const file = path.join(FIXTURES, 'valid', `${name}.yaml`);
      // It named a document then, of which nothing was recorded.
      const text = readFileSync(file, 'utf8')
        .replace('    port: 0', '    openapi: ./specs/payments.json\n    port: 0')
        .replace('    mock: payments', '    mock: ./mocks/payments.ts');
      const loaded = loadRecorded({ file, text });
      return loaded.ok ? loaded.value.digest : loaded.failure;
    });
    expect(digests).toEqual([
      '0651662d90dd6ca6fb5639748168d700be80a69ea4e4fe74020ff35107d3c75f',
      'cedf49bd8c33dfde6637ff06f73349a113978d9f7bbbd6327f1e165dc237c44c',
    ]);
  });

  test('goes by its documents too: other bytes of one are another policy', () => {
    const text = whole.replace('    credential:', '    openapi: ./payments.json\n    credential:');
    const [one, two] = ['1', '2'].map((digit) => {
      const documents = { './payments.json': digit.repeat(64) };
      const loaded = loadRecorded({ file: 'p.yaml', text, documents });
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
      expect(loaded.value.documents).toEqual(documents);
      return loaded.value.digest;
    });
    expect(one).not.toBe(two);
  });
});

test('an included file that is a directory, a dangling link or no UTF-8 is said to be that', async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-include-'));
  cpSync(path.join(INCLUDE, 'meaning-in-both'), dir, { recursive: true });
  const file = path.join(dir, 'interlock.yaml');
  const why = async (): Promise<string> => {
    const loaded = await readPolicy(file);
    return loaded.ok ? '' : loaded.failure.map(({ message }) => message).join();
  };
  rmSync(path.join(dir, 'routes.yaml'));
  symlinkSync(path.join(dir, 'nowhere'), path.join(dir, 'routes.yaml'));
  expect(await why()).toMatch(/there is no such file/);
  rmSync(path.join(dir, 'routes.yaml'));
  symlinkSync(dir, path.join(dir, 'routes.yaml'));
  expect(await why()).toMatch(/this is a directory/);
  rmSync(path.join(dir, 'routes.yaml'));
  writeFileSync(path.join(dir, 'routes.yaml'), Buffer.from('# caf\xe9\n', 'latin1'));
  expect(await why()).toMatch(/not UTF-8/);
});
