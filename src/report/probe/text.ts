import { isFound } from '../../lab/probe/result.ts';
import type { ProbeReport, ToldDiscovery } from '../../lab/probe/report.ts';
import { visible } from '../visible.ts';
import { storyLines } from './story-lines.ts';
import { endingWords, lasted, nearnessWords, neverWords, whole } from './words.ts';

/** Unreached things of one group that the text names; `--json` has all. */
const UNREACHED_SHOWN = 8;

/** A probe for a person at a terminal: what was found, how near it came, what it did not reach. */
export function probeText(report: ProbeReport): string {
  const { result, holes, bugs, remarks } = report;
  const lines = [
    ...holes.flatMap((hole, index) => [`HOLE ${index + 1} of ${holes.length}`, ...discovery(hole), '']),
    ...bugs.flatMap((bug) => [
      'A BUG IN INTERLOCK, and no hole in the policy: please report it.',
      ...discovery(bug),
      '',
    ]),
    ...result.approaches.flatMap((approach) =>
      approach.understated === undefined
        ? []
        : ['THE POLICY READS TOO LITTLE', `${approach.whose}: ${nearnessWords(approach)}`, ''],
    ),
    summary(report),
    endingWords(result),
    ...remarks,
    '',
    ...watched(report),
    '',
    ...neverNear(report),
    'How near it came to what `interlock check` says can happen at most:',
    ...result.approaches.map((approach) => `  ${approach.whose}: ${nearnessWords(approach)}`),
    '',
    ...coverage(report),
  ];
  return lines.map(visible).join('\n');
}

function summary({ file, result }: ProbeReport): string {
  const { runs, calls, virtualMs, elapsedMs, seed } = result;
  const rate = elapsedMs === 0 ? '' : `, ${whole((calls / elapsedMs) * 1_000)} a second`;
  const verdict = isFound(result) ? 'Found' : 'None found';
  return `${verdict} in ${file}: ${whole(runs)} runs, ${whole(calls)} calls${rate}, ${lasted(virtualMs)} of their own time, seed ${seed}.`;
}

function discovery({
  discovery: { harm, course, original, runs, path },
  told,
  keptAs,
}: ToldDiscovery): readonly string[] {
  const [remedy, ...others] = told.remedies;
  return [
    `${harm.oracle}: ${harm.text}`,
    '',
    ...told.story.flatMap(storyLines),
    '',
    told.gap,
    ...(remedy === undefined ? [] : ['', `${remedy.title} stops it:`, '', ...remedy.patch.trimEnd().split('\n')]),
    ...(others.length === 0 ? [] : ['', `So does: ${others.map(({ title }) => title).join('; ')}.`]),
    '',
    `Found in run ${whole(runs)} (path ${path}), with ${original.steps.length} steps; ${course.steps.length} are left.`,
    ...(keptAs === null ? [] : [`Kept as ${keptAs}: \`interlock sandbox\` acts it out again.`]),
  ];
}

function watched({ result: { oracles } }: ProbeReport): readonly string[] {
  return [
    'What must never happen:',
    ...oracles.map(({ name, text, broken }) => `  ${broken ? 'HAPPENED' : 'held    '}  ${name}: ${text}`),
  ];
}

/** A rule that was broken says so above. */
function neverNear({ result: { never, oracles } }: ProbeReport): readonly string[] {
  const held = never.filter(({ rule }) => oracles.some(({ name, broken }) => name === rule && !broken));
  if (held.length === 0) return [];
  const rows = held.map((approach) => `  ${approach.rule}: ${neverWords(approach)}`);
  return ['How near it came to what must never happen:', ...rows, ''];
}

/** What a search that stopped at a discovery has not reached says nothing: it did not look. */
function coverage({ result: { coverage: covered, ended } }: ProbeReport): readonly string[] {
  const { reached, of, groups } = covered;
  const head = `Coverage: ${reached} of ${of} things that can happen under this policy`;
  if (ended === 'found') return [`${head}, when it stopped.`];
  const rows = groups.flatMap(({ group, reached: got, unreached }) => {
    const line = `  ${group}: ${got.length} of ${got.length + unreached.length}`;
    if (unreached.length === 0) return [line];
    const shown = unreached.slice(0, UNREACHED_SHOWN).map(({ what, why }) => `    - ${what}: ${why}`);
    const more = unreached.length - shown.length;
    return [`${line}; not reached:`, ...shown, ...(more > 0 ? [`    - and ${more} more; --json lists them`] : [])];
  });
  return [`${head}.`, ...rows];
}
