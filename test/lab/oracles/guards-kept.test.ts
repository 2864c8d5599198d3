import { expect, test, vi } from 'vitest';
import payments from '../../../mocks/payments.ts';
import { FreezeMonitor } from '../../../src/engine/guards/freeze.ts';
import { adversaries } from '../../../src/lab/adversaries/all.ts';
import { promiseOracles } from '../../../src/lab/oracles/promises.ts';
import { newField, type Field } from '../../../src/lab/probe/field.ts';
import { search } from '../../../src/lab/probe/search.ts';
import type { WorldDefinition } from '../../../src/lab/world/world.ts';
import { loadPolicy, type LoadedPolicy } from '../../../src/policy/index.ts';
import { till } from '../adversaries/till.ts';
import { CHARGES, TILL } from '../probe/many-guards.ts';

const STARTS_AT = Date.UTC(2026, 2, 2, 9);
const CLOCK = { now: () => 0 };
const SOUND_RUNS = 150;
const FAULTY_RUNS = 300;

function load(text: string): LoadedPolicy {
  const loaded = loadPolicy(text, 'interlock.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  return loaded.value;
}

function fieldOf(loaded: LoadedPolicy, worlds: Readonly<Record<string, WorldDefinition>>): Field {
  return newField(loaded, new Map(Object.entries(worlds)), { seed: 6, startsAt: STARTS_AT, size: 4 });
}

/** With an upstream that takes two calls at a time. */
const BUSY = TILL.replace('as: bearer },', '$& inflight: 2,');

test.each<[string, string, Readonly<Record<string, WorldDefinition>>, number]>([
  ['a till', BUSY, { till }, 12],
  ['a payments API', CHARGES, { payments }, 23],
])('a door that keeps its promises is never blamed: %s', (_name, text, worlds, seed) => {
  const loaded = load(text);
  const oracles = promiseOracles(loaded);
  const result = search(fieldOf(loaded, worlds), oracles, adversaries, { seed, runs: SOUND_RUNS, clock: CLOCK });
  expect(result.bugs.map(({ harm, path }) => `${harm.oracle}: ${harm.text} (seed ${seed}, path ${path})`)).toEqual([]);
  expect(result.runs).toBe(SOUND_RUNS);
});

/** A door that does not know the rule, and the promise that has it. */
test.each<[oracle: string, rule: string, without: string]>([
  ['allow', '{ route: refund, when: "body.amount <= 5000" }', 'refund'],
  ['allow', 'allow: [read_customer, pay]', 'allow: [read_customer, pay, write_note]'],
  ['clerk.collar[0]', 'min: 0.50 USD, max: 60 USD,', 'min: 0.01 USD,'],
  ['payer.approval[0]', 'approval: [{ route: pay, above: 40 USD, expires: 30m }]', ''],
  ['clerk.inflight', 'inflight: 3', 'inflight: 4'],
  ['clerk.fresh[0]', 'fresh: [{ route: write_note, read: read_customer, maxAge: 60s }]', ''],
])('a door that breaks `%s` is caught: %s', (name, rule, without) => {
  expect(TILL.split(rule)).toHaveLength(2);
  const oracles = promiseOracles(load(TILL)).filter((oracle) => oracle.name === name);
  expect(oracles).toHaveLength(1);
  const field = fieldOf(load(TILL.replace(rule, without)), { till });
  const { bugs } = search(field, oracles, adversaries, { seed: 3, runs: FAULTY_RUNS, clock: CLOCK });
  expect(bugs.map(({ harm }) => [harm.oracle, harm.promise])).toEqual([[name, true]]);
});

test('I6: a door whose frozen agents go on is caught', () => {
  const passes = vi.spyOn(FreezeMonitor.prototype, 'check');
  passes.mockReturnValue({ guard: 'freeze', rule: 'freeze' as never, verdict: 'pass', reason: 'ok' });
  try {
    const field = fieldOf(load(TILL), { till });
    const oracles = promiseOracles(field.loaded);
    const { bugs } = search(field, oracles, adversaries, { seed: 3, runs: FAULTY_RUNS, clock: CLOCK });
    expect(bugs.map(({ harm }) => harm.oracle)).toEqual(['I6 freeze']);
  } finally {
    passes.mockRestore();
  }
});
