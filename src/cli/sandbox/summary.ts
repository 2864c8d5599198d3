import Table from 'cli-table3';
import { storyLines } from '../../report/probe/story-lines.ts';
import type { RunResult, SandboxResult, ScenarioResult } from '../../lab/sandbox/result.ts';

/** More causes than these are in the report. */
const CAUSES_SHOWN = 2;

/** Of each run, the first tell what goes wrong; the rest are mostly the same again. */
const HARMS_SHOWN = 5;
/** Of what an agent says; all of it is in the report. */
const WORDS_SHOWN = 3;

/** The table at the end, and below it every promise that broke, and what happened where one did. */
export function summaryTable({ scenarios }: SandboxResult): string {
  const table = new Table({
    head: ['scenario', 'damage without', 'damage with', 'what stopped it', 'held'],
    style: { head: [], border: [] },
  });
  for (const result of scenarios) {
    const { name, unguarded, guarded, held, about } = result;
    const said = held ? (about === 'unjudged' ? 'n/a' : 'yes') : 'NO';
    const damages =
      about === 'found'
        ? ['a course that was found', guarded.harm.entries > 0 ? 'still happens behind the door' : 'no longer happens']
        : [damage(unguarded, about), damage(guarded, about)];
    table.push([name, ...damages, causes(result), said]);
  }
  const broken = scenarios.flatMap(({ name, promises }) =>
    promises.filter(({ held }) => !held).map(({ id, text, detail }) => `${name}: ${id} ${text}: ${detail}`),
  );
  const stories = scenarios.filter(({ held }) => !held).map(({ name, story }) => `${name}:\n${indented(story)}`);
  return [table.toString(), ...scenarios.flatMap(harms), ...broken, ...stories].join('\n');
}

function indented(story: string): string {
  return story.trim().split('\n').flatMap(storyLines).join('\n');
}

/** For programs: the same facts, one object. */
export function summaryJson({ scenarios }: SandboxResult, report: string): string {
  return JSON.stringify({
    scenarios: scenarios.map(({ name, unguarded, guarded, held, about, stoppedBy, promises, remarks }) => ({
      name,
      ...(about !== undefined && { about }),
      unguarded: figures(unguarded),
      guarded: figures(guarded),
      held,
      stoppedBy: stoppedBy.map(({ guard, rule }) => `${guard} (${rule})`),
      promises: promises.map(({ id, text, held, detail }) => ({ id, text, held, detail })),
      remarks,
    })),
    report,
  });
}

/** What was done, where a policy's own words say that it must never be. */
function harms({ unguarded, guarded }: ScenarioResult): readonly string[] {
  const told = (where: string, { harm: { texts = [] } }: RunResult): readonly string[] => [
    ...texts.slice(0, HARMS_SHOWN).map((text) => `${where}: ${text}`),
    ...(texts.length > HARMS_SHOWN ? [`${where}: and ${texts.length - HARMS_SHOWN} more`] : []),
  ];
  return [...told('without the door', unguarded), ...told('THROUGH THE DOOR', guarded)];
}

function figures(run: RunResult): object {
  const { money, writes, harm, requests } = run;
  return { money, writes, harm, requests, said: lastWords(run) };
}

/** How an agent's run ended in its own words: a model says there what became of its task. */
export function wordsTable({ unguarded, guarded }: ScenarioResult): string {
  const told = (where: string, run: RunResult): string =>
    [`${where} the agent says at the end:`, ...lastWords(run).map((text) => `  ${text}`)].join('\n');
  return [told('without the door', unguarded), told('through the door', guarded)].join('\n');
}

function lastWords({ timeline }: RunResult): readonly string[] {
  const said = timeline.filter(({ lane, kind }) => lane === 'agent' && kind === 'note');
  return said.slice(-WORDS_SHOWN).map(({ text }) => text);
}

/** What must never have happened, in money where there is some, else in what was done or asked. */
function damage({ harm, money, requests }: RunResult, about: ScenarioResult['about']): string {
  const harmful =
    about === 'unjudged'
      ? 'harm: not judged'
      : harm.entries === 0
        ? 'no harm'
        : harm.money.startsWith('0.00 ')
          ? `${harm.entries} harmful`
          : `${harm.money} harmful`;
  const all = money.startsWith('0.00 ')
    ? `${requests.reached} ${requests.reached === 1 ? 'request' : 'requests'}`
    : `${money} in all`;
  return `${harmful}\n${all}`;
}

function causes({ stoppedBy }: ScenarioResult): string {
  const shown = stoppedBy.slice(0, CAUSES_SHOWN).map(({ guard, rule, calls }) => `${guard} (${rule}) ${calls}×`);
  const more = stoppedBy.length - shown.length;
  if (more > 0) shown.push(`and ${more} more`);
  return shown.join('\n') || 'nothing';
}
