import { type Thrower, Threw } from '../../lab/probe/threw.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { CommandFailed } from '../failure.ts';
import { loadOracles } from './oracles.ts';

/** Files of oracles by the oracle's name. */
export type OracleFiles = ReadonlyMap<string, string>;

export async function oracleFilesOf(files: readonly string[]): Promise<OracleFiles> {
  const byFile = files.map(async (file) =>
    (await loadOracles([file])).map(({ name }): [string, string] => [name, file]),
  );
  return new Map((await Promise.all(byFile)).flat());
}

/**
 * What somebody else's code threw is told as their file's failure. Where an oracle of the policy's or of Interlock's own
 * throws, that is a fault of ours, and stays one.
 *
 * @throws CommandFailed
 */
export async function blaming<One>(
  { file, upstreams }: Pick<LoadedPolicy, 'file' | 'upstreams'>,
  oracleFiles: OracleFiles,
  run: () => Promise<One>,
): Promise<One> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Threw)) throw error;
    const mocks = new Map([...upstreams.values()].map(({ id, mock }): [string, string] => [id, mock ?? '']));
    const culprit = culpritOf(error.by, oracleFiles, mocks);
    if (culprit === undefined) {
      const where = error.where === undefined ? '' : ` (${error.where})`;
      throw new Error(`The probe itself broke, which says nothing of the policy; please report it${where}`, {
        cause: error,
      });
    }
    const again = error.where === undefined ? '' : ` It was ${error.where}.`;
    throw new CommandFailed(
      `Failed to probe \`${file}\`: ${culprit} threw \`${error.message}\` when ${error.doing}.${again} Mend it and probe again.`,
      { cause: error },
    );
  }
}

/** `undefined`: nobody but us. */
function culpritOf(by: Thrower, oracleFiles: OracleFiles, mocks: ReadonlyMap<string, string>): string | undefined {
  if (by.kind === 'world') return `the mock \`${mocks.get(by.upstream) ?? ''}\` of upstream \`${by.upstream}\``;
  const file = oracleFiles.get(by.oracle);
  return file === undefined ? undefined : `the oracle \`${by.oracle}\` of ${file}`;
}
