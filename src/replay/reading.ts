import { fail, ok, type Result } from '../std/result.ts';
import { grantOf } from '../journal/grants.ts';
import { Grants, recogniser, type CallEntry, type PolicyEntry, type Recorded } from '../journal/index.ts';
import { loadRecorded, type LoadedPolicy } from '../policy/index.ts';
import { replayRows } from '../warehouse/tape/rows.ts';
import { TapeRecorder } from '../warehouse/tape/tape-recorder.ts';
import type { Tape } from '../warehouse/tape/tape.ts';
import { ColumnFacts } from './column-facts.ts';
import { FactRecorder } from './fact-recorder.ts';

/** A journal while it is read: the tape so far, the policy in force, and what each candidate found. */
export class Reading {
  readonly candidates: readonly LoadedPolicy[];
  /** Of pseudonyms; `undefined`: there is none. */
  readonly key: Buffer | undefined;
  readonly recorder = new TapeRecorder();
  readonly grants = new Grants();
  readonly #readers: readonly Reader[];
  readonly #byDigest = new Map<string, LoadedPolicy>();
  #inForce: LoadedPolicy | undefined;
  from: number | null = null;
  to: number | null = null;

  constructor(candidates: readonly LoadedPolicy[], key: Buffer | undefined) {
    this.candidates = candidates;
    this.key = key;
    this.#readers = candidates.map((candidate) => ({
      facts: new FactRecorder(candidate),
      sees: recogniser(candidate.privacy, key),
    }));
  }

  /** Takes records in, in order. */
  all(records: Iterable<Recorded>): Result<void, string> {
    for (const record of records) {
      this.from ??= record.at;
      this.to = record.at;
      if (record.kind === 'policy') {
        const known = this.policy(record);
        if (!known.ok) return known;
        this.#inForce = known.value;
      } else if (record.kind === 'grant') this.grants.add(grantOf(record));
      else if (record.kind === 'call') {
        if (this.#inForce === undefined) return headless(record.seq);
        for (const index of this.#readers.keys()) this.note(index, this.recorder.calls, record, this.#inForce);
      }
      for (const row of replayRows(record)) this.recorder.row(row);
    }
    return ok(undefined);
  }

  /** The policy of a record, read once for each digest. */
  policy(record: Recorded<PolicyEntry>): Result<LoadedPolicy, string> {
    const known = this.#byDigest.get(record.digest) ?? policyOf(record);
    if (known === undefined) return fail(`this version cannot read the policy of record ${record.seq}`);
    this.#byDigest.set(record.digest, known);
    return ok(known);
  }

  /** Whether a policy is in force. */
  get hasPolicy(): boolean {
    return this.#inForce !== undefined;
  }

  /** What the reel was given is in force, not what was read here. */
  catchUp(): void {
    const { policies, policy } = this.recorder.reel;
    this.#inForce = this.#byDigest.get(policies[policy]?.digest ?? '');
  }

  /** The tape's policies, in its order. */
  policiesOf(tape: Tape): readonly LoadedPolicy[] {
    return tape.policies.map(({ digest }) => this.#byDigest.get(digest) as LoadedPolicy);
  }

  /** What one candidate makes of a call's record. Rows come in order. */
  note(index: number, row: number, record: Recorded<CallEntry>, policy: LoadedPolicy): void {
    const { facts, sees } = this.#readers[index] as Reader;
    const around = { policy, grant: this.grants.byId(record.grant) };
    facts.note(row, record, sees(record) as Recorded<CallEntry>, around);
  }

  /** That a row is a read of the door's own. */
  noteBefore(row: number): void {
    for (const { facts } of this.#readers) facts.noteBefore(row);
  }

  done() {
    const tape = this.recorder.done();
    const policies = this.policiesOf(tape);
    return {
      tape,
      policies,
      facts: this.#readers.map(
        ({ facts }, index) => new ColumnFacts(tape, this.candidates[index] as LoadedPolicy, policies, facts.found),
      ),
      bodiesRead: this.#readers.map(({ facts }) => facts.bodiesRead),
      from: this.from,
      to: this.to,
    };
  }
}

export function headless(seq: number): Result<never, string> {
  return fail(`no policy stands before the call of record ${seq}`);
}

interface Reader {
  readonly facts: FactRecorder;
  readonly sees: ReturnType<typeof recogniser>;
}

function policyOf(recorded: PolicyEntry): LoadedPolicy | undefined {
  const loaded = loadRecorded(recorded);
  return loaded.ok ? loaded.value : undefined;
}
