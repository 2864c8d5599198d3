import { fail, ok, type Result } from '../std/result.ts';
import type { CallEntry, PolicyEntry, Recorded } from '../journal/index.ts';
import { Grants, pseudonymKey, readJournal, recogniser } from '../journal/index.ts';
import { grantOf } from '../journal/grants.ts';
import { loadRecorded, type LoadedPolicy } from '../policy/index.ts';
import { ColumnFacts } from './column-facts.ts';
import { replayRows } from './columns.ts';
import { FactRecorder } from './fact-recorder.ts';
import type { Tape } from './tape.ts';
import { TapeRecorder } from './tape-recorder.ts';

/** A journal in columns, and what each candidate makes of its calls' facts. */
export interface ReadTape {
  readonly tape: Tape;
  /** The policies that were in force, in the tape's order. */
  readonly policies: readonly LoadedPolicy[];
  /** By candidate, in their order. */
  readonly facts: readonly ColumnFacts[];
  readonly bodiesRead: readonly number[];
  readonly from: number | null;
  readonly to: number | null;
}

/**
 * Reads a journal once for any number of candidates, line by line against its chain. Memory is what the columns take: about
 * a hundred bytes a call.
 *
 * @param journal a data directory, or records
 * @throws JournalDamaged as `readJournal` does
 */
export function readTape(
  journal: string | Iterable<Recorded>,
  candidates: readonly LoadedPolicy[],
): Result<ReadTape, string> {
  const records = typeof journal === 'string' ? readJournal(journal, { tail: 'live' }) : journal;
  const key = typeof journal === 'string' ? pseudonymKey(journal) : undefined;
  const tape = new TapeRecorder();
  const readers = candidates.map((candidate) => ({
    facts: new FactRecorder(candidate),
    sees: recogniser(candidate.privacy, key),
  }));
  const grants = new Grants();
  const byDigest = new Map<string, LoadedPolicy>();
  let inForce: LoadedPolicy | undefined;
  let from: number | null = null;
  let to: number | null = null;
  for (const record of records) {
    from ??= record.at;
    to = record.at;
    if (record.kind === 'policy') {
      inForce = byDigest.get(record.digest) ?? policyOf(record);
      if (inForce === undefined) return fail(`this version cannot read the policy of record ${record.seq}`);
      byDigest.set(record.digest, inForce);
    } else if (record.kind === 'grant') grants.add(grantOf(record));
    else if (record.kind === 'call') {
      if (inForce === undefined) return fail(`no policy stands before the call of record ${record.seq}`);
      const around = { policy: inForce, grant: grants.byId(record.grant) };
      for (const { facts, sees } of readers)
        facts.note(tape.calls, record, sees(record) as Recorded<CallEntry>, around);
    }
    for (const row of replayRows(record)) tape.row(row);
  }
  const whole = tape.done();
  const policies = whole.policies.map(({ digest }) => byDigest.get(digest) as LoadedPolicy);
  return ok({
    tape: whole,
    policies,
    facts: candidates.map(
      (candidate, index) => new ColumnFacts(whole, candidate, policies, (readers[index] as Reader).facts.found),
    ),
    bodiesRead: readers.map(({ facts }) => facts.bodiesRead),
    from,
    to,
  });
}

interface Reader {
  readonly facts: FactRecorder;
}

function policyOf(recorded: PolicyEntry): LoadedPolicy | undefined {
  const loaded = loadRecorded(recorded);
  return loaded.ok ? loaded.value : undefined;
}
