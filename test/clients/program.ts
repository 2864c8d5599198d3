import { execFile, execFileSync, type ExecFileOptions } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Why a program of this machine cannot be used; `undefined`: it can. */
export function missing(program: string, ...asked: readonly string[]): string | undefined {
  try {
    execFileSync(program, asked, { stdio: 'ignore' });
    return undefined;
  } catch {
    return `${program} is not on this machine`;
  }
}

/** What a program prints. */
export async function printed(
  program: string,
  args: readonly string[],
  options: ExecFileOptions = {},
): Promise<string> {
  const { stdout } = await execute(program, args, { ...options, encoding: 'utf8' });
  return stdout;
}
