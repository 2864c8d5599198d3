import { faultsOf, type HoleResult, type SoundResult, type Stamp, type Study, type Trial } from './study.ts';

/** The study as Markdown. Of several seeds the worst counts. */
export function table({
  holes: { results: holes, stamp: holesAt },
  sound: { results: sound, stamp: soundAt },
  limitSeconds,
}: Study): string {
  const trials = holes.flatMap((hole) => hole.trials.map((trial) => faultsOf(hole, trial, limitSeconds)));
  const good = trials.filter((faults) => faults.length === 0).length;
  return [
    `${good} of ${trials.length} searches found the planted hole within ${limitSeconds} s and left no more steps than a person ` +
      `wrote (${holes.length} holes, ${seedsOf(holes).length} seeds each). ${soundLine(sound)}`,
    `Holes: ${shown(holesAt)}.`,
    rows(
      ['hole', 'what is wrong', 'found after', 'runs', 'calls', 'steps', 'by hand', 'oracle', 'stopped by'],
      holes.map((hole) => holeRow(hole, limitSeconds)),
    ),
    `Sound policies: ${shown(soundAt)}.`,
    rows(
      ['sound policy', 'what it holds', 'searched for', 'runs', 'calls', 'harm'],
      sound.map(({ name, about, trials: all }) => [
        `\`${name}\``,
        about,
        `${sum(all, 'seconds').toFixed(0)} s`,
        count(sum(all, 'runs')),
        count(sum(all, 'calls')),
        all.flatMap(({ found }) => (found === null ? [] : [found.harm])).join('; ') || 'none',
      ]),
    ),
  ].join('\n\n');
}

function shown({ machine, node, commit, at }: Stamp): string {
  return `${machine}, Node ${node}, at ${commit.slice(0, 7)}, ${at.slice(0, 10)}`;
}

function holeRow(hole: HoleResult, limitSeconds: number): readonly string[] {
  const { name, about, expected, trials } = hole;
  const worst = (key: 'seconds' | 'runs' | 'calls'): number => Math.max(...trials.map((trial) => trial[key]));
  const found = trials.flatMap((trial) => trial.found ?? []);
  const faults = trials.flatMap((trial) =>
    faultsOf(hole, trial, limitSeconds).map((fault) => `seed ${trial.seed}: ${fault}`),
  );
  const before = Math.max(0, ...found.map(({ stepsFound }) => stepsFound));
  const after = Math.max(0, ...found.map(({ stepsLeft }) => stepsLeft));
  return [
    `\`${name}\``,
    about + (faults.length === 0 ? '' : ` **${faults.join('; ')}**`),
    `${worst('seconds').toFixed(1)} s`,
    count(worst('runs')),
    count(worst('calls')),
    found.length === 0 ? '–' : `${before} → ${after}`,
    String(expected.steps),
    [...new Set(found.map(({ oracle }) => oracle))].join(', ') || '–',
    [...new Set(found.map(({ remedy }) => remedy ?? 'none of those tried'))]
      .map((text) => `\`${text}\``)
      .join(' or ') || '–',
  ];
}

function soundLine(sound: readonly SoundResult[]): string {
  const harmed = sound.filter(({ trials }) => trials.some(({ found }) => found !== null)).length;
  const seconds = Math.min(...sound.map(({ trials }) => sum(trials, 'seconds')));
  return `${sound.length - harmed} of ${sound.length} sound policies yielded none in ${seconds.toFixed(0)} s and more of searching each.`;
}

function seedsOf(holes: readonly HoleResult[]): readonly number[] {
  return [...new Set(holes.flatMap(({ trials }) => trials.map(({ seed }) => seed)))];
}

function sum(trials: readonly Trial[], key: 'seconds' | 'runs' | 'calls'): number {
  return trials.reduce((all, trial) => all + trial[key], 0);
}

function count(value: number): string {
  return value.toLocaleString('en-GB');
}

function rows(head: readonly string[], body: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
