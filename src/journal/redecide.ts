import { isDeepStrictEqual } from 'node:util';
import { tripsOf } from '../engine/combine.ts';
import { Engine } from '../engine/engine.ts';
import type { CallId } from '../engine/ids.ts';
import type { Policy } from '../engine/policy.ts';
import { DecisionDigest, type Decided } from './decision-digest.ts';
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
  /** SHA-256 (hex) over what was decided of every call, as it stands and as it comes out now; see {@link DecisionDigest}. */
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
 * @param journal a data directory, or records that can be iterated twice
 * @param compile compiles a policy from its record alone; what it throws is thrown
 * @param recognise how a start under that policy sees what was journalled before it
 */
export function redecide(
  journal: string | Iterable<Recorded>,
  compile: (recorded: PolicyEntry) => Policy,
  recognise: (recorded: PolicyEntry) => Recognise = () => AS_IT_STANDS,
): Redecision {
  const records = typeof journal === 'string' ? readJournal(journal, { tail: 'live' }) : journal;
  const differences: Difference[] = [];
  const different = new Set<number>();
  const note = (difference: Difference): void => {
    different.add(difference.seq);
    if (differences.length < DIFFERENCES_MAX) differences.push(difference);
  };
  const { engines, lastSeq } = enginesOf(records, compile, recognise, note);
  let inForce: Engine | undefined;
  let calls = 0;
  const freezes = new FreezeCheck();
  const digests = { recorded: new DecisionDigest(), now: new DecisionDigest() };
  for (const record of records) {
    // A journal that is being written has grown since the first pass.
    if (record.seq > lastSeq) break;
    if (record.kind === 'policy') inForce = engines.get(record.digest)?.engine;
    if (record.kind === 'call') {
      calls += 1;
      digests.recorded.take(record.call, record);
      if (inForce === undefined) note(policyDifference(record, record.call, 'no policy stands before this call'));
      else digests.now.take(record.call, compare(record, inForce, note));
    }
    const odd = inForce && freezes.before(record, inForce);
    if (odd !== undefined) note({ seq: record.seq, call: null, what: 'freeze', ...odd });
    for (const { engine, sees } of engines.values()) for (const event of eventsOf(sees(record))) engine.apply(event);
    if (inForce !== undefined) freezes.after(record, inForce);
  }
  const decisions = { recorded: digests.recorded.hex(), now: digests.now.hex() };
  return { calls, differences, different: different.size, decisions };
}

/** An engine, and how its policy sees records. */
interface Seeing {
  readonly engine: Engine;
  readonly sees: Recognise;
}

const AS_IT_STANDS: Recognise = (record) => record;

type Note = (difference: Difference) => void;

function enginesOf(
  records: Iterable<Recorded>,
  compile: (recorded: PolicyEntry) => Policy,
  recognise: (recorded: PolicyEntry) => Recognise,
  note: Note,
): { readonly engines: ReadonlyMap<string, Seeing>; readonly lastSeq: number } {
  const engines = new Map<string, Seeing>();
  let lastSeq = 0;
  for (const record of records) {
    lastSeq = record.seq;
    if (record.kind !== 'policy') continue;
    const policy = compile(record);
    if (policy.digest !== record.digest) note(policyDifference(record, null, policy.digest));
    if (!engines.has(record.digest)) {
      engines.set(record.digest, { engine: new Engine(policy), sees: recognise(record) });
    }
  }
  return { engines, lastSeq };
}

/** Gives what is decided now. */
function compare(record: Recorded<CallEntry>, engine: Engine, note: Note): Decided {
  const decision = engine.decide(callOf(record));
  const now = { verdict: decision.verdict, findings: findingsJson(decision.findings), trips: tripsOf(decision) };
  const pairs = [
    ['verdict', record.verdict, now.verdict],
    ['findings', record.findings, now.findings],
    ['trips', record.trips, now.trips],
    ['approval', record.approval, decision.approval],
  ] as const;
  for (const [what, recorded, its] of pairs) {
    if (!isDeepStrictEqual(recorded, its)) note({ seq: record.seq, call: record.call, what, recorded, now: its });
  }
  return now;
}

function policyDifference(record: Recorded<PolicyEntry | CallEntry>, call: CallId | null, now: string): Difference {
  return { seq: record.seq, call, what: 'policy', recorded: record.kind === 'policy' ? record.digest : null, now };
}
