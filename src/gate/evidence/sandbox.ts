import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { lastPolicy, pseudonymKey, recogniser, redecide, type PolicyEntry } from '../../journal/index.ts';
import { letOut } from '../../lab/probe/field.ts';
import { loadRecorded, type LoadedPolicy } from '../../policy/index.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import type { ScenarioEvidence } from './evidence.ts';
import { recordedPolicy } from './journal.ts';

/** Of what `interlock sandbox` writes, what a gate goes by. A name is a directory's, and nothing that leads out of it. */
const RESULTS = z.object({
  version: z.string().min(1),
  scenarios: z.array(z.object({ name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/i), held: z.boolean() })),
});

const FILE = 'results.json';

/**
 * What became of scenarios, by the results that lie in a directory; each one's journal is decided again, so that what it shows is
 * shown of this engine.
 *
 * @param scenarios the names of all that there are; absent: those of the results
 */
export async function scenariosIn(
  dir: string,
  scenarios: readonly string[] | undefined,
): Promise<Result<ScenarioEvidence, string>> {
  const file = path.join(dir, FILE);
  const results = resultsIn(await readFile(file, 'utf8').catch(() => undefined));
  if (results === undefined) {
    return fail(
      `Failed to read \`${file}\`: it is not what \`interlock sandbox --out ${dir}\` writes. Run that, and name its directory.`,
    );
  }
  const twice = results.scenarios.find(
    ({ name }, index) => results.scenarios.findIndex((one) => one.name === name) < index,
  );
  if (twice !== undefined) return fail(`Failed to read \`${file}\`: it has \`${twice.name}\` twice.`);
  const decided = results.scenarios.map(({ name, held }) => ({
    name,
    held,
    ...decidedAgain(path.join(dir, name, 'journal')),
  }));
  return ok({
    engine: results.version,
    known: scenarios ?? decided.map(({ name }) => name),
    results: decided.map(({ name, held, rulesDigest }) => ({ name, held, rulesDigest })),
    redecided: {
      journals: decided.filter(({ same }) => same !== null).length,
      differing: decided.filter(({ same }) => same === false).map(({ name }) => name),
    },
  });
}

function resultsIn(text: string | undefined): z.infer<typeof RESULTS> | undefined {
  if (text === undefined) return undefined;
  try {
    return RESULTS.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

interface Decided {
  /** `null`: there is no journal. */
  readonly same: boolean | null;
  readonly rulesDigest: string | null;
}

/** A journal that is damaged, or whose policy cannot be read, was not decided the same: it shows nothing. */
function decidedAgain(journalDir: string): Decided {
  if (!existsSync(path.join(journalDir, 'segments'))) return { same: null, rulesDigest: null };
  try {
    const last = lastPolicy(journalDir);
    const loaded = last === undefined ? undefined : loadRecorded(last);
    const rulesDigest = loaded?.ok === true ? loaded.value.rulesDigest : null;
    const same = [asWritten, letOut].some((inForce) => isSame(journalDir, inForce));
    return { same, rulesDigest };
  } catch {
    return { same: false, rulesDigest: null };
  }
}

/** A scenario's policy is in force as it is written; one's own, with its agents let out: its journal says the same of both. */
const asWritten = (policy: LoadedPolicy): LoadedPolicy => policy;

function isSame(journalDir: string, inForce: (policy: LoadedPolicy) => LoadedPolicy): boolean {
  const key = pseudonymKey(journalDir);
  const policyOf = (entry: PolicyEntry): LoadedPolicy => inForce(recordedPolicy(entry));
  const { different } = redecide(
    journalDir,
    (entry) => policyOf(entry).policy,
    (entry) => recogniser(policyOf(entry).privacy, key),
  );
  return different === 0;
}
