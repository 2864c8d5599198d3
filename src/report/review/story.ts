import { failureWords } from '../../warehouse/why/summary.ts';
import type { Finding } from '../../engine/decision.ts';
import { formatMoney } from '../../std/money.ts';
import type { Candidate } from '../../evidence/review/queue.ts';
import type { CallEntry, NoteEntry, OutcomeEntry, Recorded, Rests } from '../../journal/entry.ts';
import { visible, visibleLine } from '../visible.ts';

/** What a session did before a write: the last few say most, and `interlock why` tells all. */
const BEFORE_SHOWN_MAX = 6;
const AFTER_SHOWN_MAX = 4;
/** Of an answer that was read, and of a body that is sent. */
const ANSWER_SHOWN_CHARACTERS = 160;
const BODY_SHOWN_LINES_MAX = 30;

/** In which way a write rests on what only captured writes made. */
const RESTS: Readonly<Record<Rests['how'], string>> = {
  value: 'a value in it comes from captured writes alone,',
  subject: 'what it acts on was changed by captured writes,',
  session: 'its session was shown captured writes as done,',
};

/** Who reads. */
export interface Reader {
  /** `null`: nobody in particular. */
  readonly by: string | null;
  /** What others said. Without it, a reviewer's opinion is their own. */
  readonly showOpinions: boolean;
}

export const worded = (name: string): string => name.replaceAll('_', ' ');

/** One write as a reviewer needs it, a line each: what, why, what it had read, what was said of it. */
export function reviewLines(candidate: Candidate, records: readonly Recorded[], reader: Reader): readonly string[] {
  const { intent, anomalies } = candidate;
  const own = records.findIndex((record) => record.kind === 'call' && record.call === intent.call);
  const entry = records[own] as CallEntry | undefined;
  const before = records.slice(0, Math.max(0, own));
  const lines = [
    `${intent.call} of ${intent.agent}, ${new Date(intent.at).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
    '',
    `  task     "${intent.task}", session ${intent.session}`,
    `  means    ${intent.route} (${intent.effect})${intent.subject === null ? '' : ` on ${intent.subject}`}`,
    `  moves    ${intent.amount === null ? 'no money that the policy knows of' : formatMoney(intent.amount)}`,
    `  verdict  ${verdictText(entry, candidate)}`,
    ...(anomalies.length === 0 ? [] : [`  odd      ${anomalies.map(worded).join(', ')}`]),
    ...(intent.rests === null
      ? []
      : [`  rests    on made-up answers: ${RESTS[intent.rests.how]} ${intent.rests.on.join(', ')}`]),
    ...(entry === undefined
      ? []
      : ['', `  ${entry.method} ${entry.target}  to ${entry.upstream}`, ...bodyLines(entry)]),
    ...section('It had seen and done before', beforeLines(before)),
    ...section('It said', noteLines(records, intent.call)),
    ...section('It was answered', answeredLines(records, intent.call)),
    ...section('Reviewed', opinionLines(candidate, reader)),
  ];
  // What an agent or an upstream wrote must not be able to repaint the terminal that asks for an opinion, nor add lines to it.
  return lines.map(visibleLine);
}

/** The same for a page that shows the rest itself: what was sent, what the session did before and after, what was said. */
export function sessionLines({ intent, ...candidate }: Candidate, records: readonly Recorded[]): readonly string[] {
  const own = records.findIndex((record) => record.kind === 'call' && record.call === intent.call);
  const entry = records[own] as CallEntry | undefined;
  const labelled = (label: string, lines: readonly string[]): readonly string[] =>
    lines.map((line) => `${label}: ${line}`);
  return [
    `task: "${intent.task}", session ${intent.session}`,
    ...(entry === undefined ? [] : [`request: ${entry.method} ${entry.target} to ${entry.upstream}`]),
    ...(entry === undefined ? [] : bodyLines(entry).map((line) => line.replace(/^ {2}/, ''))),
    `verdict: ${verdictText(entry, { intent, ...candidate })}`,
    ...(intent.rests === null
      ? []
      : [`rests on made-up answers: ${RESTS[intent.rests.how]} ${intent.rests.on.join(', ')}`]),
    ...labelled('before', beforeLines(records.slice(0, Math.max(0, own)), records)),
    ...labelled('said', noteLines(records, intent.call)),
    ...labelled('answered', answeredLines(records, intent.call)),
    ...labelled('after', own === -1 ? [] : afterLines(records.slice(own + 1))),
  ].map(visibleLine);
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', `  ${title}:`, ...lines.map((line) => `    ${line}`)];

function verdictText(entry: CallEntry | undefined, { intent }: Candidate): string {
  const stopping = (entry?.findings ?? []).filter(
    (finding): finding is Finding => typeof finding !== 'string' && finding.verdict === intent.verdict,
  );
  if (intent.verdict === 'capture')
    return intent.origin === 'recorded'
      ? 'capture: made in a recording, without this door'
      : 'capture: in shadow, nothing was sent';
  if (intent.verdict === 'allow' || stopping.length === 0) return intent.verdict;
  const why = stopping.map(({ guard, rule, reason, observed, limit }) => {
    const seen = observed === undefined ? '' : `; it is ${observed}`;
    return `${guard} ${rule}: ${worded(reason)}${seen}${limit === undefined ? '' : `, the limit is ${limit}`}`;
  });
  return `${intent.verdict}, ${why.join('; ')}`;
}

function bodyLines({ body, opaque }: CallEntry): readonly string[] {
  if (opaque !== undefined) return [`  (${opaque.bytes} bytes that no rule has read)`];
  if (body === null || body === '') return ['  (no body)'];
  const lines = indented(body).split('\n');
  const shown = lines.slice(0, BODY_SHOWN_LINES_MAX).map((line) => `  ${visible(line)}`);
  return lines.length > shown.length ? [...shown, `  … and ${lines.length - shown.length} more lines`] : shown;
}

/** JSON with its members below each other; the lines of any other text behind a bar, for they may look like ours. */
function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body.includes('\n') ? body.replaceAll(/^/gm, '| ') : body;
  }
}

/**
 * Calls with how they ended, the last ones. The door's own reads are no reads of the agent's.
 *
 * @param all where their ends are looked for
 */
function beforeLines(records: readonly Recorded[], all = records): readonly string[] {
  const calls = ownCalls(records);
  const shown = calls.slice(-BEFORE_SHOWN_MAX);
  const lines = callLines(shown, all);
  return calls.length > shown.length ? [`(${calls.length - shown.length} earlier calls)`, ...lines] : lines;
}

function afterLines(records: readonly Recorded[]): readonly string[] {
  const calls = ownCalls(records);
  const shown = calls.slice(0, AFTER_SHOWN_MAX);
  const lines = callLines(shown, records);
  return calls.length > shown.length ? [...lines, `(${calls.length - shown.length} later calls)`] : lines;
}

const ownCalls = (records: readonly Recorded[]): readonly Recorded<CallEntry>[] =>
  records.filter((record): record is Recorded<CallEntry> => record.kind === 'call' && record.before === undefined);

function callLines(calls: readonly Recorded<CallEntry>[], records: readonly Recorded[]): readonly string[] {
  const ends = new Map(
    records.flatMap((record) => (record.kind === 'outcome' ? [[record.call, record] as const] : [])),
  );
  return calls.map((one) => {
    const on = one.facts.subject === null ? one.target : one.facts.subject;
    const time = new Date(one.at).toISOString().slice(11, 19);
    return `${time}  ${one.route} ${on} → ${endText(one, ends.get(one.call))}`;
  });
}

function endText({ verdict }: CallEntry, end: OutcomeEntry | undefined): string {
  const stopped = verdict === 'allow' ? '' : `${verdict} `;
  if (end === undefined) return verdict === 'allow' ? 'no outcome seen' : verdict;
  const origin = end.origin === undefined ? '' : ` (${end.origin})`;
  const came = end.status ?? (end.failure === null ? 'no answer' : `no answer (${failureWords(end.failure)})`);
  return `${stopped}${came}${origin} ${answerText(end)}`.trimEnd();
}

function answerText({ answer }: OutcomeEntry): string {
  const flat = (answer ?? '').replaceAll(/\s+/g, ' ');
  return flat.length > ANSWER_SHOWN_CHARACTERS ? `${flat.slice(0, ANSWER_SHOWN_CHARACTERS).toWellFormed()}…` : flat;
}

function noteLines(records: readonly Recorded[], call: string): readonly string[] {
  const notes = records.filter((record): record is Recorded<NoteEntry> => record.kind === 'note');
  const about = notes.filter((one) => one.call === call || one.call === null).slice(-BEFORE_SHOWN_MAX);
  return about.map(({ text }) => `"${visible(text.replaceAll(/\s+/g, ' '))}"`);
}

function answeredLines(records: readonly Recorded[], call: string): readonly string[] {
  const end = records.find(
    (record): record is Recorded<OutcomeEntry> => record.kind === 'outcome' && record.call === call,
  );
  if (end === undefined) return [];
  const origin = end.origin === undefined ? '' : `, ${end.origin}`;
  const came = end.status ?? (end.failure === null ? 'nothing' : `nothing: ${failureWords(end.failure)}`);
  return [`${came}${origin} ${answerText(end)}`.trimEnd()];
}

/** One's own; of the others how many, unless somebody asks. */
function opinionLines({ opinions }: Candidate, { by, showOpinions }: Reader): readonly string[] {
  const shown = showOpinions ? opinions : opinions.filter((one) => one.by === by);
  const hidden = opinions.length - shown.length;
  return [
    ...shown.map((one) => `${one.by}: ${one.opinion}, "${visible(one.reason)}"`),
    ...(hidden === 0 ? [] : [`by ${hidden} other${hidden === 1 ? '' : 's'}; --show-opinions says what they think`]),
  ];
}
