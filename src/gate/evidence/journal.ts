import type { CallId } from '../../engine/ids.ts';
import {
  pseudonymKey,
  readJournal,
  recogniser,
  redecide,
  verifyJournal,
  type Difference,
  type PolicyEntry,
  type Recorded,
  type Redecision,
} from '../../journal/index.ts';
import { loadRecorded, type LoadedPolicy } from '../../policy/index.ts';
import { FROM_RECORDING, scopeWhere } from '../../evidence/shadow/scope.ts';
import { numberIn, textIn, textOrNull, type Source } from '../../evidence/shadow/source.ts';
import type { JournalEvidence } from './evidence.ts';

export type Head = NonNullable<JournalEvidence['head']>;

/** A policy that a journal names and this version cannot read: nothing that it decided can be decided again. */
class UnreadablePolicy extends Error {
  override readonly name = 'UnreadablePolicy';
}

/** The last record of what the warehouse shows; `null`: there is none. */
export async function headOf(source: Pick<Source, 'rows'>): Promise<Head | null> {
  const [row] = await source.rows(
    `SELECT seq::DOUBLE AS seq, "at"::DOUBLE AS "at", json_extract_string(json, '$.hash') AS hash FROM records ORDER BY records.seq DESC LIMIT 1`,
  );
  return row === undefined ? null : { seq: numberIn(row, 'seq'), hash: textIn(row, 'hash'), at: numberIn(row, 'at') };
}

/** What `audit verify` finds wrong: nothing, or the first thing. A line that is being written, or that a crash left, is not wrong. */
export async function problemsOf(dir: string): Promise<readonly string[]> {
  const found = await verifyJournal(dir);
  if (found.ok) return [];
  const { file, offset, line, seq, problem, hint } = found;
  return [`${file}, byte ${offset} (line ${line}, record ${seq}): ${problem}. ${hint}`];
}

/** Which versions of the engine wrote the records from one on, in the order in which they did; `null`: one that did not say. */
export async function enginesOf(
  source: Pick<Source, 'rows'>,
  first: number,
  last: number,
): Promise<JournalEvidence['engines']> {
  const rows = await source.rows(`SELECT engine FROM recoveries WHERE seq <= ${last}
    AND seq >= coalesce((SELECT max(seq) FROM recoveries WHERE seq <= ${first}), 0) GROUP BY 1 ORDER BY min(seq)`);
  return rows.map((row) => textOrNull(row, 'engine'));
}

/** How many calls between two records were imported from a recording. */
export async function importedIn(
  source: Source,
  {
    agent,
    stage,
    first,
    last,
  }: { readonly agent: string; readonly stage: string; readonly first: number; readonly last: number },
): Promise<number> {
  const its = scopeWhere({ agent, stage, from: null, to: null, records: { first, last }, timeZone: 'UTC' });
  const [row = {}] = await source.rows(`SELECT count(*)::DOUBLE AS n FROM calls WHERE ${its} AND ${FROM_RECORDING}`);
  return numberIn(row, 'n');
}

/** Decides the journal again as far as `head`, whatever is written behind it meanwhile. */
export function redecidedUntil(
  dir: string,
  { seq: lastSeq }: Head,
  policies: readonly Recorded<PolicyEntry>[],
): JournalEvidence['redecided'] | { readonly problem: string } {
  const key = pseudonymKey(dir);
  const known = new Map<string, LoadedPolicy>();
  const policyOf = (entry: PolicyEntry): LoadedPolicy => {
    const loaded = known.get(entry.digest) ?? recordedPolicy(entry);
    known.set(entry.digest, loaded);
    return loaded;
  };
  try {
    const found = redecide(
      { records: readJournal(dir, { tail: 'live' }), policies, lastSeq },
      (entry) => policyOf(entry).policy,
      (entry) => recogniser(policyOf(entry).privacy, key),
    );
    return redecidedOf(found);
  } catch (error) {
    if (error instanceof UnreadablePolicy) return { problem: error.message };
    throw error;
  }
}

function redecidedOf({ calls, different, differences, decisions }: Redecision): JournalEvidence['redecided'] {
  const first = differences.find(({ call }) => call !== null);
  return { calls, differences: different, ...decisions, first: first === undefined ? null : firstOf(first) };
}

/** @throws UnreadablePolicy */
export function recordedPolicy(entry: PolicyEntry): LoadedPolicy {
  const loaded = loadRecorded(entry);
  if (loaded.ok) return loaded.value;
  const [problem] = loaded.failure;
  throw new UnreadablePolicy(
    `this version cannot read the policy \`${entry.file}\` that decided (${problem?.message ?? 'it says not why'}), so that nothing can be decided again. Run the gate with the version that recorded it.`,
  );
}

/** Enough of what a record says to see the difference. */
const SHOWN_CHARACTERS = 200;

function firstOf({ call, what, recorded, now }: Difference): NonNullable<JournalEvidence['redecided']['first']> {
  const told = (value: unknown): string => {
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
    return `${what} ${text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text}`;
  };
  return { call: call as CallId, recorded: told(recorded), now: told(now) };
}
