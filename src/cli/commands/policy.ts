import type { CommandModule } from 'yargs';
import { diff } from './policy/diff.ts';
import { reload } from './policy/reload.ts';

/** `interlock policy`: one file for each of its commands, in `policy/`. */
export const policyCommand: CommandModule<object, object> = {
  command: 'policy',
  describe: 'Load the policy again into a running door, or say what another one would change',
  builder: (yargs) => yargs.command(reload).command(diff).demandCommand(1, 'Name one of reload, diff.'),
  handler: () => undefined,
};
