import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { CommandModule } from 'yargs';
import { CommandFailed } from '../failure.ts';
import { makeSigningKey } from '../new-key.ts';
import { dataOption, jsonOption } from '../options.ts';
import { gateKeyFrom, gateKeyOptions, type GateKeyArguments } from '../signing-key.ts';

interface Common {
  readonly json: boolean;
}

interface MakeArguments extends Common {
  readonly name: string;
  readonly out: string;
  readonly data: string;
}

const make: CommandModule<Common, MakeArguments> = {
  command: 'make',
  describe: 'Make a key that signs promotions; print what belongs under `promotion.keys` of the policy',
  builder: (yargs) =>
    yargs
      .option('name', {
        type: 'string',
        demandOption: true,
        describe: 'Who signs with it, for ever: gate.example.com/refunds',
      })
      .option('out', {
        type: 'string',
        demandOption: true,
        describe: 'Where the key goes (mode 0600); not in the data directory, and not in the repository',
      })
      .option('data', dataOption)
      .example('$0 keys make --name gate.example.com/refunds --out ~/.config/interlock/gate.key', ''),
  handler: ({ name, out, data, json }) => {
    const { verifierKey } = makeSigningKey(name, out, data);
    const tree = committable(out);
    if (tree !== undefined) {
      console.error(
        `Take care: ${out} lies in the working tree ${tree} and git does not ignore it. Whoever has it can promote any agent: move it, or ignore it.`,
      );
    }
    if (json) return console.log(JSON.stringify({ name, file: out, verifierKey }));
    console.log(verifierKey);
    console.error(
      `The signing key is in ${out}. Put the line above under \`promotion.keys\` of the policy, and give the file to whoever runs the gate: not to the agent, and not to the door.`,
    );
  },
};

/** The working tree that would take a file into its next commit; `undefined`: none would. */
function committable(file: string): string | undefined {
  for (let folder = path.dirname(path.resolve(file)); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, '.git'))) {
      const ignored = spawnSync('git', ['-C', folder, 'check-ignore', '-q', path.resolve(file)]).status === 0;
      return ignored ? undefined : folder;
    }
    if (path.dirname(folder) === folder) return undefined;
  }
}

interface ShowArguments extends Common, Pick<GateKeyArguments, 'keyEnv'> {
  readonly file: string | undefined;
}

const show: CommandModule<Common, ShowArguments> = {
  command: 'show [file]',
  describe: 'Print the public half of a key: what verifies',
  builder: (yargs) =>
    yargs
      .positional('file', { type: 'string', describe: 'The file of the key' })
      .option('key-env', gateKeyOptions['key-env']) as never,
  handler: ({ file, keyEnv, json }) => {
    const signer = gateKeyFrom({ key: file, keyEnv }, process.env);
    if (signer === undefined) {
      throw new CommandFailed('Failed to show a key: name its file, or the variable that holds it: --key-env NAME.');
    }
    const { log: name, verifierKey } = signer;
    console.log(json ? JSON.stringify({ name, verifierKey }) : verifierKey);
  },
};

/** `interlock keys make|show` */
export const keys: CommandModule<object, Common> = {
  command: 'keys',
  describe: 'Make and show the keys that sign promotions',
  builder: (yargs) =>
    yargs.option('json', jsonOption).command(make).command(show).demandCommand(1, 'Name one of make, show.'),
  handler: () => undefined,
};
