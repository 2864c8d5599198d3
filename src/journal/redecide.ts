import { isDeepStrictEqual } from 'node:util';
import { tripsOf } from '../engine/combine.ts';
import { Engine } from '../engine/engine.ts';
import type { CallId } from '../engine/ids.ts';
import type { Policy } from '../engine/policy.ts';
import { decisionLine, DecisionDigests } from './decision-digest.ts';
import type { CallEntry, PolicyEntry, Recorded } from './entry.ts';
import { callOf, findingsJson } from './facts.ts';
import { eventsOf } from './fold.ts';
import { FreezeCheck } from './freeze-check.ts';
import { readJournal } from './read.ts';
import type { Recognise } from './vault/recognise.ts';

export interface Redecision {
  readonly calls: number;
  /** None: the journal's verdicts are what its own policies say of its own facts. At most {@link DIFFERENCES_MAX}. */
  readonly differences: readonly Difference[];
  /** Records that say something else than comes out now: all of them, those that are not listed too. */
  readonly different: number;
  /** SHA-256 (hex) over what was decided of every call, as it stands and as it comes out now; see {@link DecisionDigests}. */
  readonly decisions: { readonly recorded: string; readonly now: string };
}

/** One thing that a record says and its policy does not. */
export interface Difference {
  readonly seq: number;
  /** `null` where the record is of a policy. */
  readonly call: CallId | null;
  readonly what: 'verdict' | 'findings' | 'trips' | 'approval' | 'freeze' | 'policy';
  readonly recorded: unknown;
  readonly now: unknown;
}

/** Enough to see a pattern; a journal that differs throughout would not fit in memory twice. */
export const DIFFERENCES_MAX = 1_000;

/**
 * Decides every call of a journal again, from its recorded facts, under the policy that was in force (I8).
 *
 * Every policy has an engine that hears every record from the first on, which is what a restart under that policy knows;
 * the one that the journal named last decides. So two passes suffice, whatever the number of policies.
 *
 * @param journal a data directory, records that can be iterated twice, or records of which the policies are known already
 * @param compile compiles a policy from its record alone; what it throws is thrown
 * @param recognise how a start under that policy sees what was journalled before it
 */
export function redecide(
  journal: string | Iterable<Recorded> | KnownRecords,
  compile: (recorded: PolicyEntry) => Policy,
  recognise: (recorded: PolicyEntry) => Recognise = () => AS_IT_STANDS,
): Redecision {
  const { records, policies, lastSeq } = known(
    typeof journal === 'string' ? readJournal(journal, { tail: 'live' }) : journal,
  );
  const differences: Difference[] = [];
  const different = new Set<number>();
  const note = (difference: Difference): void => {
    different.add(difference.seq);
    if (differences.length < DIFFERENCES_MAX) differences.push(difference);
  };
  const engines = enginesOf(policies, compile, recognise, note);
  let inForce: Engine | undefined;
  let calls = 0;
  const freezes = new FreezeCheck();
  const digests = new DecisionDigests();
  for (const record of records) {
    // A journal that is being written has grown since the first pass.
    if (record.seq > lastSeq) break;
    if (record.kind === 'policy') inForce = engines.get(record.digest)?.engine;
    if (record.kind === 'call') {
      calls += 1;
      const line = decisionLine(record.call, record);
      if (inForce === undefined) note(policyDifference(record, record.call, 'no policy stands before this call'));
      digests.take(line, inForce && compare(record, line, inForce, note));
    }
    const odd = inForce && freezes.before(record, inForce);
    if (odd !== undefined) note({ seq: record.seq, call: null, what: 'freeze', ...odd });
    for (const { engine, sees } of engines.values()) for (const event of eventsOf(sees(record))) engine.apply(event);
    if (inForce !== undefined) freezes.after(record, inForce);
  }
  return { calls, differences, different: different.size, decisions: digests.hex() };
}

/** The records of a journal, every policy record among them, and how far they are decided. */
export interface KnownRecords {
  readonly records: Iterable<Recorded>;
  readonly policies: readonly Recorded<PolicyEntry>[];
  readonly lastSeq: number;
}

function known(journal: Iterable<Recorded> | KnownRecords): KnownRecords {
  if ('policies' in journal) return journal;
  const policies: Recorded<PolicyEntry>[] = [];
  let lastSeq = 0;
  for (const record of journal) {
    lastSeq = record.seq;
    if (record.kind === 'policy') policies.push(record);
  }
  return { records: journal, policies, lastSeq };
}

/** An engine, and how its policy sees records. */
interface Seeing {
  readonly engine: Engine;
  readonly sees: Recognise;
}

const AS_IT_STANDS: Recognise = (record) => record;

type Note = (difference: Difference) => void;

function enginesOf(
  policies: readonly Recorded<PolicyEntry>[],
  compile: (recorded: PolicyEntry) => Policy,
  recognise: (recorded: PolicyEntry) => Recognise,
  note: Note,
): ReadonlyMap<string, Seeing> {
  const engines = new Map<string, Seeing>();
  for (const record of policies) {
    const policy = compile(record);
    if (policy.digest !== record.digest) note(policyDifference(record, null, policy.digest));
    if (!engines.has(record.digest)) {
      engines.set(record.digest, { engine: new Engine(policy), sees: recognise(record) });
    }
  }
  return engines;
}

/** Gives the line of what is decided now; `line` is that of the record. */
function compare(record: Recorded<CallEntry>, line: string, engine: Engine, note: Note): string {
  const decision = engine.decide(callOf(record));
  const now = { verdict: decision.verdict, findings: findingsJson(decision.findings), trips: tripsOf(decision) };
  const decided = decisionLine(record.call, now);
  if (decided === line && record.approval === decision.approval) return decided;
  const pairs = [
    ['verdict', record.verdict, now.verdict],
    ['findings', record.findings, now.findings],
    ['trips', record.trips, now.trips],
    ['approval', record.approval, decision.approval],
  ] as const;
  for (const [what, recorded, its] of pairs) {
    if (!isDeepStrictEqual(recorded, its)) note({ seq: record.seq, call: record.call, what, recorded, now: its });
  }
  return decided;
}

function policyDifference(record: Recorded<PolicyEntry | CallEntry>, call: CallId | null, now: string): Difference {
  return { seq: record.seq, call, what: 'policy', recorded: record.kind === 'policy' ? record.digest : null, now };
}
