import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Suite } from '../../efficacy/customer.ts';
import { Judge, READING, type Judgement } from '../../efficacy/judge.ts';
import { recordedRuns, type Run } from '../../efficacy/recordings.ts';
import { tally } from '../../efficacy/tally.ts';
import { CATALOGUE, keeping, TOGETHER, variantsOf, WHOLES, type Variant } from '../../efficacy/variants.ts';
import { guards } from '../../src/engine/guards/index.ts';
import { filesBeside } from '../../src/policy/files.ts';

const ROOT = path.join(import.meta.dirname, '..', '..', 'efficacy');
const textOf = (suite: Suite): string => readFileSync(path.join(ROOT, `${suite}.yaml`), 'utf8');
const NAMES = new Set([...guards.map(({ name }) => name), READING]);

let runs: readonly Run[] = [];
beforeAll(() => {
  runs = recordedRuns();
});

describe.each(['retail', 'airline'] as const)('the %s study', (suite) => {
  let variants: readonly Variant[] = [];
  let its: readonly Run[] = [];
  const judged = new Map<string, readonly (readonly Judgement[])[]>();
  beforeAll(() => {
    variants = variantsOf(textOf(suite), suite, filesBeside(path.join(ROOT, `${suite}.yaml`)));
    its = runs.filter((run) => run.suite === suite).slice(0, 120);
    for (const { name, policy } of variants) {
      const judge = new Judge(policy);
      judged.set(
        name,
        its.map((run) => judge.judge(run)),
      );
    }
  });

  test('every call has one judgement, and every denial and hold one guard that exists', () => {
    for (const [name, all] of judged) {
      for (const [index, judgements] of all.entries()) {
        expect(judgements).toHaveLength(its[index]?.calls.length ?? -1);
        for (const one of judgements) if (one.kind !== 'allowed') expect(NAMES, name).toContain(one.guard);
      }
    }
  });

  test('the guards’ shares add up to what all together stopped', () => {
    const together = judged.get(TOGETHER) ?? [];
    const stopped = (guard: string | undefined): number =>
      its.reduce((sum, run, index) => sum + tally(run, together[index] ?? [], guard).harmful_denied.events, 0);
    const each = [...NAMES].map((name) => stopped(name));
    expect(each.reduce((sum, count) => sum + count, 0)).toBe(stopped(undefined));
  });

  test('a variant holds the rules of its guard alone: nothing else stops a call but the catalogue', () => {
    const catalogue = new Set(
      (judged.get(CATALOGUE) ?? []).flat().flatMap((one) => (one.kind === 'allowed' ? [] : [one.guard])),
    );
    for (const [name, all] of judged) {
      if (WHOLES.has(name)) continue;
      const found = all.flat().flatMap((one) => (one.kind === 'allowed' ? [] : [one.guard]));
      for (const guard of new Set(found)) expect([name, ...catalogue]).toContain(guard);
    }
  });

  test('the OpenAPI document describes every route, and stops malformed writes under shape alone', () => {
    const denied = (judged.get('shape') ?? []).flatMap((judgements, index) =>
      judgements.flatMap((one, at) => (one.kind === 'denied' && one.guard === 'shape' ? its[index]?.calls[at] : [])),
    );
    expect(denied.filter((call) => call?.worth !== 'read')).not.toEqual([]);
    const routes = variants.find(({ name }) => name === 'shape')?.policy.policy.routes.values() ?? [];
    expect([...routes].filter(({ shape }) => shape === undefined)).toEqual([]);
  });

  test('judging again gives the same', () => {
    const [variant] = variants;
    if (variant === undefined) throw new Error('no variant');
    const judge = new Judge(variant.policy);
    expect(its.slice(0, 20).map((run) => judge.judge(run))).toEqual(judged.get(TOGETHER)?.slice(0, 20));
  });

  test('keeping no guard leaves routes and agents, and no rule; keeping scope leaves its conditions', () => {
    interface File {
      readonly agents: Record<string, { readonly allow: readonly unknown[] }>;
      readonly routes: object;
      readonly upstreams: Record<string, { readonly openapi: string; readonly shape?: string }>;
    }
    const [whole, bare, scoped] = [
      textOf(suite),
      keeping(textOf(suite), new Set()),
      keeping(textOf(suite), new Set(['scope'])),
    ].map((text) => parse(text) as File);
    expect(Object.keys(bare?.agents['service'] ?? {}).toSorted()).toEqual(['allow', 'stage']);
    expect(bare?.agents['service']?.allow.filter((entry) => typeof entry !== 'string')).toEqual([]);
    expect(scoped?.agents['service']?.allow).toEqual(whole?.agents['service']?.allow);
    expect(Object.keys(bare?.routes ?? {})).toEqual(Object.keys(whole?.routes ?? {}));
    expect(bare?.upstreams[suite]).toEqual({ ...whole?.upstreams[suite], shape: 'off' });
    expect(parse(keeping(textOf(suite), new Set(['shape'])))).toHaveProperty(['upstreams'], whole?.upstreams);
  });
});

test('the recordings are whole: every run has a customer, a suite and a label for each write', () => {
  const writes = runs.flatMap(({ calls }) => calls.filter(({ worth }) => worth !== 'read'));
  expect(runs).toHaveLength(1_585);
  expect(writes.filter(({ worth }) => worth === 'harmful')).toHaveLength(551);
  expect(writes.filter(({ worth, executed }) => worth === 'harmful' && !executed)).toEqual([]);
  expect(new Set(runs.map(({ half }) => half))).toEqual(new Set(['design', 'held_out']));
});
