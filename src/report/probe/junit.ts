import type { ProbeReport, ToldDiscovery } from '../../lab/probe/report.ts';
import { junit, type JunitCase } from '../junit.ts';
import { lasted, nearnessWords, neverWords, whole } from './words.ts';

/** A probe as JUnit XML: a case for everything that must never happen, and one for each bound of the blast radius that was exceeded. */
export function probeJunit({ file, startedAt, result, holes, bugs, remarks }: ProbeReport): string {
  const { seed, runs, calls, virtualMs, elapsedMs, oracles, approaches, never } = result;
  const found = [...holes, ...bugs];
  const known = new Set(oracles.map(({ name }) => name));
  const cases: readonly JunitCase[] = [
    ...oracles.map(({ name, text }): JunitCase => {
      const broken = found.find(({ discovery }) => discovery.harm.oracle === name);
      return { name: `${name}: ${text}`, failure: broken === undefined ? null : failureOf(broken) };
    }),
    ...found
      .filter(({ discovery }) => !known.has(discovery.harm.oracle))
      .map((one): JunitCase => ({ name: one.discovery.harm.oracle, failure: failureOf(one) })),
    ...approaches.flatMap((approach): JunitCase[] => {
      if (approach.understated === undefined) return [];
      const text = `${approach.whose}: ${nearnessWords(approach)}`;
      return [{ name: `the blast radius of ${approach.whose}`, failure: { type: 'understated', message: text, text } }];
    }),
  ];
  return junit({
    name: 'interlock probe',
    suites: [
      {
        name: file,
        startedAt,
        tookMs: elapsedMs,
        className: 'probe',
        properties: [
          ['seed', String(seed)],
          ['runs', whole(runs)],
          ['calls', whole(calls)],
          ['their own time', lasted(virtualMs)],
          ...never.map((approach) => [`how near to ${approach.rule}`, neverWords(approach)] as const),
        ],
        cases,
        remarks,
      },
    ],
  });
}

function failureOf({ discovery: { harm, seed, path }, told }: ToldDiscovery): NonNullable<JunitCase['failure']> {
  const [remedy] = told.remedies;
  const text = [
    harm.text,
    '',
    ...told.story,
    '',
    told.gap,
    ...(remedy === undefined ? [] : ['', `${remedy.title} stops it:`, remedy.patch]),
    '',
    `seed ${seed}, path ${path}`,
  ].join('\n');
  return { type: harm.promise === true ? 'bug' : 'harm', message: harm.text, text };
}
