import yargs from 'yargs';
import packageJson from '../../package.json' with { type: 'json' };
import { audit } from './commands/audit.ts';
import { check } from './commands/check.ts';
import { grant } from './commands/grant.ts';
import { kill } from './commands/kill.ts';
import { resume } from './commands/resume.ts';
import { sandbox } from './commands/sandbox.ts';
import { serve } from './commands/serve.ts';
import { status } from './commands/status.ts';
import { CommandFailed } from './failure.ts';

/** Runs one command line. Gives the exit code: 0 done, 1 refused or a promise broken, 2 a command line no one understands. */
export async function main(args: readonly string[]): Promise<number> {
  let usage = false;
  try {
    await yargs([...args])
      .scriptName('interlock')
      .usage(
        '$0 <command>\n\nDecides whether an AI agent may work unsupervised on a business API, and is the door it works through.',
      )
      .version(packageJson.version)
      .command([sandbox, check, serve, grant, kill, resume, status, audit])
      .demandCommand(1, 'Name a command. `interlock --help` lists them.')
      .recommendCommands()
      .strict()
      .wrap(Math.min(110, process.stdout.columns ?? 110))
      .epilogue('Read more: README.md')
      .fail((message, error, parser) => {
        if (error !== undefined && error !== null) throw error;
        usage = true;
        parser.showHelp('error');
        throw new CommandFailed(`\n${message}`);
      })
      .parseAsync();
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    console.error(error.message);
    return usage ? 2 : 1;
  }
  return Number(process.exitCode ?? 0);
}
