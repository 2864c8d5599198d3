import path from 'node:path';
import { fail, ok, type Result } from '../std/result.ts';
import { grantOf } from '../journal/grants.ts';
import type { CallEntry, GrantEntry, Recorded } from '../journal/index.ts';
import { joinPart, readPartTape, tapeSize } from '../warehouse/tape/join-part.ts';
import type { TapeHead } from '../warehouse/tape/part-tape.ts';
import type { SealedJournal } from '../warehouse/tape/sealed-journal.ts';
import { headless, type Reading } from './reading.ts';
import { Standing } from './standing.ts';

/** A part of the sealed calls whose requests a candidate may ask for. If it asks for more, all lines are read: in one go they come faster. */
const LOOKED_AT_SHARE_MAX = 0.5;

/** What came of taking a journal's sealed columns. */
export type Taken =
  | { readonly kind: 'taken'; readonly calls: number }
  /** Its lines must be read instead, and why. */
  | { readonly kind: 'useless'; readonly why: string };

/**
 * Takes the sealed part of a journal in from its columns: the same as if its records had been read one by one. What a candidate
 * must know of a call and no column says is looked up in the call's own record.
 *
 * The failure is that of the journal, as its lines would give it.
 *
 * @throws JournalDamaged
 */
export function takeSealed(reading: Reading, sealed: SealedJournal): Result<Taken, string> {
  const { reel } = reading.recorder;
  const useless = (file: string, why: string): Result<Taken, string> =>
    ok({ kind: 'useless', why: `${path.basename(file)} could not be used: ${why}` });
  let [calls, events] = [0, 0];
  for (const { file } of sealed.tapes) {
    const size = tapeSize(file);
    if (!size.ok) return useless(file, size.failure);
    calls += size.value.calls;
    events += size.value.events;
  }
  reel.reserve(calls, events);
  const grants: Recorded<GrantEntry>[] = [];
  for (const { file, ...identity } of sealed.tapes) {
    const tape = readPartTape(file, identity);
    if (!tape.ok) return useless(file, tape.failure);
    const firstRow = reel.calls;
    joinPart(reel, tape.value);
    const { head } = tape.value;
    const first = firstRow === reel.calls ? undefined : reel.columns.seq.at(firstRow);
    const policies = takePolicies(reading, head, first);
    if (!policies.ok) return policies;
    for (const grant of head.grants) grants.push(grant);
  }
  reading.from = sealed.from;
  reading.to = sealed.to;
  return lookAt(reading, sealed, grants);
}

function takePolicies(reading: Reading, { policies }: TapeHead, firstCall: number | undefined): Result<void, string> {
  const isHeadless = !reading.hasPolicy && firstCall !== undefined && firstCall < (policies[0]?.seq ?? Infinity);
  if (isHeadless) return headless(firstCall);
  for (const record of policies) {
    const known = reading.policy(record);
    if (!known.ok) return fail(known.failure);
  }
  reading.catchUp();
  return ok(undefined);
}

/** Looks at the records of the calls of which the columns do not say everything. */
function lookAt(
  reading: Reading,
  sealed: SealedJournal,
  grants: readonly Recorded<GrantEntry>[],
): Result<Taken, string> {
  const tape = reading.recorder.done();
  const policies = reading.policiesOf(tape);
  const rowsMax = Math.floor(tape.calls.size * LOOKED_AT_SHARE_MAX);
  const wanted = new Map<number, number[]>();
  for (const [index, candidate] of reading.candidates.entries()) {
    const rows = new Standing(candidate, tape, policies, reading.key !== undefined).rowsToRead(rowsMax);
    if (rows === undefined || wanted.size > rowsMax)
      return ok({ kind: 'useless', why: `${candidate.file} asks most calls for more than the columns say` });
    for (const row of rows) {
      const its = wanted.get(row);
      if (its === undefined) wanted.set(row, [index]);
      else its.push(index);
    }
  }
  for (const row of tape.calls.befores.keys()) reading.noteBefore(row);
  let given = 0;
  const giveUntil = (seq: number): void => {
    for (; given < grants.length; given += 1) {
      const grant = grants[given] as Recorded<GrantEntry>;
      if (grant.seq > seq) return;
      reading.grants.add(grantOf(grant));
    }
  };
  for (const row of [...wanted.keys()].sort((a, b) => a - b)) {
    const seq = tape.calls.seq[row] as number;
    giveUntil(seq);
    const record = sealed.record(seq) as Recorded<CallEntry>;
    const policy = policies[tape.calls.policy[row] as number];
    if (policy !== undefined) for (const index of wanted.get(row) ?? []) reading.note(index, row, record, policy);
  }
  giveUntil(Infinity);
  return ok({ kind: 'taken', calls: tape.calls.size });
}
