import type { Oracle } from '../../lab/oracles/oracle.ts';
import { CommandFailed } from '../failure.ts';
import { importOwn } from '../own-module.ts';

const FORM =
  'Write `export default oracleOf({ name, text, harm })`, or defineOracle({ name, text, watch }), or a list of them.';

/** Oracles of a user's own: the default exports of files, in the order named. @throws CommandFailed */
export async function loadOracles(files: readonly string[]): Promise<readonly Oracle[]> {
  const byFile = await Promise.all(files.map(async (file) => ({ file, oracles: await oraclesOf(file) })));
  const owners = new Map<string, string>();
  for (const { file, oracles } of byFile) {
    for (const { name } of oracles) {
      const other = owners.get(name);
      if (other !== undefined) throw failed(file, `\`${name}\` is the name of an oracle in ${other} already.`);
      owners.set(name, file);
    }
  }
  return byFile.flatMap(({ oracles }) => oracles);
}

async function oraclesOf(file: string): Promise<readonly Oracle[]> {
  let module: { readonly default?: unknown };
  try {
    module = await importOwn(file);
  } catch (error) {
    throw failed(file, error instanceof Error ? error.message : String(error), error);
  }
  if (module.default === undefined) throw failed(file, `it has no default export. ${FORM}`);
  const all: readonly unknown[] = Array.isArray(module.default) ? module.default : [module.default];
  if (all.length === 0) throw failed(file, `its default export is an empty list. ${FORM}`);
  return all.map((one, index) =>
    checked(one, file, all.length === 1 ? 'its default export' : `its oracle ${index + 1}`),
  );
}

/** Names that the policy's own oracles have. */
const RESERVED = /^(never\[\d+\]|I[25] .*|.*\.(once|budgets)\[\d+\]|budgets\[\d+\])$/;

function checked(one: unknown, file: string, which: string): Oracle {
  const { name, text, watch } = (typeof one === 'object' && one !== null ? one : {}) as Partial<Oracle>;
  if (typeof watch !== 'function') throw failed(file, `${which} is no oracle: it has no \`watch\`. ${FORM}`);
  if (typeof name !== 'string' || name === '') throw failed(file, `${which} has no \`name\`. ${FORM}`);
  if (typeof text !== 'string' || text === '')
    throw failed(file, `\`${name}\` has no \`text\`: what must never happen?`);
  if (RESERVED.test(name)) throw failed(file, `\`${name}\` is what a rule of the policy is called. Name it otherwise.`);
  return one as Oracle;
}

function failed(file: string, why: string, cause?: unknown): CommandFailed {
  return new CommandFailed(`Failed to load oracles from \`${file}\`: ${why}`, { cause });
}
