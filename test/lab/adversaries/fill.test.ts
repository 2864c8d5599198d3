import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import payments from '../../../mocks/payments.ts';
import { act, errandOf, NEWEST } from '../../../src/lab/adversaries/errand.ts';
import { groundOf, type Ground, type Operation } from '../../../src/lab/adversaries/ground.ts';
import { Arena } from '../../../src/lab/probe/arena.ts';
import { newField, type Field } from '../../../src/lab/probe/field.ts';
import type { Scenario } from '../../../src/lab/sandbox/scenario.ts';
import type { WorldDefinition } from '../../../src/lab/world/world.ts';
import { loadPolicy } from '../../../src/policy/index.ts';
import { fail, ok } from '../../../src/std/result.ts';

const ROOT = join(import.meta.dirname, '../../..');
const STARTS_AT = Date.UTC(2026, 2, 2, 9);
const SIZE = 6;

function fieldOf(
  text: string,
  worlds: Readonly<Record<string, WorldDefinition>>,
  documents: Readonly<Record<string, string>> = {},
): Field {
  const document = (path: string) => (path in documents ? ok(Buffer.from(documents[path] ?? '')) : fail('not there'));
  const loaded = loadPolicy(text, 'interlock.yaml', { include: () => fail('none'), document });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  return newField(loaded.value, new Map(Object.entries(worlds)), { seed: 5, startsAt: STARTS_AT, size: SIZE });
}

/** Whether a call comes to something, where a human lets it through if it waits for one. */
function isDone(field: Field, ground: Ground, operation: Operation, subject: number, variant: number): boolean {
  const arena = new Arena(field, ground.starts[0] ?? STARTS_AT, []);
  const errand = errandOf(ground, operation, { agent: 0, token: 0, session: 0, subject, variant, amount: 0 });
  let reply = act(arena, errand);
  if (reply.verdict === 'hold' && arena.approve(errand.agent.id)) reply = act(arena, errand);
  return reply.verdict === 'allow' && reply.status !== null && reply.status < 300;
}

/** Of the routes that an agent may call, those of which no simple call comes to anything. */
function deadRoutes(field: Field): readonly string[] {
  const ground = groundOf(field);
  const mine = ground.operations.filter(({ route, allowed }) => route !== null && allowed.length > 0);
  const alive = mine.filter((operation) =>
    [0, 1, 2, 3, 4, 5].some((subject) => [0, 1].some((variant) => isDone(field, ground, operation, subject, variant))),
  );
  const lives = new Set(alive.map(({ route }) => route?.id));
  return [...new Set(mine.map(({ route }) => route?.id ?? ''))].filter((id) => !lives.has(id as never));
}

const README = /```yaml\n(version: 1\n[\s\S]*?)```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))?.[1] ?? '';

/**
 * Of some routes nothing simple can come: an answer that must be paid for with a signed header, an order that no longer is
 * open, a price that must be near the market's.
 */
const DEAD_SHARE_MAX = 0.1;

const scenarios = await Promise.all(
  readdirSync(join(ROOT, 'scenarios'))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -'.ts'.length))
    .map(async (name) => ((await import(`../../../scenarios/${name}.ts`)) as { readonly default: Scenario }).default),
);

describe('requests that the ground writes are such as businesses take', () => {
  test('by the policy of the README', () => {
    expect(deadRoutes(fieldOf(README, { payments }))).toEqual([]);
  });

  test('by that policy alone, of a business of which nothing is known', () => {
    const { operations: _known, ...unknown } = payments;
    expect(deadRoutes(fieldOf(README, { payments: unknown }))).toEqual([]);
  });

  test('by the policies of the scenarios, but for a few', () => {
    const all = scenarios.map(({ name, policy, worlds, documents }) => {
      const definitions = Object.entries(worlds).map(([upstream, { definition }]) => [upstream, definition] as const);
      const field = fieldOf(policy, Object.fromEntries(definitions), documents);
      return { routes: field.loaded.policy.routes.size, dead: deadRoutes(field).map((route) => `${name}: ${route}`) };
    });
    const dead = all.flatMap((one) => one.dead);
    const routes = all.reduce((sum, one) => sum + one.routes, 0);
    console.log(`${routes - dead.length} of ${routes} routes can be called plainly; not so: ${dead.join(', ')}`);
    expect(dead.length / routes).toBeLessThanOrEqual(DEAD_SHARE_MAX);
    expect(routes).toBeGreaterThan(40);
  });
});

describe('an errand', () => {
  const field = fieldOf(README.replace('body.amount <= 20000', "body.reason == 'claim' || body.amount <= 20000"), {
    payments,
  });
  const ground = groundOf(field);
  const refund = ground.operations.find(({ route }) => route?.id === 'create_refund') as Operation;
  const choice = { agent: 0, token: 0, session: 0, subject: 0, variant: 0, amount: 0 };

  test('the same choice is the same request, so that it is read once', () => {
    expect(errandOf(ground, refund, choice).request).toBe(errandOf(ground, refund, { ...choice, token: 1 }).request);
    expect(errandOf(ground, refund, { ...choice, subject: 1 }).request).not.toBe(
      errandOf(ground, refund, choice).request,
    );
  });

  test('of amounts the simplest comes first, and each limit has a neighbour on both sides', () => {
    const amounts = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((amount) => {
      return Number(errandOf(ground, refund, { ...choice, amount }).values['body.amount']);
    });
    expect(amounts[0]).toBe(100);
    expect(amounts).toEqual(expect.arrayContaining([9_999, 10_000, 10_001, 19_999, 20_000, 20_001, 50_000]));
  });

  test('a field that a condition compares with something is filled with that first', () => {
    expect(refund.fields['body.reason']).toMatchObject({ kind: 'choice', optional: true });
    const variants = [0, 1, 2, 3, 4, 5, 6].map((variant) => errandOf(ground, refund, { ...choice, variant }).values);
    expect(variants[0]).not.toHaveProperty(['body.reason']);
    expect(variants.map((values) => values['body.reason'])).toContain('claim');
  });

  test('it can be about what the run itself has made', () => {
    const made = fieldOf(
      `
version: 1
upstreams: { payments: { url: https://api.stripe.com, credential: { env: STRIPE_SECRET_KEY, as: bearer } } }
routes:
  create: { match: POST /v1/customers, upstream: payments, effect: write }
  remove: { match: "DELETE /v1/customers/{id}", upstream: payments, effect: destructive, subject: "customer:{id}" }
agents: { bot: { stage: production, allow: [create, remove] } }
`,
      { payments },
    );
    const its = groundOf(made);
    const [create, remove] = ['create', 'remove'].map((id) => its.operations.find(({ route }) => route?.id === id));
    const arena = new Arena(made, its.starts[0] ?? STARTS_AT, []);
    act(arena, errandOf(its, create as Operation, choice));
    const newest = arena.ids('customer').at(-1);
    act(arena, errandOf(its, remove as Operation, { ...choice, subject: NEWEST }));
    expect(its.ids['customer']).not.toContain(newest);
    expect(arena.ids('customer')).not.toContain(newest);
  });
});
