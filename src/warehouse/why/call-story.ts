import type { CallEntry, GrantEntry, NoteEntry, Recorded } from '../../journal/entry.ts';
import type { Archive } from './archive.ts';
import { ledgerOf } from './ledger.ts';
import { parametersOf } from './policy-lines.ts';
import { requestScalars } from './request.ts';
import { decisive, only, recordsOf, stepOf, wholeOf, type Whole } from './steps.ts';
import { standingsAround } from './standings.ts';
import { pagesOf, stopsOf } from './stops.ts';
import { summaryOf } from './summary.ts';
import { BEFORE_READ_MAX, grantsOf, policyOf, sessionOf, type PolicyFound, type Session } from './surroundings.ts';
import type { CallStory, FindingTold, HoldTold, NoteTold, PolicyTold, RuleLines, Sent, Steps, Stop } from './told.ts';
import { traceValues } from './trace.ts';
import { isRecorded } from './recorded.ts';
import { findingTold } from './wording.ts';

/** Calls of a session that are told around one: what led to it, and what came of it. */
const BEFORE_SHOWN = 30;
const AFTER_SHOWN = 20;
const NOTES_SHOWN = 20;
/** A freeze this long after a call is another story. */
const FOLLOWED_MS = 3_600_000;

const APPROVED = 'a human had approved exactly this request';

/** Tells of one call; `undefined` where the journal holds no intent of it. */
export async function callStory(archive: Archive, asked: string): Promise<CallStory | undefined> {
  const told = await sentOne(archive, asked);
  if (told === undefined) return undefined;
  const { whole, held, records } = told;
  const { entry, outcome } = whole;
  const [session, grants, policies, subject, stops, standings] = await Promise.all([
    sessionOf(archive, entry),
    grantsOf(archive, entry),
    policyOf(archive, entry),
    entry.facts.subject === null ? null : ledgerOf(archive, entry.facts.subject),
    stopsAround(archive, whole),
    standingsAround(archive, entry, FOLLOWED_MS),
  ]);
  const step = stepOf(whole);
  const answered = session.before.flatMap((one) =>
    one.outcome === undefined || one.outcome.seq > entry.seq ? [] : [{ entry: one.entry, outcome: one.outcome }],
  );
  const notesBefore = session.notes.filter(({ seq }) => seq < entry.seq);
  const isParameter = parametersOf(policies.text?.matchOf(entry.route));
  const pathSteps = requestScalars(entry).filter((one) => one.in === 'path');
  const values = traceValues(entry, { answered, grants: grants.entries, notes: notesBefore }, (index) =>
    isParameter(index, pathSteps.find((one) => one.path === String(index))?.text ?? ''),
  );
  const findings = entry.findings
    .map(findingTold)
    .map((one) =>
      held === undefined || one.guard !== 'approval' || one.verdict !== 'pass' ? one : { ...one, words: APPROVED },
    );
  const used = new Set(
    values.flatMap(({ origin }) =>
      origin.kind === 'answer'
        ? [origin.earliest.call, origin.latest?.call]
        : origin.kind === 'text'
          ? [origin.seen.call]
          : [],
    ),
  );
  const story: Omit<CallStory, 'summary'> = {
    kind: 'call',
    step,
    who: { agent: entry.agent, session: entry.session, task: entry.task, grants: grants.told },
    policy: policyTold(policies, findings, held?.findings.map(findingTold) ?? []),
    values,
    findings,
    sent: sentOf(entry, isRecorded(step)),
    answer:
      outcome === undefined || outcome.answer === null
        ? null
        : {
            contentType: outcome.contentType,
            text: outcome.answer,
            bytes: outcome.answerBytes,
            merged: outcome.merged ?? [],
            unmerged: outcome.unmerged ?? [],
          },
    before: nearest(session.before, BEFORE_SHOWN, used),
    after: shown(session.after, AFTER_SHOWN),
    reread: session.reread,
    notes: notesTold(session.notes, entry),
    hold: await holdOf(archive, held ?? entry),
    rests: entry.rests ?? null,
    stops,
    standings,
    assessments: only(records, 'assessment').map(({ at, opinion, by, reason }) => ({ at, opinion, by, reason })),
    subject,
    gaps: gapsOf(whole, grants.entries, policies, session),
  };
  return { ...story, summary: summaryOf(story) };
}

interface Told {
  readonly whole: Whole;
  /** The call that waited for a human, where this one was sent by its approval. */
  readonly held: Recorded<CallEntry> | undefined;
  readonly records: readonly Recorded[];
}

/** A call that was held and sent later is told as what was sent. */
async function sentOne(archive: Archive, asked: string): Promise<Told | undefined> {
  const records = await recordsOf(archive, asked);
  const whole = wholeOf(records, asked);
  if (whole === undefined) return undefined;
  if (whole.entry.approval !== undefined) {
    const before = await recordsOf(archive, whole.entry.approval);
    return { whole, held: wholeOf(before, whole.entry.approval)?.entry, records };
  }
  if (whole.entry.verdict !== 'hold') return { whole, held: undefined, records };
  const others = only(await archive.read(await archive.find(asked, { kinds: ['call'], roles: ['other'] })), 'call');
  const sent = others.findLast(({ approval }) => approval === asked);
  if (sent === undefined) return { whole, held: undefined, records };
  const after = await recordsOf(archive, sent.call);
  const later = wholeOf(after, sent.call);
  return later === undefined ? undefined : { whole: later, held: whole.entry, records: [...records, ...after] };
}

/** The last before the call, and those further back that its values came from. */
function nearest(calls: readonly Whole[], max: number, used: ReadonlySet<string | undefined>): Steps {
  const from = Math.max(0, calls.length - max);
  const kept = calls.filter((one, index) => index >= from || used.has(one.entry.call));
  return { steps: kept.map((one) => stepOf(one)), omitted: calls.length - kept.length };
}

function shown(calls: readonly Whole[], max: number): Steps {
  return { steps: calls.slice(0, max).map((one) => stepOf(one)), omitted: Math.max(0, calls.length - max) };
}

/** Whatever spoke against the call first, or held it; of those that passed, what somebody wrote for it. */
function policyTold(
  { entry, since, text }: PolicyFound,
  findings: readonly FindingTold[],
  earlier: readonly FindingTold[],
): PolicyTold {
  const against = [...findings, ...earlier].filter(({ verdict }) => verdict !== 'pass');
  const passed = findings.filter(({ verdict }) => verdict === 'pass');
  const rules = new Set([...against, ...passed].map(({ rule }) => rule));
  const lines = [...rules].flatMap((rule): readonly RuleLines[] => {
    const found = text?.linesOf(rule);
    return found === undefined ? [] : [found];
  });
  return { digest: entry?.digest ?? null, file: entry?.file ?? null, since, rules: lines };
}

function sentOf({ upstream, method, target, headers, body, opaque, verdict }: CallEntry, wasSentThere: boolean): Sent {
  const how = verdict === 'allow' || wasSentThere ? 'sent' : verdict === 'capture' ? 'captured' : 'not_sent';
  return { how, upstream, method, target, headers, body, opaque: opaque ?? null };
}

function notesTold(notes: readonly Recorded<NoteEntry>[], entry: Recorded<CallEntry>): readonly NoteTold[] {
  const about = notes.filter(({ call }) => call === entry.call);
  const before = notes.filter(({ seq, call }) => seq < entry.seq && call !== entry.call).slice(-NOTES_SHOWN);
  return [...before, ...about.slice(0, NOTES_SHOWN)].map(({ at, text, call, seq }) => ({
    at,
    text,
    about: call,
    when: seq < entry.seq ? 'before' : 'after',
  }));
}

async function holdOf(archive: Archive, held: Recorded<CallEntry>): Promise<HoldTold | null> {
  if (held.verdict !== 'hold') return null;
  const found = decisive(held.findings);
  // A call that is sent again while it waits is the same question.
  const name = found?.earlier ?? held.call;
  const reviews = only(await recordsOf(archive, name), 'review').map(({ at, approved, by, reason, proof }) => ({
    at,
    approved,
    by,
    reason,
    ...(proof !== undefined && { proof }),
  }));
  return {
    call: held.call,
    asked: name,
    since: held.at,
    expiresAt: found?.expiresAt ?? null,
    reviews,
    pages: await pagesOf(archive, held),
  };
}

/** The stop that refused it, the one it caused, and the next one within the hour. */
async function stopsAround(archive: Archive, { entry }: Whole): Promise<readonly Stop[]> {
  const stops = await stopsOf(archive, entry.agent);
  return stops.filter(({ at, call, severed, resumed }) => {
    if (call === entry.call || severed.includes(entry.call)) return true;
    const stood = at <= entry.at && (resumed === null || resumed.at >= entry.at);
    return stood || (at > entry.at && at - entry.at <= FOLLOWED_MS);
  });
}

function gapsOf(
  { entry, outcome, recovery }: Whole,
  grants: readonly GrantEntry[],
  policies: PolicyFound,
  { isLong }: Session,
): readonly string[] {
  const gaps: string[] = [];
  if (grants.length === 0) gaps.push(`The record of its grant ${entry.grant} is not in this journal.`);
  if (policies.entry === undefined) gaps.push('No record of a policy stands before it in this journal.');
  else if (policies.text === undefined)
    gaps.push('The recorded policy cannot be read again, so its rules are named without their lines.');
  if (entry.verdict === 'allow' && outcome === undefined) {
    gaps.push(
      recovery === undefined
        ? 'No outcome is recorded: it is under way, or the door ended before it could write one.'
        : 'The door ended while it was under way: the next start found it without an outcome.',
    );
  }
  if (outcome?.answer != null && outcome.answerBytes > Buffer.byteLength(outcome.answer)) {
    gaps.push(
      `The journal keeps the first ${Buffer.byteLength(outcome.answer)} of the answer's ${outcome.answerBytes} bytes.`,
    );
  }
  if (isLong)
    gaps.push(
      `The session is long: only its last ${BEFORE_READ_MAX} calls and notes before it were looked into for values.`,
    );
  return gaps;
}
