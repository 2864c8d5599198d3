import type { CommandModule } from 'yargs';
import { SCRIPTS } from '../completion/scripts.ts';

type Shell = keyof typeof SCRIPTS;

/** `interlock completion SHELL` */
export const completion: CommandModule<object, { readonly shell: Shell }> = {
  command: 'completion <shell>',
  describe: 'Print what a shell needs to complete commands, options, agents and held calls',
  builder: (yargs) =>
    yargs.positional('shell', {
      choices: Object.keys(SCRIPTS) as readonly Shell[],
      demandOption: true,
      describe: 'The shell',
    }),
  handler: ({ shell }) => void process.stdout.write(SCRIPTS[shell]),
};
