import type { CommandModule } from 'yargs';
import packageJson from '../../../package.json' with { type: 'json' };
import { CommandFailed } from '../failure.ts';
import { withBelow } from '../manual/catalog.ts';
import { manualOf, manualPage, manualText } from '../manual/manual.ts';

/** `interlock help [COMMAND..]` */
export const help: CommandModule<object, { readonly of: readonly string[]; readonly man: boolean }> = {
  command: 'help [of..]',
  describe: 'The manual of a command: what it takes, how it ends, examples',
  builder: (yargs) =>
    yargs
      .positional('of', { type: 'string', array: true, default: [], describe: 'A command, in its words: grant create' })
      .option('man', { type: 'boolean', default: false, describe: 'As a manual page, for man -l -' }),
  handler: async ({ of, man }) => {
    const { everyEntry } = await import('../manual/all.ts');
    if (of.length === 0) return everyCommand();
    const words = of.join(' ');
    const entry = (await everyEntry()).flatMap(withBelow).find(({ path }) => path.join(' ') === words);
    if (entry === undefined)
      throw new CommandFailed(`Failed to find a command \`${words}\`. \`interlock help\` lists them.`);
    const manual = manualOf(entry);
    console.log(man ? manualPage(manual, packageJson.version) : manualText(manual));
  },
};

/** What there is, a line each: `interlock help`. */
export async function everyCommand(): Promise<void> {
  const { everyEntry } = await import('../manual/all.ts');
  const entries = await everyEntry();
  const width = Math.max(...entries.map(({ path }) => path.join(' ').length));
  console.log(entries.map(({ path, describe }) => `${path.join(' ').padEnd(width)}  ${describe}`).join('\n'));
  console.log('\ninterlock help COMMAND: what it takes, how it ends, examples.');
}
