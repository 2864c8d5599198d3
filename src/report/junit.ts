import { escapeMarkup } from './html.ts';
import { visible } from './visible.ts';

/** A test run as CI systems read it. */
export interface JunitRun {
  readonly name: string;
  readonly suites: readonly JunitSuite[];
}

export interface JunitSuite {
  readonly name: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly tookMs: number;
  readonly properties: readonly (readonly [name: string, value: string])[];
  /** By which its cases are grouped: `sandbox.double-refund`. */
  readonly className: string;
  readonly cases: readonly JunitCase[];
  /** What was said beside; empty: nothing. */
  readonly remarks: readonly string[];
}

export interface JunitCase {
  readonly name: string;
  /** `null`: it passed. */
  readonly failure: { readonly type: string; readonly message: string; readonly text: string } | null;
  /** Why nothing can be said of it: it neither passed nor failed. Absent: it can. */
  readonly skipped?: string;
}

/** JUnit XML, in the form CI systems agree on (github.com/testmoapp/junitxml). */
export function junit({ name, suites }: JunitRun): string {
  const cases = suites.flatMap((suite) => suite.cases);
  const tookMs = suites.reduce((sum, suite) => sum + suite.tookMs, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name, ...tally(cases), time: seconds(tookMs) })}>`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteLines({ name, startedAt, tookMs, properties, className, cases, remarks }: JunitSuite): readonly string[] {
  const suite = { name, ...tally(cases), timestamp: timestamp(startedAt), time: seconds(tookMs) };
  return [
    `  <testsuite${attributes(suite)}>`,
    '    <properties>',
    ...properties.map(([key, value]) => `      <property${attributes({ name: key, value })}/>`),
    '    </properties>',
    ...cases.map((each) => caseLine(each, className)),
    ...(remarks.length === 0 ? [] : [`    <system-out>${xml(remarks.join('\n'))}</system-out>`]),
    '  </testsuite>',
  ];
}

function caseLine({ name, failure, skipped }: JunitCase, classname: string): string {
  const open = `    <testcase${attributes({ name, classname, time: '0.000' })}`;
  if (skipped !== undefined && failure === null)
    return `${open}><skipped${attributes({ message: skipped })}/></testcase>`;
  if (failure === null) return `${open}/>`;
  const { type, message, text } = failure;
  return `${open}><failure${attributes({ message, type })}>${xml(text)}</failure></testcase>`;
}

const tally = (cases: readonly JunitCase[]): Record<string, string> => ({
  tests: String(cases.length),
  failures: String(cases.filter(({ failure }) => failure !== null).length),
  errors: '0',
  skipped: String(cases.filter(({ failure, skipped }) => failure === null && skipped !== undefined).length),
});

const seconds = (ms: number): string => (ms / 1_000).toFixed(3);

/** The JUnit schema wants a date and time without fraction or zone; anything else is given as it came. */
const timestamp = (startedAt: string): string => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(startedAt)?.[0] ?? startedAt;

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xml(value).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`)
    .join('');
}

/** XML 1.0 has no way to write most control characters, not even as a reference: they are named instead. */
const xml = (text: string): string => escapeMarkup(visible(text));
