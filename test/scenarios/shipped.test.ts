import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadScenarios } from '../../src/cli/sandbox/shelf.ts';
import { type Placed, readRecords, recordsOf } from '../../src/lab/sandbox/records.ts';
import type { Finding } from '../../src/engine/decision.ts';
import { runScenario } from '../../src/lab/sandbox/sandbox.ts';
import type { AgentProgram, Scenario } from '../../src/lab/sandbox/scenario.ts';
import { MUTANTS } from './mutants.ts';
import { changedUnderItsOwnPolicy, NO_CHANGE } from '../replay/reports.ts';
import { namedFailures, PAGE, rowOf, shownRows, withRows } from './page.ts';
import { brokenIn, temporaryDirectory } from './stage.ts';

const DIRECTORY = path.join(import.meta.dirname, '../../scenarios');
/** Which guards besides may catch a scenario, where its own does not tell the story alone. */
const ALSO_CAUGHT_BY: Readonly<Record<string, readonly string[]>> = {
  // What is refused again and again is refused by something.
  knocking: ['scope'],
  // A storm is everything at once: too many, together, and the same.
  'retry-storm': ['inflight', 'runaway'],
};

const scenarios = await loadScenarios(DIRECTORY, []);

const updating = process.env['UPDATE_DOCS'] === '1';
const shown = shownRows();
const rows: string[] = [];
afterAll(() => {
  if (updating && rows.length === scenarios.length) writeFileSync(PAGE, withRows(rows));
});

it('the page of the library shows every scenario, and no other', () => {
  const names = scenarios.map(({ name }) => name);
  expect(updating ? names : [...shown.keys()]).toEqual(names);
  expect(namedFailures().toSorted()).toEqual(names);
});

it('every file of the library is a scenario', () => {
  const files = readdirSync(DIRECTORY).filter((name) => name.endsWith('.ts'));
  expect(scenarios.map(({ name }) => `${name}.ts`)).toEqual(files.sort());
});

it.each(scenarios)('$name harms without the door, and every promise holds with it', async (scenario) => {
  const dir = temporaryDirectory();
  const result = await runScenario(scenario, { dir });
  expect(brokenIn(result)).toEqual([]);
  expect(result.held).toBe(true);
  expect(result.unguarded.harm.entries).toBeGreaterThan(0);
  expect(result.guarded.harm.entries).toBe(0);
  expect(result.stoppedBy.length).toBeGreaterThan(0);
  // A door that lets nothing through would prevent any harm: some call must have been allowed and sent.
  const calls = recordsOf(readRecords(path.join(dir, 'journal')), 'call');
  expect(calls.some(({ record }) => record.verdict === 'allow')).toBe(true);
  expect(result.guarded.requests.reached).toBeGreaterThan(0);
  const guards = MUTANTS.filter(({ mutant }) => mutant.name === scenario.name).map(({ guard }) => guard);
  const caught = caughtBy(readRecords(path.join(dir, 'journal')));
  expect(guards.filter((guard) => !caught.has(guard))).toEqual([]);
  const also = ALSO_CAUGHT_BY[scenario.name] ?? [];
  expect([...caught].filter((guard) => !guards.includes(guard) && !also.includes(guard))).toEqual([]);
  // Replayed under its own policy, every call is judged as it was, for sure.
  expect(changedUnderItsOwnPolicy(path.join(dir, 'journal'))).toEqual(NO_CHANGE);
  rows.push(rowOf(result));
  if (!updating) expect(shown.get(scenario.name)).toBe(rowOf(result));
});

/** The guards that refused or held a call, or stopped an agent; that a stopped agent is refused says nothing new. */
function caughtBy(records: readonly Placed[]): ReadonlySet<string> {
  const refused = recordsOf(records, 'call').flatMap(({ record }) =>
    record.findings
      .filter((one): one is Finding => typeof one !== 'string' && one.verdict !== 'pass' && one.guard !== 'freeze')
      .map(({ guard }) => guard),
  );
  const stopped = recordsOf(records, 'freeze').map(({ record }) => record.cause?.guard ?? 'freeze');
  return new Set([...refused, ...stopped]);
}

it('payouts under way at the kill are severed, and count as spent although nobody saw their outcome', async () => {
  const dir = temporaryDirectory();
  const [scenario] = await loadScenarios(DIRECTORY, ['kill-in-flight']);
  await runScenario(scenario!, { dir });
  const records = readRecords(path.join(dir, 'journal'));
  const [frozen] = recordsOf(records, 'freeze');
  const severed = new Set(frozen?.record.severed);
  const ends = recordsOf(records, 'outcome')
    .filter(({ record }) => severed.has(record.call))
    .map(({ record }) => `${record.failure} ${record.effectiveness}`);
  expect(ends.length).toBe(severed.size);
  expect(ends).toContain('killed unknown');
  // One that waited for the journal when the kill came was surely never sent.
  expect(ends.filter((end) => end !== 'killed unknown' && end !== 'not_sent ineffective')).toEqual([]);
});

it('runaway-payments holds on a machine without Python too, and says who stood in', async () => {
  const [scenario] = (await loadScenarios(DIRECTORY, ['runaway-payments'])) as readonly Scenario[];
  const [run] = scenario!.agents;
  const program = { ...run!.program, command: ['no-such-python'] } as AgentProgram;
  const result = await runScenario({ ...scenario!, agents: [{ ...run!, program }] }, { dir: temporaryDirectory() });
  expect(brokenIn(result)).toEqual([]);
  expect(result.remarks).toEqual(['`no-such-python` is not installed; the agent ran in this process instead']);
});
