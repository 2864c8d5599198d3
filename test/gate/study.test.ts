import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { arrivals } from '../../gate/arrivals.ts';
import { clusteredDays, clusteredWrites } from '../../gate/clusters.ts';
import { detections, falseAlarms } from '../../gate/demotion.ts';
import { driftDetections, falseDrifts } from '../../gate/drift.ts';
import { falsePromotions, waits } from '../../gate/promotion.ts';
import { lookedAt, neededBy, planned, streak } from '../../gate/rules.ts';
import { faultsOf, type Study } from '../../gate/study.ts';
import { table } from '../../gate/table.ts';
import { sequenceBound } from '../../src/gate/statistics/confidence-sequence.ts';
import { prng } from '../../src/std/prng.ts';

const RUNS = 20_000;

test('20,000 agents on the line, looked at after each of 20,000 sessions: the sequence lets at most 5 in 100 pass, the bound for one look a third', () => {
  const results = falsePromotions(0.01, RUNS, 1);
  const of = (start: string): number => (results.find(({ rule }) => rule.startsWith(start))?.promoted ?? NaN) / RUNS;
  expect(of('confidence sequence')).toBeLessThanOrEqual(0.05);
  expect(of('confidence sequence')).toBeGreaterThan(0.03);
  expect(of('Clopper–Pearson, looked at after every session')).toBeGreaterThan(0.3);
  expect(of('Clopper–Pearson, one planned look')).toBeLessThan(0.0555);
  expect(of('rule of three')).toBeGreaterThan(0.99);
  expect(faultsOf({ ...NOTHING, promotions: results })).toEqual([]);
});

test('an agent that is clean 99 % of the time is not promoted by a streak; one that is clean is, at the 378th session', () => {
  const [limit, random] = [0.01, prng(3)];
  const rule = lookedAt('', neededBy(limit, 0.95, 'continuous'));
  let streaks = 0;
  let promoted = 0;
  for (let run = 0; run < 500; run += 1) {
    // It begins badly, and then luck has all the time it wants.
    const events = [1, 2, 3, ...[...arrivals(random, limit, 20_000)].filter((at) => at > 3)];
    if (streak('', 299).passesAt(events, 20_000) !== Infinity) streaks += 1;
    if (rule.passesAt(events, 20_000) !== Infinity) promoted += 1;
  }
  expect(streaks).toBe(500);
  expect(promoted).toBeLessThan(25);
  expect(waits(limit, [0], 10, 1)[0]).toMatchObject({ median: 378, ninth: 378, passed: 10 });
});

test('a rule that goes from event to event passes when one that asks the bound after every session does', () => {
  const random = prng(7);
  const rule = lookedAt('', neededBy(0.05, 0.9, 'continuous'));
  for (let run = 0; run < 40; run += 1) {
    const events = [...arrivals(random, 0.02, 400)];
    let passed = Infinity;
    for (let session = 1, count = 0; session <= 400 && passed === Infinity; session += 1) {
      if (events[count] === session) count += 1;
      if (sequenceBound(count, session, 0.9).high < 0.05) passed = session;
    }
    expect(rule.passesAt(events, 400)).toBe(passed);
  }
});

test('the rules, on a few events', () => {
  const never = (): number => Infinity;
  expect(streak('', 10).passesAt([3, 14], 30)).toBe(13);
  expect(streak('', 10).passesAt([3, 13], 30)).toBe(23);
  expect(streak('', 10).passesAt([3, 13], 22)).toBe(Infinity);
  expect(lookedAt('', (events) => (events === 0 ? 10 : 20)).passesAt([10], 30)).toBe(20);
  expect(lookedAt('', (events) => (events === 0 ? 10 : 20)).passesAt([11], 30)).toBe(10);
  expect(lookedAt('', () => 10, 8).passesAt([], 30)).toBe(16);
  expect(lookedAt('', never).passesAt([], 30)).toBe(Infinity);
  expect(planned('', (events) => (events === 0 ? 10 : 20), 15).passesAt([16], 30)).toBe(15);
  expect(planned('', (events) => (events === 0 ? 10 : 20), 15).passesAt([15], 30)).toBe(Infinity);
});

test('who counts writes of a session as trials lets most pass, and harm on rare days passes every bound over sessions', () => {
  const [bySession, byWrite] = clusteredWrites(1_000, 1).map(({ promoted }) => promoted / 1_000);
  expect(bySession).toBeLessThan(0.08);
  expect(byWrite).toBeGreaterThan(0.5);
  const days = clusteredDays(500, 1).map(({ promoted }) => promoted / 500);
  expect(days[0]).toBeLessThan(0.08);
  expect(days.at(-1)).toBeGreaterThan(0.4);
});

test('alarms are false no more often than they promise, and the fixed bound is far more often', () => {
  const alarms = falseAlarms(400, 1);
  const drifts = [falseDrifts(120, 1, 100, 1)];
  expect(faultsOf({ ...NOTHING, alarms, drifts })).toEqual([]);
  expect(alarms[0]?.naive).toBeGreaterThan(60);
  expect(drifts[0]?.naive).toBeGreaterThan(50);
});

test('alarms hear what is there: ten times the limit within 200 sessions after a good year, a new kind of call within 60', () => {
  const [late] = detections([10_000], [0.1], 20, 1);
  expect(late?.median).toBeLessThan(200);
  const fresh = driftDetections([400], 10, 1).find(({ drift }) => drift.startsWith('a new kind'));
  expect(fresh?.median).toBeLessThan(60);
});

test('the page shows the figures of the last study, and that study has no fault', () => {
  const root = path.join(import.meta.dirname, '../..');
  const study = JSON.parse(readFileSync(path.join(root, 'gate/results.json'), 'utf8')) as Study;
  expect(study.runs).toBeGreaterThanOrEqual(RUNS);
  expect(faultsOf(study)).toEqual([]);
  expect(readFileSync(path.join(root, 'docs/gate-study.md'), 'utf8')).toContain(table(study));
});

test('a study that was wrong says so', () => {
  const promotions = [{ limit: 0.01, rule: 'confidence sequence', promoted: 1_200, runs: RUNS, exact: 0.045 }];
  expect(faultsOf({ ...NOTHING, promotions })).toHaveLength(2);
  expect(faultsOf({ ...NOTHING, alarms: [{ confidence: 0.99, alarms: 300, naive: 0, runs: RUNS }] })).toHaveLength(1);
});

const NOTHING: Study = {
  runs: RUNS,
  seed: 1,
  promotions: [],
  least: [],
  waits: [],
  writes: [],
  days: [],
  alarms: [],
  detections: [],
  drifts: [],
  driftDetections: [],
};
