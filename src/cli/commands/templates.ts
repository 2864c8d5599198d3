import type { CommandModule } from 'yargs';
import { checkTemplates } from './templates/check.ts';
import { learn } from './templates/learn.ts';

/** `interlock templates`: how captured writes are answered where no document says so. */
export const templates: CommandModule = {
  command: 'templates <command>',
  describe: 'How captured writes are answered in shadow: learned from recorded answers, and held against them',
  builder: (yargs) => yargs.command(learn).command(checkTemplates).demandCommand(1, 'Name one of learn, check.'),
  handler: () => undefined,
};
