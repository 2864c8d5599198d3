import type { CallEntry, NoteEntry, OutcomeEntry, Recorded, ReviewEntry } from '../../journal/entry.ts';
import type { Instant } from '../../std/clock.ts';
import { shortly } from './account.ts';
import { sessionKey, type Archive } from './archive.ts';
import { ledgerOf, PLACES_MAX, totalsOf } from './ledger.ts';
import { only, recordsOf, stepOf, wholes } from './steps.ts';
import type { Total } from './told.ts';

/** Calls of its session that are looked into for the last answer about its subject. */
export const HELD_SESSION_MAX = 200;
/** Of what was done to its subject before: a person reads no more before saying yes. */
export const HELD_EARLIER_SHOWN = 12;
const NOTES_SHOWN = 12;

/** What a journal knows of a call that waits for a person, beyond what decided it. */
export interface HeldFacts {
  readonly entry: Recorded<CallEntry>;
  readonly reviews: readonly Recorded<ReviewEntry>[];
  /** The last answer about its subject that its session was given. */
  readonly seen: { readonly entry: Recorded<CallEntry>; readonly outcome: Recorded<OutcomeEntry> } | null;
  /** The session's notes that name the call, and those before it that name none; the newest first. */
  readonly notes: readonly Recorded<NoteEntry>[];
  /** What its subject has had done to it, by route; the newest of it in words. */
  readonly subject: {
    readonly totals: readonly Total[];
    readonly lines: readonly { readonly call: string; readonly at: Instant; readonly text: string }[];
  } | null;
  /** What its agent has moved since `from`; `isWhole`: all of it was looked at. */
  readonly moved: { readonly from: Instant; readonly totals: readonly Total[]; readonly isWhole: boolean };
}

/** @param from since when its agent's money is summed up: the beginning of its day */
export async function heldFacts(archive: Archive, call: string, from: Instant): Promise<HeldFacts | undefined> {
  const records = await recordsOf(archive, call);
  const entry = only(records, 'call').find((one) => one.call === call);
  if (entry === undefined) return undefined;
  const [session, subject, moved] = await Promise.all([
    sessionFacts(archive, entry),
    subjectFacts(archive, entry),
    movedSince(archive, entry.agent, from),
  ]);
  return { entry, reviews: only(records, 'review'), ...session, subject, moved };
}

async function sessionFacts(archive: Archive, entry: Recorded<CallEntry>): Promise<Pick<HeldFacts, 'seen' | 'notes'>> {
  const key = sessionKey(entry.agent, entry.session);
  const places = await archive.find(key, { kinds: ['call', 'note'], last: HELD_SESSION_MAX });
  const records = await archive.read(places);
  const { subject } = entry.facts;
  const reads = only(records, 'call').filter(
    (one) => one.effect === 'read' && one.before === undefined && one.facts.subject === subject && subject !== null,
  );
  const notes = only(records, 'note')
    .filter((note) => note.call === entry.call || (note.call === null && note.seq < entry.seq))
    .toReversed()
    .slice(0, NOTES_SHOWN);
  for (const read of (await wholes(archive, reads)).toReversed()) {
    if (read.outcome?.answer != null) return { seen: { entry: read.entry, outcome: read.outcome }, notes };
  }
  return { seen: null, notes };
}

async function subjectFacts(archive: Archive, { call, facts }: CallEntry): Promise<HeldFacts['subject']> {
  if (facts.subject === null) return null;
  const { steps, totals } = await ledgerOf(archive, facts.subject);
  const others = steps.filter((step) => step.call !== call && step.waits?.asked !== call);
  const shown = others.toReversed().slice(0, HELD_EARLIER_SHOWN);
  return { totals, lines: shown.map((step) => ({ call: step.call, at: step.at, text: shortly(step) })) };
}

/** Its writes are found by its name; what moved nothing counts for nothing. */
async function movedSince(archive: Archive, agent: string, from: Instant): Promise<HeldFacts['moved']> {
  const places = await archive.find(agent, { kinds: ['call'], roles: ['agent'], last: PLACES_MAX });
  const records = only(await archive.read(places), 'call');
  const since = records.filter(({ at, facts }) => at >= from && facts.amount !== null);
  const steps = (await wholes(archive, since)).map((one) => stepOf(one));
  return { from, totals: totalsOf(steps), isWhole: places.length < PLACES_MAX || (records[0]?.at ?? from) < from };
}
