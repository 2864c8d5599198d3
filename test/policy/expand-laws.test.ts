import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { stringify } from 'yaml';
import type { Json } from '../../src/std/canonical-json.ts';
import { expandPolicy, type Expanded } from '../../src/policy/expand/expand.ts';
import { NO_FILES } from '../../src/policy/files.ts';
import type { Path } from '../../src/policy/problem.ts';
import { readSource, type Source } from '../../src/policy/source.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../fixtures/policies');
const SHORTHANDS = /^(include|groups|templates|defaults):|extends:|group:/m;

function sourceOf(text: string): Source | undefined {
  const source = readSource(text);
  return source.ok ? source.value : undefined;
}

function expand(source: Source): Expanded {
  const result = expandPolicy(source, 'p.yaml', NO_FILES);
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}

/** Every path in some data, and one beyond each end. */
function paths(data: Json, at: Path = []): Path[] {
  if (typeof data !== 'object' || data === null) return [at, [...at, 'beyond']];
  const inner = Object.entries(data).flatMap(([key, member]) =>
    paths(member, [...at, Array.isArray(data) ? Number(key) : key]),
  );
  return [at, [...at, 'missing'], ...inner];
}

const texts = (folder: string): [string, string][] =>
  readdirSync(path.join(FIXTURES, folder))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => [name, readFileSync(path.join(FIXTURES, folder, name), 'utf8')]);
const readable = [...texts('.'), ...texts('valid')].filter(([, text]) => sourceOf(text) !== undefined);
const plainOnes = readable.filter(([, text]) => !SHORTHANDS.test(text));

describe('a policy without shorthands expands to itself', () => {
  test('there are such policies', () => {
    expect(plainOnes.length).toBeGreaterThan(90);
  });

  test.each(plainOnes)('%s, with equal places', (_name, text) => {
    const source = sourceOf(text)!;
    const { source: expanded, problems } = expand(source);
    expect(problems).toEqual([]);
    expect(expanded.data).toEqual(source.data);
    for (const at of paths(source.data)) {
      expect(expanded.place(at)).toEqual(source.place(at));
      expect(expanded.place(at, 'key')).toEqual(source.place(at, 'key'));
      expect(expanded.place(at, 'value', 1)).toEqual(source.place(at, 'value', 1));
    }
  });
});

const ROUTES = ['read_a', 'read_b', 'pay', 'drop', 'note'] as const;
const HEAD = {
  version: 1,
  upstreams: { api: { url: 'https://api.example', credential: { env: 'KEY', as: 'bearer' } } },
  routes: {
    read_a: { match: 'GET /a', upstream: 'api', effect: 'read' },
    read_b: { match: 'GET /b', upstream: 'api', effect: 'read' },
    pay: { match: 'POST /pay', upstream: 'api', effect: 'money', amount: { minor: 'body.amount', currency: 'USD' } },
    drop: { match: 'DELETE /drop', upstream: 'api', effect: 'destructive' },
    note: { match: 'POST /note', upstream: 'api', effect: 'write' },
  },
};

const aRoute = fc.constantFrom(...ROUTES);
const aGroup = fc.constantFrom('g0', 'g1', 'g2', 'nowhere');
const aSelector = fc.oneof(
  fc.constant({}),
  fc.record({ route: aRoute }),
  fc.record({ routes: fc.uniqueArray(aRoute, { minLength: 1 }) }),
  fc.record({ effect: fc.constantFrom('read', 'write', 'money', 'destructive') }),
  fc.record({ group: aGroup }),
);
const aRate = fc.tuple(aSelector, fc.nat(8)).map(([selector, max]) => ({ ...selector, max: max + 1, per: '1h' }));
const anAllowance = fc.oneof(aRoute, fc.record({ route: aRoute }), fc.record({ group: aGroup }));
const aName = fc.constantFrom('t0', 't1', 't2', 'a0', 'a1', 'nobody');
const partial = fc.record(
  {
    stage: fc.constantFrom('shadow', 'production'),
    allow: fc.array(anAllowance, { maxLength: 4 }),
    rates: fc.array(aRate, { maxLength: 3 }),
    inflight: fc.oneof(
      fc.integer({ min: 1, max: 9 }),
      fc.array(
        aRate.map(({ per: _, ...rule }) => rule),
        { maxLength: 2 },
      ),
    ),
    extends: fc.oneof(aName, fc.array(aName, { maxLength: 3 })),
  },
  { requiredKeys: [] },
);
const named = <Value>(names: readonly string[], value: fc.Arbitrary<Value>) =>
  fc
    .tuple(...names.map(() => value))
    .map((values) => Object.fromEntries(names.map((name, i) => [name, values[i] as Value])));
const aPolicy = fc.record(
  {
    groups: named(['g0', 'g1', 'g2'], fc.uniqueArray(aRoute, { maxLength: 4 })),
    templates: named(['t0', 't1', 't2'], partial),
    defaults: partial,
    agents: named(['a0', 'a1', 'a2'], partial),
    budgets: fc.array(
      aSelector.map((selector) => ({ ...selector, max: '5 USD', per: '1h' })),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: ['agents'] },
);

interface Rule {
  readonly route?: string;
  readonly routes?: readonly string[];
  readonly effect?: string;
  readonly group?: string;
  readonly max?: number;
}
type Allowances = readonly (string | { readonly route?: string; readonly group?: string })[];
interface Partial {
  readonly allow: Allowances;
  readonly rates: readonly Rule[];
}
interface Plain {
  readonly allow: Allowances;
  readonly rates?: readonly Rule[];
}

/** What a selector means, said once more, without any of the code under test. */
function concerns(rule: Rule, route: string, groups: Readonly<Record<string, readonly string[] | undefined>>): boolean {
  const { effect } = HEAD.routes[route as keyof typeof HEAD.routes];
  if (rule.group !== undefined) return groups[rule.group]?.includes(route) === true;
  if (rule.route !== undefined) return rule.route === route;
  if (rule.routes !== undefined) return rule.routes.includes(route);
  if (rule.effect === 'write') return effect !== 'read';
  return rule.effect === undefined || rule.effect === effect;
}

const flat = { allow: fc.array(anAllowance, { maxLength: 4 }), rates: fc.array(aRate, { maxLength: 3 }) };
const aFlatPolicy = fc.record({
  groups: named(['g0', 'g1', 'g2'], fc.uniqueArray(aRoute, { minLength: 1 })),
  defaults: fc.record(flat),
  templates: named(['t0', 't1', 't2'], fc.record(flat)),
  agents: named(['a0', 'a1'], fc.record({ ...flat, extends: fc.uniqueArray(fc.constantFrom('t0', 't1', 't2')) })),
});

describe('expanding any policy', () => {
  test.prop([aPolicy])('is idempotent, and leaves no shorthand behind', (policy) => {
    const text = stringify({ ...HEAD, ...policy }, { aliasDuplicateObjects: false });
    const once = expand(sourceOf(text)!).source;
    expect(JSON.stringify(once.data)).not.toMatch(/"(groups?|templates|defaults|extends)"/);
    const again = expand(once);
    expect(again.problems).toEqual([]);
    expect(again.source.data).toEqual(once.data);
    for (const at of paths(once.data)) expect(again.source.place(at)).toEqual(once.place(at));
  });

  test.prop([aPolicy])('places nothing where its author wrote nothing', (policy) => {
    const text = stringify({ ...HEAD, ...policy }, { aliasDuplicateObjects: false });
    const lines = text.split('\n');
    const { source, problems } = expand(sourceOf(text)!);
    for (const at of paths(source.data)) {
      const { line, column, found } = source.place(at);
      expect(lines[line - 1]?.slice(column - 1).startsWith(found.replace(/…$/, ''))).toBe(true);
    }
    for (const { line, column } of problems) expect(lines[line - 1]?.length).toBeGreaterThanOrEqual(column - 1);
  });

  test.prop([aFlatPolicy])('bounds each route by every rule that its agent has or inherits on it', (policy) => {
    const text = stringify({ ...HEAD, ...policy }, { aliasDuplicateObjects: false });
    const { agents } = expand(sourceOf(text)!).source.data as unknown as { readonly agents: Record<string, Plain> };
    for (const [id, own] of Object.entries(policy.agents)) {
      const partials: readonly Partial[] = [
        policy.defaults,
        ...own.extends.map((name) => policy.templates[name]!),
        own,
      ];
      const routesOf = ({ route, group }: Rule): readonly string[] =>
        route === undefined ? (policy.groups[group ?? ''] ?? []) : [route];
      const allowed = partials.flatMap(({ allow }) =>
        allow.flatMap((entry) => (typeof entry === 'string' ? entry : routesOf(entry))),
      );
      const plain = agents[id]!;
      expect(plain.allow.map((entry) => (typeof entry === 'string' ? entry : entry.route))).toEqual(allowed);
      for (const route of new Set(allowed)) {
        const bounds = (rules: readonly Rule[]) =>
          rules.filter((rule) => concerns(rule, route, policy.groups)).map(({ max }) => max);
        expect(bounds(plain.rates ?? [])).toEqual(bounds(partials.flatMap(({ rates }) => rates)));
      }
    }
  });
});
