import type { CommandModule } from 'yargs';
import { DURATION_FORM, formatDuration, parseDuration } from '../../std/duration.ts';
import { GLASS_MAX_MS } from '../../door/operations/standing/break-glass.ts';
import { atDesk } from '../desk.ts';
import { CommandFailed } from '../failure.ts';
import { dataOption, decidedByOption, jsonOption, placeOptions, policyOption } from '../options.ts';
import { standingText } from '../standing-text.ts';
import { demandJournal } from './audit/journal-there.ts';
import type { SwitchArguments } from './kill.ts';

interface GlassArguments extends SwitchArguments {
  readonly stage: string | undefined;
  readonly for: string | undefined;
  readonly end: boolean;
}

/** `interlock break-glass --agent A --stage S --for 2h --by … --reason …`, and `--end`. */
export const breakGlass: CommandModule<object, GlassArguments> = {
  command: 'break-glass',
  describe: 'Let an agent work further than it has earned, for a while: on record, paged, and shown until it ends',
  builder: (yargs) =>
    yargs
      .option('agent', { alias: 'a', type: 'string', demandOption: true, describe: 'An agent of the policy' })
      .option('stage', {
        type: 'string',
        describe: 'Where it must work; at most what the policy declares. `limited` is its whole ramp',
      })
      .option('for', {
        type: 'string',
        describe: `For how long, at most ${formatDuration(GLASS_MAX_MS)}: ${DURATION_FORM}`,
      })
      .option('end', { type: 'boolean', default: false, describe: 'It is over: the agent goes back where it belongs' })
      .option('by', decidedByOption)
      .option('reason', { alias: 'r', type: 'string', demandOption: true, describe: 'Why, for everybody who is paged' })
      .option('policy', policyOption)
      .option('data', dataOption)
      .option('json', jsonOption)
      .example('$0 break-glass -a refunds-bot --stage production --for 2h --by ana -r "the queue is at 4,000"', ''),
  handler: async ({ agent, stage, for: lasts, end, by, reason, json, ...where }) => {
    demandJournal(where.data);
    if (end) {
      if (stage !== undefined || lasts !== undefined) {
        throw new CommandFailed('Failed to end the broken glass: --end takes no --stage and no --for. Leave them out.');
      }
      const stood = await atDesk(where, (desk) => desk.endGlass(agent, by, reason));
      return console.log(json ? JSON.stringify(stood) : `It is over. ${standingText(stood)}`);
    }
    if (stage === undefined || lasts === undefined) {
      throw new CommandFailed(
        'Failed to break the glass: say where it must work and for how long: --stage S --for 2h.',
      );
    }
    const lastsMs = parseDuration(lasts);
    if (lastsMs === undefined) throw new CommandFailed(`Failed to read --for \`${lasts}\`; write ${DURATION_FORM}.`);
    const stood = await atDesk(where, (desk) => desk.breakGlass({ agent, stage, lastsMs, by, reason }));
    if (json) return console.log(JSON.stringify(stood));
    console.log(
      `${standingText(stood)}${wholeRamp(stood)}\nTo end it sooner: interlock break-glass --agent ${agent} --end --by … --reason …${placeOptions(where)}`,
    );
  },
};

/** Broken glass knows no steps: whoever breaks it should hear that nobody is held back by a share any more. */
function wholeRamp({ stage, step }: { readonly stage: string; readonly step: number | null }): string {
  return stage === 'limited' && step === null ? ' Its segment is open as at the last step of its ramp.' : '';
}
