import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { traceRecords } from '../../efficacy/recordings.ts';
import { referenceActuals, UNCOMPARED } from '../../efficacy/reference.ts';
import { candidatesOf } from '../../efficacy/shadow/candidates.ts';
import { noiseFloor } from '../../efficacy/shadow/noise.ts';
import type { SuiteResult } from '../../efficacy/shadow/results.ts';
import { readActuals, type ReadActuals } from '../../src/evidence/divergence/actuals.ts';
import type { LoadedPolicy } from '../../src/policy/index.ts';
import { side } from '../evidence/divergence/acts.ts';

const EFFICACY = path.join(import.meta.dirname, '..', '..', 'efficacy');

test('no label is read before everything else is done: only the evaluation and whoever calls it know them', () => {
  const folder = path.join(EFFICACY, 'shadow');
  const knowing = readdirSync(folder).filter((name) =>
    /labels\.ts'|harmful/.test(readFileSync(path.join(folder, name), 'utf8')),
  );
  expect(knowing).toEqual(['evaluation.ts']);
  const main = readFileSync(path.join(EFFICACY, 'shadow.ts'), 'utf8');
  const steps = ['studied(dir, journal)', 'readLabels(', 'evaluated(study, known)'].map((text) => main.indexOf(text));
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  expect(steps[0]).toBeGreaterThan(0);
});

function candidates(suite: 'retail' | 'airline'): Readonly<Record<'lenient' | 'strict', LoadedPolicy>> {
  const dir = mkdtempSync(path.join(tmpdir(), 'candidates-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  cpSync(path.join(EFFICACY, `${suite}.openapi.yaml`), path.join(dir, `${suite}.openapi.yaml`));
  return candidatesOf(dir, suite);
}

describe.each(['retail', 'airline'] as const)('the %s runs', (suite) => {
  const runs = traceRecords().filter((trace) => trace.suite === suite);

  test('have reference actions that can be read, each of them, and a row even where nothing was to be done', () => {
    const { strict } = candidates(suite);
    const routes = new Map([...strict.policy.routes].map(([id, { effect }]) => [id as string, effect]));
    const read = readActuals(referenceActuals(suite), { routes, actions: new Map() });
    expect(read).toMatchObject({
      ok: true,
      value: { badRows: [], ignoredColumns: [], timed: false, caseField: 'session' },
    });
    const { side: people } = (read as { readonly value: ReadActuals }).value;
    expect(people.cases).toEqual(new Set(runs.map(({ trace_id }) => trace_id)));
    // Whatever changes something is an action of theirs; handing over to a person, and sums done in the head, are not.
    const changing = runs
      .flatMap(({ gold }) => gold)
      .filter(({ tool }) => /^(cancel|return|exchange|modify|update|book|send)_/.test(tool));
    expect(people.acts).toHaveLength(changing.length);
    expect(people.acts.filter(({ route }) => route === UNCOMPARED)).toEqual([]);
    expect(people.acts.filter(({ subject }) => subject === null || subject.includes('undefined'))).toEqual([]);
  });

  test('are replayed under candidates of which one has no guard and the other asks a person', () => {
    const { lenient, strict } = candidates(suite);
    const [bare] = [...lenient.policy.agents.values()];
    const [asking] = [...strict.policy.agents.values()];
    expect([bare?.stage, asking?.stage]).toEqual(['shadow', 'shadow']);
    expect(bare?.rules.approval).toEqual([]);
    expect(asking?.rules.approval.length).toBeGreaterThan(0);
  });
});

test('the noise floor is between the first two trials of one agent at one task, and no others', () => {
  const meant = {
    ...side({
      'm/a/task0/trial1#50': ['note o_1'],
      'm/a/task0/trial0#0': ['note o_1'],
      'm/a/task0/trial2#100': ['cancel o_1'],
      'm/a/task1/trial0#1': ['note o_2'],
      'm/a/task1/trial1#51': ['cancel o_2'],
      'n/a/task1/trial0#1': ['cancel o_9'],
    }),
    triedAgain: 0,
    refusedUpstream: 0,
    refusedInShadow: 0,
    unrouted: 0,
    caseless: 0,
    leftOut: 0,
  };
  const people = side({
    'm/a/task0/trial0#0': [],
    'm/a/task1/trial0#1': ['note o_2'],
    'm/a/task0/trial1#50': ['cancel o_7'],
  });
  const actuals = { side: people, timed: false, badRows: [], incomplete: new Set<string>(), ignoredColumns: [] };
  const noise = noiseFloor({ meant, actuals } as never, (session) => session);
  expect(noise).toMatchObject({
    cases: 2,
    itself: { cases: { differing: { events: 1, total: 2 } } },
    people: { cases: { differing: { events: 1, total: 2 } } },
  });
  expect(noise?.itself.disagreements).toMatchObject([{ case: 'm/a/task1' }]);
});

test('the kept result is of all runs, and every write that is labelled stands in one place of each table', () => {
  const kept = JSON.parse(readFileSync(path.join(EFFICACY, 'results', 'shadow.json'), 'utf8')) as SuiteResult[];
  expect(kept.map(({ suite }) => suite)).toEqual(['retail', 'airline']);
  for (const { evaluation } of kept) {
    const total = (rows: Readonly<Record<string, { good: number; wrong: number; unknown: number }>>): number =>
      Object.values(rows).reduce((sum, { good, wrong, unknown }) => sum + good + wrong + unknown, 0);
    const { good, wrong, unknown } = evaluation.writes;
    expect(total(evaluation.byVerdict)).toBe(good + wrong + unknown);
    expect(total(evaluation.byMatch)).toBe(good + wrong + unknown);
    expect(Object.values(evaluation.wrongBecause).reduce((sum, count) => sum + count, 0)).toBe(wrong);
  }
  expect(kept.reduce((sum, { evaluation }) => sum + evaluation.writes.wrong, 0)).toBe(616);
});

test('the published report says of the airline’s writes what the study says, with what it was compared with', () => {
  const kept = JSON.parse(readFileSync(path.join(EFFICACY, 'results', 'shadow.json'), 'utf8')) as SuiteResult[];
  const by = kept.find(({ suite }) => suite === 'airline')?.evaluation.byVerdict;
  const report = readFileSync(path.join(EFFICACY, '../reports/sample/shadow/report.md'), 'utf8');
  const row = (fate: string): readonly number[] =>
    (new RegExp(`^\\| ${fate} \\| (.+) \\|$`, 'm').exec(report)?.[1] ?? '')
      .split(' | ')
      .slice(0, 3)
      .map((cell) => Number(cell.replaceAll(',', '')));
  expect(row('meant')).toEqual([by?.capture.good, by?.capture.wrong, by?.capture.unknown]);
  const [deny, hold] = [by?.deny, by?.hold];
  const stopped = (kind: 'good' | 'wrong' | 'unknown'): number => (deny?.[kind] ?? 0) + (hold?.[kind] ?? 0);
  expect(row('refused or held')).toEqual([stopped('good'), stopped('wrong'), stopped('unknown')]);
  expect(report).toMatch(/^## Beside what was really done$/m);
  expect(report).toMatch(/^## Under other policies$/m);
});
