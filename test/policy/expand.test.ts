import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ENTRIES_MAX } from '../../src/policy/expand/quota.ts';
import { expandPolicy } from '../../src/policy/expand/expand.ts';
import { NO_FILES } from '../../src/policy/files.ts';
import { formatProblem, loadPolicy } from '../../src/policy/index.ts';
import { readSource, type Source } from '../../src/policy/source.ts';

const VALID = path.resolve(import.meta.dirname, '../fixtures/policies/valid');
const written = (name: string): string => readFileSync(path.join(VALID, `${name}.yaml`), 'utf8');

function expanded(text: string): Source {
  const source = readSource(text);
  if (!source.ok) throw new Error(JSON.stringify(source.failure));
  const result = expandPolicy(source.value, 'p.yaml', NO_FILES);
  if (!result.ok || result.value.problems.length > 0) throw new Error(JSON.stringify(result));
  return result.value.source;
}

function load(text: string) {
  const loaded = loadPolicy(text, 'p.yaml');
  if (!loaded.ok) throw new Error(loaded.failure.map((problem) => formatProblem('p.yaml', problem)).join('\n'));
  return loaded.value;
}

const ROUTES = `
version: 1
upstreams: { payments: { url: "https://api.example", credential: { env: KEY, as: bearer } } }
routes:
  get_charge: { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
  create_refund: { match: POST /v1/refunds, upstream: payments, effect: money, amount: { minor: body.amount, currency: USD } }
`;

describe('a policy with shorthands', () => {
  test('is what it stands for, written out by hand', () => {
    expect(expanded(written('shorthands')).data).toEqual(parse(written('shorthands-written-out')));
  });

  test('has the digest of what it stands for', () => {
    expect(load(written('shorthands')).digest).toBe(load(written('shorthands-written-out')).digest);
  });

  test('keeps the place of everything where its author wrote it', () => {
    const text = written('shorthands');
    const source = expanded(text);
    const lines = text.split('\n');
    const stands = (...at: (string | number)[]) => {
      const { line, column, found } = source.place(at);
      expect(lines[line - 1]?.slice(column - 1)).toContain(found.replace(/…$/, ''));
      return [found, lines[line - 1]?.trim()];
    };
    expect(stands('agents', 'refunder', 'once', 1, 'route')).toEqual(['refunds', expect.stringContaining('once:')]);
    expect(stands('agents', 'night-refunder', 'rates', 1, 'max')).toEqual([
      '10',
      expect.stringContaining('effect: money'),
    ]);
    expect(stands('agents', 'night-refunder', 'rates', 3, 'max')).toEqual([
      '5',
      expect.stringContaining('night-refunder'),
    ]);
    expect(stands('agents', 'refunder', 'allow', 1)).toEqual(['reads', expect.stringContaining('reader: { allow')]);
    expect(stands('agents', 'refunder', 'allow', 3, 'when')[0]).toBe(`"task != 'drill'"`);
    expect(stands('agents', 'refunder', 'stage')).toEqual(['limited', 'stage: limited']);
    expect(stands('budgets', 0, 'routes', 1)).toEqual(['refunds', expect.stringContaining('max: 900 USD')]);
  });

  test('keeps the ids of rules in the order of defaults, templates, own', () => {
    const { rules } = [...load(written('shorthands')).policy.agents.values()][2]!;
    expect(rules.rates.map(({ rule, max }) => [rule, max])).toEqual([
      ['night-refunder.rates[0]', 1000],
      ['night-refunder.rates[1]', 10],
      ['night-refunder.rates[2]', 100],
      ['night-refunder.rates[3]', 5],
    ]);
  });
});

describe('an inherited rule', () => {
  const withDefault = (rule: string): string =>
    `${ROUTES}defaults: { rates: [${rule}] }
agents:
  reader: { stage: production, allow: [get_charge] }
  refunder: { stage: production, allow: [create_refund] }
`;
  const counts = (text: string) =>
    Object.fromEntries([...load(text).policy.agents.values()].map(({ id, rules }) => [id, rules.rates.length]));

  test.each([
    ['{ max: 9, per: 1h }', { reader: 1, refunder: 1 }],
    ['{ effect: money, max: 9, per: 1h }', { reader: 0, refunder: 1 }],
    ['{ effect: write, max: 9, per: 1h }', { reader: 0, refunder: 1 }],
    ['{ effect: read, max: 9, per: 1h }', { reader: 1, refunder: 0 }],
    ['{ route: get_charge, max: 9, per: 1h }', { reader: 1, refunder: 0 }],
    ['{ routes: [get_charge, create_refund], max: 9, per: 1h }', { reader: 1, refunder: 1 }],
  ])('%s is left out where it concerns nothing', (rule, left) => {
    expect(counts(withDefault(rule))).toEqual(left);
  });

  test('that names a route nobody has is no rule to leave out but a mistake', () => {
    const loaded = loadPolicy(withDefault('{ routes: [create_refund, get_chrage], max: 9, per: 1h }'), 'p.yaml');
    expect(loaded.ok ? [] : loaded.failure).toMatchObject([
      { message: 'unknown route `get_chrage`', suggestion: 'get_charge' },
    ]);
  });

  test('on money is left out for an agent that moves none, as is a bound on items where nothing is counted', () => {
    const text = withDefault('{ max: 9, per: 1h }').replace(
      'defaults: {',
      'defaults: { budgets: [{ max: 5 USD, per: 1h }], collar: [{ max: 5 USD }],',
    );
    const [reader, refunder] = [...load(text).policy.agents.values()];
    expect([reader!.rules.budgets, reader!.rules.collar]).toEqual([[], []]);
    expect([refunder!.rules.budgets.length, refunder!.rules.collar.length]).toEqual([1, 1]);
  });

  test('of another agent stays that agent’s own, and an own rule that concerns nothing stays an error', () => {
    const text = withDefault('{ max: 9, per: 1h }').replace(
      'allow: [get_charge]',
      'allow: [get_charge], rates: [{ effect: money, max: 1, per: 1h }]',
    );
    const loaded = loadPolicy(text, 'p.yaml');
    expect(loaded.ok ? [] : loaded.failure).toMatchObject([{ path: 'agents.reader.rates[1].effect' }]);
  });
});

describe('shorthands that would fill the memory are refused', () => {
  const many = (count: number, line: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => line(index)).join(', ');

  test.each([
    [
      'many rules for many agents',
      `templates: { t: { stage: shadow, allow: [get_charge], rates: [${many(2_000, () => '{ max: 9, per: 1h }')}] } }
agents: { ${many(200, (index) => `a${index}: { extends: t }`)} }`,
    ],
    [
      'many routes in many rules',
      `routes: { ${many(1_000, (index) => `r${index}: { match: GET /r${index}, upstream: payments, effect: read }`)} }
groups: { g: [${many(1_000, (index) => `r${index}`)}] }
agents: { a: { stage: shadow, allow: [{ group: g }], rates: [${many(1_000, () => '{ group: g, max: 9, per: 1h }')}] } }`,
    ],
  ])('%s', (_name, text) => {
    const head = text.startsWith('routes') ? ROUTES.slice(0, ROUTES.indexOf('routes:')) : ROUTES;
    const loaded = loadPolicy(`${head}${text}\n`, 'p.yaml');
    const said = `written out, the policy has more than ${ENTRIES_MAX} routes and rules from here on`;
    expect(loaded.ok ? [] : loaded.failure.map(({ message }) => message)).toContain(said);
  });
});
