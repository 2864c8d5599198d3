import { statSync } from 'node:fs';
import { readActuals, type ReadActuals } from '../../evidence/divergence/actuals.ts';
import type { ComparedCase } from '../../evidence/divergence/comparison.ts';
import { compareSides } from '../../evidence/divergence/divergence.ts';
import { casesBy, clustersBy, did, meant } from '../../evidence/divergence/meant.ts';
import type { CaseField } from '../../evidence/divergence/model.ts';
import { intentsIn } from '../../evidence/intents/from-warehouse.ts';
import type { Intents } from '../../evidence/intents/intent.ts';
import { opened } from '../../evidence/intents/opened.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import { openWarehouse } from '../../warehouse/index.ts';
import { textOf } from '../../warehouse/import/lines.ts';
import type { ActualsAsked } from './asked.ts';

/** The most bytes of an actuals file, unpacked: it is held in memory. */
const ACTUALS_BYTES_MAX = 256 * 1024 * 1024;

/** As `interlock compare` has it. */
const WITHIN_MS = 24 * 3_600_000;

/** What people did, beside what the agent meant in the same cases. */
export interface ComparedActuals {
  readonly cases: readonly ComparedCase[];
  readonly caseField: CaseField;
}

/** @param intents of the agent, those that count; @param dir their journal, which may hold the key to what is sealed in them */
export async function comparedWith(
  { withinMs = WITHIN_MS, ...asked }: ActualsAsked,
  policy: LoadedPolicy,
  sealed: Intents,
  dir: string,
): Promise<Result<ComparedActuals, string>> {
  const actuals = isDirectory(asked.place)
    ? ok(await fromJournal(asked.place, asked.caseField ?? 'session'))
    : await fromFile(asked, policy);
  if (!actuals.ok) return actuals;
  const { side, caseField, fields, timed, incomplete } = actuals.value;
  const intents = fields.size === 0 ? sealed : opened(dir, sealed);
  const agent = meant(intents, casesBy(caseField, intents), { fields, except: NONE });
  const terms = {
    withinMs: timed ? withinMs : null,
    clusterOf: clustersBy(caseField, intents),
    without: incomplete,
  };
  return ok({ cases: compareSides(agent, side, terms).cases, caseField });
}

const NONE: ReadonlySet<string> = new Set();

export function isDirectory(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

async function fromFile(
  { place, caseField, actions = new Map(), currency }: ActualsAsked,
  { policy }: LoadedPolicy,
): Promise<Result<ReadActuals, string>> {
  const text = await textOf(place, ACTUALS_BYTES_MAX);
  if (text === undefined) return fail(`Failed to read \`${place}\`: it is larger than ${ACTUALS_BYTES_MAX} bytes.`);
  const routes = new Map([...policy.routes].map(([id, { effect }]) => [id as string, effect]));
  const read = readActuals(text, { caseField, routes, actions, currency });
  return read.ok
    ? read
    : fail(`Failed to read \`${place}\`: ${read.failure}. docs/divergence.md says what it may hold.`);
}

/** What really happened, by a second journal: of all agents, for it may be of another, or of people. */
async function fromJournal(dir: string, caseField: CaseField): Promise<ReadActuals> {
  const warehouse = await openWarehouse(dir);
  try {
    const intents = await intentsIn(warehouse, null);
    const side = did(intents, casesBy(caseField, intents), { fields: new Map(), except: NONE });
    return { side, caseField, fields: new Map(), timed: true, badRows: [], incomplete: NONE, ignoredColumns: [] };
  } finally {
    warehouse.close();
  }
}
