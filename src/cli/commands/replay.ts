import { existsSync } from 'node:fs';
import path from 'node:path';
import type { CommandModule } from 'yargs';
import {
  CHANGE_KINDS,
  keepReplay,
  NOTHING_SEALED,
  replay,
  type ChangeKind,
  type ReplayReport,
  type ReplayTerms,
} from '../../replay/index.ts';
import { replayMarkdown, replayText } from '../../report/index.ts';
import { CommandFailed } from '../failure.ts';
import { jsonOption } from '../options.ts';
import { policyFrom } from '../policy-file.ts';

const FAIL_ON = [...CHANGE_KINDS, 'unjudged'] as const;

interface ReplayArguments {
  readonly policy: readonly string[];
  readonly data: readonly string[];
  readonly sessions: ReplayTerms['sessions'];
  readonly stages: ReplayTerms['stages'];
  readonly assume: ReplayTerms['outcomes'];
  readonly failOn: readonly (ChangeKind | 'unjudged')[];
  readonly json: boolean;
  readonly markdown: boolean;
  readonly keep: boolean;
}

/** `interlock replay`: exit 1 where something changes that `--fail-on` names. */
export const replayCommand: CommandModule<object, ReplayArguments> = {
  command: 'replay',
  describe: 'Fold a candidate policy over recorded calls: what would newly be blocked, let through or held',
  builder: (yargs) =>
    yargs
      .option('policy', {
        alias: 'p',
        type: 'string',
        array: true,
        default: ['interlock.yaml'],
        describe: 'The candidate; several are shown side by side',
      })
      .option('data', {
        alias: ['d', 'from'],
        type: 'string',
        array: true,
        default: ['.interlock'],
        describe: 'Data directories: a door’s, or what `interlock import` made; each is a world of its own',
      })
      .option('sessions', {
        choices: ['apart', 'together'] as const,
        default: 'apart' as const,
        describe: 'Whether sessions see each other’s effects in the business’s data',
      })
      .option('stages', {
        choices: ['candidate', 'neutral'] as const,
        default: 'candidate' as const,
        describe: 'neutral: compare what guards say, whatever stage agents were and would be in',
      })
      .option('assume', {
        choices: ['effective', 'ineffective', 'unknown'] as const,
        default: 'effective' as const,
        describe: 'How a call ends that was never sent and now would be',
      })
      .option('fail-on', {
        choices: FAIL_ON,
        array: true,
        default: [],
        describe: 'Exit 1 where there is any such change: for CI',
      })
      .option('keep', {
        type: 'boolean',
        default: false,
        describe: 'Keep a summary in the (first) data directory, where the control room shows it',
      })
      .option('markdown', { type: 'boolean', default: false, describe: 'Print Markdown, for a pull request' })
      .option('json', jsonOption)
      .example('$0 replay -p candidate.yaml', 'over what the door here has recorded')
      .example('$0 replay -p a.yaml -p b.yaml --from imported', 'two candidates, side by side')
      .example('$0 replay -p candidate.yaml --fail-on allowed', 'in CI: nothing may newly be let through') as never,
  handler: async ({ policy: files, data, sessions, stages, assume, failOn, json, markdown, keep }) => {
    if (json && markdown) throw new CommandFailed('Failed to print: name either --json or --markdown.');
    const candidates = await Promise.all(files.map((file) => policyFrom(file)));
    for (const dir of data) {
      if (existsSync(path.join(dir, 'segments'))) continue;
      throw new CommandFailed(
        `Failed to replay \`${dir}\`: there is no journal. Name a door’s data directory, or make one with \`interlock import\`.`,
      );
    }
    const terms = { sessions, stages, outcomes: assume };
    const replayed = replay(
      data.map((dir) => ({ name: dir, journal: dir })),
      candidates,
      terms,
    );
    if (!replayed.ok) throw new CommandFailed(`Failed to replay ${replayed.failure}.`);
    const report = replayed.value;
    console.log(json ? JSON.stringify(report) : markdown ? replayMarkdown(report) : replayText(report));
    if (!json && !markdown)
      for (const why of readByLine(report)) console.error(`\nRead line by line, which takes longer: ${why}.`);
    if (keep) kept(data[0] ?? '', report);
    const found = failOn.filter((what) => occurs(what, report));
    if (found.length === 0) return;
    if (!json && !markdown) console.error(`\nThere are changes that --fail-on names: ${found.join(', ')}.`);
    process.exitCode = 1;
  },
};

function kept(dir: string, report: ReplayReport): void {
  try {
    for (const file of keepReplay(dir, report, Date.now())) console.error(`Kept for the control room: ${file}`);
  } catch (error) {
    throw new CommandFailed(`Failed to keep the replay in \`${dir}\`: ${(error as Error).message}.`);
  }
}

/** Why what is sealed of a recording was of no use. */
function readByLine({ candidates }: ReplayReport): readonly string[] {
  const reads = candidates[0]?.how.read ?? [];
  return [...new Set(reads.flatMap(({ columns, why }) => (columns > 0 || why === NOTHING_SEALED ? [] : [why])))];
}

function occurs(what: ChangeKind | 'unjudged', { candidates }: ReplayReport): boolean {
  return candidates.some(({ changes, verdicts }) =>
    what === 'unjudged' ? verdicts.unjudged > 0 : changes[what].calls > 0,
  );
}
