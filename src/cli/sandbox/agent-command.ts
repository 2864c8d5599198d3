import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { CommandFailed } from '../failure.ts';

/** What runs a file of this kind; `node`: the Node that runs us, which takes TypeScript as it is. */
const INTERPRETERS: Readonly<Record<string, string>> = {
  '.js': process.execPath,
  '.mjs': process.execPath,
  '.cjs': process.execPath,
  '.ts': process.execPath,
  '.mts': process.execPath,
  '.cts': process.execPath,
  '.py': 'python3',
};

type Command = readonly [string, ...string[]];

/**
 * How an agent is started: a program, a file with its interpreter, or a command line as it was written behind `--`. What
 * stands behind `--` beside a file are the file's arguments.
 *
 * @throws CommandFailed where there is no such file, or it cannot be run
 */
export function agentCommand(agent: string | undefined, rest: readonly string[]): Command {
  if (agent === undefined) {
    const [program, ...more] = rest;
    if (program === undefined) throw new CommandFailed('Failed to run an agent: nothing stands behind `--`.');
    return isPath(program) ? [runnable(program), ...more] : [program, ...more];
  }
  if (!isThere(agent)) {
    // A bare word is a program that is found as a shell would find it.
    if (!isPath(agent) && path.extname(agent) === '') return [agent, ...rest];
    throw new CommandFailed(`Failed to run agent \`${agent}\`: there is no such file.`);
  }
  const interpreter = INTERPRETERS[path.extname(agent)];
  if (interpreter === undefined) return [runnable(agent), ...rest];
  refuseDirectory(agent);
  return [interpreter, path.resolve(agent), ...rest];
}

function runnable(file: string): string {
  if (!isThere(file)) throw new CommandFailed(`Failed to run agent \`${file}\`: there is no such file.`);
  refuseDirectory(file);
  try {
    accessSync(file, constants.X_OK);
  } catch {
    throw new CommandFailed(
      `Failed to run agent \`${file}\`: it is not executable. \`chmod +x ${file}\`, or name what runs it: \`-- ruby ${file}\`.`,
    );
  }
  return path.resolve(file);
}

function refuseDirectory(file: string): void {
  if (statSync(file).isDirectory()) {
    throw new CommandFailed(`Failed to run agent \`${file}\`: it is a directory. Name the file in it that starts.`);
  }
}

const isPath = (name: string): boolean => /[\\/]/.test(name);
const isThere = (file: string): boolean => statSync(file, { throwIfNoEntry: false }) !== undefined;
