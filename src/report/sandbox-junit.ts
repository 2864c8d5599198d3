import type { PromiseCheck, RunResult, SandboxResult, ScenarioResult } from '../lab/sandbox/result.ts';
import { escapeMarkup } from './html.ts';
import { visible } from './visible.ts';

/**
 * The run as JUnit XML, in the form CI systems agree on (github.com/testmoapp/junitxml): a suite for each scenario, a
 * case for each promise. INVARIANT: a scenario that did not hold has a failing case, whatever its promises say.
 */
export function sandboxJunit({ scenarios, startedAt }: SandboxResult): string {
  const suites = scenarios.map((scenario) => ({ scenario, cases: casesOf(scenario) }));
  const cases = suites.flatMap((suite) => suite.cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'interlock sandbox', ...tally(cases), time: seconds(...scenarios) })}>`,
    ...suites.flatMap((suite) => suiteLines(suite.scenario, suite.cases, startedAt)),
    '</testsuites>',
    '',
  ].join('\n');
}

interface Case {
  readonly name: string;
  readonly failure: { readonly type: string; readonly message: string; readonly text: string } | null;
}

function casesOf({ promises, held }: ScenarioResult): readonly Case[] {
  const cases = promises.map(promiseCase);
  if (held || cases.some(({ failure }) => failure !== null)) return cases;
  const message = promises.length === 0 ? 'no promise was checked' : 'it did not hold, though each promise did';
  return [...cases, { name: 'the scenario held', failure: { type: 'scenario', message, text: message } }];
}

function promiseCase({ id, text, held, detail }: PromiseCheck): Case {
  return { name: `${id}: ${text}`, failure: held ? null : { type: id, message: firstLine(detail), text: detail } };
}

function suiteLines(scenario: ScenarioResult, cases: readonly Case[], startedAt: string): readonly string[] {
  const suite = { name: scenario.name, ...tally(cases), timestamp: timestamp(startedAt), time: seconds(scenario) };
  return [
    `  <testsuite${attributes(suite)}>`,
    '    <properties>',
    ...properties(scenario).map(([name, value]) => `      <property${attributes({ name, value })}/>`),
    '    </properties>',
    ...cases.map((each) => caseLine(each, scenario.name)),
    ...(scenario.remarks.length === 0 ? [] : [`    <system-out>${xml(scenario.remarks.join('\n'))}</system-out>`]),
    '  </testsuite>',
  ];
}

function caseLine({ name, failure }: Case, scenario: string): string {
  const open = `    <testcase${attributes({ name, classname: `sandbox.${scenario}`, time: '0.000' })}`;
  if (failure === null) return `${open}/>`;
  const { type, message, text } = failure;
  return `${open}><failure${attributes({ message, type })}>${xml(text)}</failure></testcase>`;
}

function properties({ title, unguarded, guarded, stoppedBy }: ScenarioResult): readonly (readonly [string, string])[] {
  const damage = ({ money, writes, harm }: RunResult): string =>
    `${money} left, ${writes} writes; harm ${harm.money}, ${harm.entries} entries`;
  const stopped = stoppedBy.map(({ guard, rule, calls }) => `${guard} (${rule}) x${calls}`).join(', ');
  return [
    ['title', title],
    ['unguarded', damage(unguarded)],
    ['guarded', damage(guarded)],
    ['stopped by', stopped],
  ];
}

const tally = (cases: readonly Case[]): Record<string, string> => ({
  tests: String(cases.length),
  failures: String(cases.filter(({ failure }) => failure !== null).length),
  errors: '0',
  skipped: '0',
});

function seconds(...scenarios: readonly ScenarioResult[]): string {
  const ms = scenarios.reduce((sum, { unguarded, guarded }) => sum + unguarded.durationMs + guarded.durationMs, 0);
  return (ms / 1_000).toFixed(3);
}

/** The JUnit schema wants a date and time without fraction or zone; anything else is given as it came. */
const timestamp = (startedAt: string): string => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(startedAt)?.[0] ?? startedAt;

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xml(value).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`)
    .join('');
}

/** XML 1.0 has no way to write most control characters, not even as a reference: they are named instead. */
const xml = (text: string): string => escapeMarkup(visible(text));
