import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Discovery, Told } from '../../lab/probe/discovery.ts';
import type { Field } from '../../lab/probe/field.ts';
import { keep, keptFile } from '../../lab/probe/kept.ts';
import { loadOracles } from './oracles.ts';
import { makeDirectory } from '../../journal/index.ts';

export interface KeepPlace {
  /** Made where it is not there. */
  readonly dir: string;
  /** The files of oracles that are not the policy's own. */
  readonly oracleFiles: readonly string[];
}

/** Keeps a discovery as a scenario file, and gives its path. The same discovery has the same name: it is kept once. */
export async function saveDiscovery(
  discovery: Discovery,
  told: Told,
  field: Field,
  { dir, oracleFiles }: KeepPlace,
): Promise<string> {
  const { loaded } = field;
  const upstreams = [...loaded.upstreams.values()];
  const oracleFile = await fileOf(discovery.harm.oracle, oracleFiles);
  const kept = keep(discovery, told, field, {
    policy: pathFrom(dir, loaded.file),
    ...(oracleFile !== undefined && { oracleFile: pathFrom(dir, oracleFile) }),
    mocks: Object.fromEntries(upstreams.map(({ id, mock }) => [id, mock ?? ''])),
  });
  makeDirectory(dir);
  const file = path.join(dir, `${kept.name}.ts`);
  writeFileSync(file, keptFile(kept));
  return file;
}

/** The file that an oracle comes from; `undefined`: the policy states it. */
async function fileOf(oracle: string, files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    if ((await loadOracles([file])).some(({ name }) => name === oracle)) return file;
  }
  return undefined;
}

/** Relative, with forward slashes: the same file on every machine that has the project. */
function pathFrom(dir: string, file: string): string {
  const relative = path.relative(path.resolve(dir), path.resolve(file)).replaceAll(path.sep, '/');
  return relative.startsWith('.') ? relative : `./${relative}`;
}
