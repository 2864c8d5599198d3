import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import packageJson from '../../../package.json' with { type: 'json' };
import { adversaries } from '../../lab/adversaries/all.ts';
import type { Discovery } from '../../lab/probe/discovery.ts';
import type { ProbeReport, ToldDiscovery } from '../../lab/probe/report.ts';
import { searching } from '../../lab/probe/search.ts';
import { makeDirectory } from '../../journal/index.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { probeJson } from '../../report/index.ts';
import { CommandFailed } from '../failure.ts';
import { blaming } from '../probe/blame.ts';
import { probeField } from '../probe/field.ts';
import { refuseUnknownKinds } from '../probe/kinds.ts';
import { oraclesFor } from '../probe/oracles-for.ts';
import { ProgressLine } from '../probe/progress.ts';
import { searched } from '../probe/searched.ts';
import { toldOf } from '../probe/told.ts';

/** Above every seed: fast-check's are 32 bits. */
const SEED_END = 2 ** 31;

/** The same policy is searched the same way by everybody, and another one otherwise: nobody can choose a seed that finds nothing. */
export const seedOfPolicy = ({ digest }: Pick<LoadedPolicy, 'digest'>): number =>
  Number.parseInt(digest.slice(0, 8), 16) % SEED_END;

/**
 * Searches as `interlock probe --runs N --seed S --json` does, and keeps what that prints.
 *
 * @returns the file
 */
export async function searchFor(loaded: LoadedPolicy, runs: number, dir: string): Promise<string> {
  const blame = <One>(run: () => Promise<One>): Promise<One> => blaming(loaded, new Map(), run);
  const field = await blame(() => probeField(loaded));
  refuseUnknownKinds(field);
  const { oracles, remarks } = oraclesFor(loaded, []);
  const startedAt = new Date().toISOString();
  const line = new ProgressLine(process.stderr);
  const clock = { now: () => Math.floor(performance.now()) };
  const result = await blame(() =>
    searched(searching(field, oracles, adversaries, { runs, seed: seedOfPolicy(loaded), clock, keepGoing: false }), {
      progress: (progress) => line.show(progress),
      found: () => Promise.resolve(),
    }),
  );
  line.end();
  if (result.ended === 'interrupted')
    throw new CommandFailed('Failed to search: it was interrupted. Run the gate again.');
  const told = (discovery: Discovery): ToldDiscovery => ({
    discovery,
    told: toldOf(discovery, field, oracles),
    keptAs: null,
  });
  const report: ProbeReport = {
    file: loaded.file,
    digest: loaded.digest,
    rules: loaded.rulesDigest,
    version: packageJson.version,
    startedAt,
    result,
    holes: result.discoveries.map(told),
    bugs: result.bugs.map(told),
    remarks,
  };
  const file = path.join(dir, 'probe.json');
  makeDirectory(dir);
  await writeFile(file, probeJson(report));
  return file;
}
