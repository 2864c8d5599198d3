import fs from 'node:fs';
import path from 'node:path';
import os from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLabels } from '../../efficacy/labels.ts';
import { makeShadowJournals, type ShadowJournal } from '../../efficacy/shadow-journals.ts';
import { Judge, READING } from '../../efficacy/judge.ts';
import { recordedRuns } from '../../efficacy/recordings.ts';
import type { CallEntry } from '../../src/journal/entry.ts';
import { readJournal, redecide } from '../../src/journal/index.ts';
import { filesBeside } from '../../src/policy/files.ts';
import { loadPolicy, type LoadedPolicy } from '../../src/policy/index.ts';
import { replay } from '../../src/replay/index.ts';
import { changedUnderItsOwnPolicy, NO_CHANGE } from '../replay/reports.ts';

let dir: string;
let made: readonly ShadowJournal[];

beforeAll(async () => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'shadow-'));
  made = await makeShadowJournals(dir);
}, 60_000);

afterAll(() => fs.rmSync(dir, { recursive: true, force: true }));

test('all 13,026 records of the 1,844 runs are in a journal, listed with a reason, or no call', () => {
  const sum = (count: (one: ShadowJournal['summary']) => number): number =>
    made.reduce((total, { summary }) => total + count(summary), 0);
  expect(sum(({ calls, noCalls, unusable }) => calls + noCalls + unusable)).toBe(13_026);
  expect(sum(({ noCalls }) => noCalls)).toBe(757);
  // Tools that no benchmark had, and a path that nobody can send.
  expect(sum(({ unusable }) => unusable)).toBe(13);
  for (const { summary } of made) expect(summary.listed).toHaveLength(summary.unusable);
});

test('every write of the journals has its label, every label its write, and none of what labels say is in a journal', () => {
  const labels = readLabels(made.map(({ labels: file }) => file));
  const inJournals = new Map<string, string>();
  const unlabelled = new Set<string>();
  for (const { dir: data } of made) {
    for (const record of readJournal(data)) {
      if (record.kind !== 'call' || record.effect === 'read') continue;
      if (labels.has(record.call)) inJournals.set(record.call, record.session);
      else unlabelled.add(record.route);
    }
  }
  const imported = [...labels.values()].filter((label) => label.imported);
  expect(new Map(imported.map(({ call, session }) => [call, session]))).toEqual(inJournals);
  // To hand over to a person changes nothing: whether it was right, no label says.
  expect([...unlabelled]).toEqual(['hand_over']);
  expect([...labels.values()].filter(({ harmful }) => harmful === true)).toHaveLength(616);
  const reasons = new Set([...labels.values()].map(({ reason }) => reason).filter((reason) => reason.includes('_')));
  for (const text of writtenBelow(made.map(({ dir: data }) => data))) {
    for (const word of [...reasons, '"harmful"', 'db_match', '"label"', 'held_out']) expect(text).not.toContain(word);
  }
});

test('every write that is let through is captured, and every call, whatever its verdict, ended there as recorded', () => {
  for (const { dir: data, summary } of made) {
    const records = [...readJournal(data)];
    const calls = new Map(records.flatMap((one) => (one.kind === 'call' ? [[one.call, one] as const] : [])));
    const captured = [...calls.values()].filter(({ verdict }) => verdict === 'capture');
    expect(captured).toHaveLength(summary.verdicts.capture);
    expect(captured.length).toBeGreaterThan(900);
    expect([...calls.values()].filter(({ verdict, effect }) => verdict === 'allow' && effect !== 'read')).toEqual([]);
    const outcomes = records.filter((one) => one.kind === 'outcome');
    expect(outcomes.every(({ origin }) => origin === 'recorded')).toBe(true);
    expect(new Set(outcomes.map(({ call }) => call))).toEqual(new Set(calls.keys()));
    expect(outcomes).toHaveLength(calls.size);
  }
});

test('each run is decided in a journal of them all as it is in a world of its own', () => {
  const verdicts = { allowed: 'allow', denied: 'deny', deferred: 'deny', held: 'hold' };
  for (const { suite, dir: data } of made) {
    const runs = Map.groupBy(callsIn(data), ({ session }) => session);
    const judge = new Judge(policyIn(path.join(import.meta.dirname, '../../efficacy', `${suite}.yaml`)));
    const wrong = recordedRuns()
      .filter((run) => run.suite === suite)
      .filter((run) => {
        const alone = judge.judge(run).filter((one) => one.kind === 'allowed' || one.guard !== READING);
        const together = runs.get(run.id) ?? [];
        const told = together.map(({ verdict }) => (verdict === 'capture' ? 'allow' : verdict));
        return told.join() !== alone.map(({ kind }) => verdicts[kind]).join();
      });
    expect(wrong.map(({ id }) => id)).toEqual([]);
  }
});

test('an audit decides a shadow journal again to the same verdicts', () => {
  for (const { dir: data, policy, summary } of made) {
    const { calls, differences } = redecide(data, () => policyIn(policy).policy);
    expect([calls, differences]).toEqual([summary.calls, []]);
  }
});

const callsIn = (data: string): readonly CallEntry[] => [...readJournal(data)].filter((one) => one.kind === 'call');

function policyIn(file: string): LoadedPolicy {
  const loaded = loadPolicy(fs.readFileSync(file, 'utf8'), path.basename(file), filesBeside(file));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  return loaded.value;
}

test('replayed under its own policy no call of them changes, and under a tighter one some do', () => {
  for (const { dir: data, policy } of made) {
    expect(changedUnderItsOwnPolicy(data)).toEqual(NO_CHANGE);
    const text = fs.readFileSync(policy, 'utf8').replaceAll(/max: \d+, per: 1h/g, 'max: 1, per: 1h');
    const tighter = loadPolicy(text, policy, filesBeside(policy));
    if (!tighter.ok) throw new Error('the tighter policy is none');
    const report = replay([{ name: data, journal: data }], [tighter.value]);
    if (!report.ok) throw new Error(report.failure);
    const [diff] = report.value.candidates;
    expect(diff?.changes.blocked.calls).toBeGreaterThan(0);
    expect(diff?.verdicts.unjudged).toBe(0);
    // The first change of all is exact.
    expect(diff?.changes.blocked.certainty.exact).toBeGreaterThan(0);
  }
});

function writtenBelow(dirs: readonly string[]): readonly string[] {
  return dirs.flatMap((data) =>
    fs
      .readdirSync(data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name), 'utf8')),
  );
}
