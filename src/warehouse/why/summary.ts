import type { CallStory, PageTold, Step, Stop, Traced, Unread, ValueOrigin } from './told.ts';
import {
  approving,
  becauseOf,
  ended,
  clockTime,
  deed,
  fullTime,
  person,
  quoted,
  relative,
  span,
  spoken,
} from './wording.ts';
import { unreachable } from '../../std/assert.ts';
import { bareId } from './mentions.ts';
import { isRecorded, recordedDeed, tookEffect, wouldHave } from './recorded.ts';
import { scalarsOf } from './scalars.ts';

/** The answer to "what happened and why" in plain sentences, the most important first. */
export function summaryOf(story: Omit<CallStory, 'summary'>): readonly string[] {
  return [
    whatHappened(story),
    ...whatItRestsOn(story),
    ...whatItKnew(story),
    ...whatItSaid(story),
    ...whoApproved(story),
    ...whatCame(story),
    ...story.stops.filter((stop) => concerns(stop, story.step)).map((stop) => stopSentence(stop, story.step)),
  ];
}

function whatHappened({ step, hold, stops, who }: Omit<CallStory, 'summary'>): string {
  const { agent, at, task, end, verdict, because, stage } = step;
  const [grant] = who.grants;
  const given = grant === undefined || grant.by === 'import' ? '' : ` that ${person(grant.by)} gave it`;
  const when = `at ${fullTime(at)}, for the task ${quoted(task, 80)}${given}`;
  const where =
    stage === 'sandbox' ? ' That was in the sandbox: the business is a mock, and nobody was really touched.' : '';
  if (isRecorded(step)) return recordedWords(step, when);
  switch (verdict) {
    case 'deny':
      return `${agent} wanted to ${deed(step, 'wish')} ${when}, and was refused: ${because === null ? 'no reason is recorded' : becauseOf(because)}. Nothing was sent.${where}`;
    case 'hold': {
      const [word] = hold?.reviews.slice(-1) ?? [];
      const state =
        word === undefined
          ? 'no human has answered'
          : word.approved
            ? `${person(word.by)} approved it, and the agent never sent it again`
            : `${person(word.by)} refused it`;
      const how =
        word !== undefined || hold === null
          ? ''
          : ` It can be approved${hold.expiresAt === null ? '' : ` until ${fullTime(hold.expiresAt)}`}: \`${approving(hold.asked)}\`.`;
      return `${agent} wanted to ${deed(step, 'wish')} ${when}. It had to wait for a human; ${state}. Nothing was sent.${how}${where}`;
    }
    case 'capture':
      return `${agent} meant to ${deed(step, 'wish')} ${when}. It works in shadow, so nothing was sent: the door kept the request and ${captureAnswered(end)}.`;
    case 'allow':
      return `${agent} ${sentWords(step, stops)} ${when}${endWords(step, stops)}.${where}`;
    default:
      return unreachable(verdict);
  }
}

/** What happened happened without this door: its policy says only what it would have done. */
function recordedWords(step: Step, when: string): string {
  const { agent, end } = step;
  const would = wouldHave(step);
  const came =
    end?.effectiveness === 'effective'
      ? ''
      : end?.effectiveness === 'ineffective'
        ? `. It did not happen: ${end.status === null ? failureWords(end.failure) : `the business answered ${end.status}`}`
        : `. Nobody saw it end (${end?.status == null ? failureWords(end?.failure ?? null) : `the business answered ${end.status}`}), so it may have happened. Ask the business`;
  return `${agent} ${recordedDeed(step)} ${when}${came}. It is from a recording: this door neither judged nor sent it then${would === '' ? '' : `; ${would}`}.`;
}

function captureAnswered(end: Step['end']): string {
  if (end?.origin === 'synthetic') return "answered in the business's place";
  if (end?.origin === 'overlay')
    return `answered ${end.status}, as the business would after what this session had captured before`;
  return `gave no answer in the business's place: ${end === null ? 'none is recorded' : end.crashed ? 'it ended before' : failureWords(end.failure)}`;
}

function sentWords(step: Step, stops: readonly Stop[]): string {
  if (step.end?.effectiveness === 'effective') return deed(step, 'fact');
  const severed = stops.some(({ severed: calls }) => calls.includes(step.call));
  return step.end?.effectiveness === 'ineffective' && !severed
    ? `tried to ${deed(step, 'wish')}`
    : `sent a request to ${deed(step, 'wish')}`;
}

function endWords({ end, call }: Step, stops: readonly Stop[]): string {
  if (end === null) return '. No outcome is recorded, so it may have happened; it counts as spent';
  if (end.effectiveness === 'effective') return '';
  if (end.effectiveness === 'ineffective') {
    return end.status === null
      ? `. It did not happen: ${failureWords(end.failure)}`
      : `. It did not happen: the business answered ${end.status}`;
  }
  if (end.crashed)
    return '. The door ended before an answer came, so nobody knows whether it happened; it counts as spent. Ask the business';
  const severed = stops.find(({ severed: calls }) => calls.includes(call));
  const why =
    severed !== undefined
      ? `${byWords(severed)} cut it off`
      : end.status === null
        ? failureWords(end.failure)
        : `the business answered ${end.status}`;
  return `. Nobody saw it end (${why}), so it may have happened; it counts as spent. Ask the business`;
}

/** In shadow an agent goes on from answers that no business gave. */
function whatItRestsOn({ rests }: Omit<CallStory, 'summary'>): readonly string[] {
  if (rests === null) return [];
  const on = `(${rests.on.slice(0, 3).join(', ')}${rests.on.length > 3 ? ', …' : ''})`;
  switch (rests.how) {
    case 'value':
      return [
        `Careful: it carries a value that was made up for a captured write ${on}, the id of something that does not exist.`,
      ];
    case 'subject':
      return [`Careful: it acts on something that only its captured writes ${on} had changed.`];
    case 'session':
      return [`Earlier answers of its session were partly made up, for captured writes ${on}.`];
    default:
      return unreachable(rests.how);
  }
}

/** Why there is no whole answer, by its code. */
export function failureWords(failure: string | null): string {
  const words: Readonly<Record<string, string>> = {
    client_gone: 'the agent hung up',
    killed: 'it was cut off',
    not_recorded: 'the recording holds no answer',
    not_sent: 'it was never sent',
    unanswerable: 'none could be made honestly, and the agent was told so',
    refused: 'the business could not be reached',
    reset: 'the connection broke',
    timeout: 'no answer came in time',
  };
  return failure === null ? 'no answer came' : (words[failure] ?? failure.replaceAll('_', ' '));
}

function whatItKnew({ step, before, values }: Omit<CallStory, 'summary'>): readonly string[] {
  if (step.effect === 'read') return [];
  const sentences: string[] = [];
  const read = readOf(before.steps, step.subject);
  if (step.subject !== null) sentences.push(lookedAt(step.subject, step, read, values));
  const amount = values.find((one) => isAmount(one, step));
  if (amount !== undefined) sentences.push(ended(`The amount ${cameFrom(amount.origin)}`));
  for (const one of values) {
    if (one.origin.kind !== 'text' || one === amount) continue;
    sentences.push(ended(`Careful: its ${nameOf(one)} ${quoted(one.value, 60)} ${cameFrom(one.origin)}`));
  }
  return sentences;
}

/** What it knew of what it acted on. */
function lookedAt(subject: string, step: Step, read: Step | undefined, values: readonly Traced[]): string {
  if (read !== undefined) {
    return `It had read ${spoken(subject)} ${relative(read.at, step.at)} (${read.method} ${read.target}).`;
  }
  const named = values.find(({ value, origin }) => value === bareId(subject) && origin.kind === 'answer');
  return named === undefined
    ? `Nothing in this session shows that it had read ${spoken(subject)} before.`
    : `It had not read ${spoken(subject)} itself; that id ${cameFrom(named.origin)}.`;
}

/** The last read of the subject: the policy says that it is one, else its path names it, else its query does. */
function readOf(steps: readonly Step[], wanted: string | null): Step | undefined {
  if (wanted === null) return undefined;
  const reads = steps.filter(({ effect, end }) => effect === 'read' && end?.effectiveness === 'effective');
  const id = bareId(wanted) ?? wanted;
  const names = (text: string): boolean => text.split(/[/?&=]/).includes(id);
  return (
    reads.findLast(({ subject, target }) => subject === wanted && names(pathOf(target))) ??
    reads.findLast(({ subject }) => subject === wanted) ??
    reads.findLast(({ target }) => names(pathOf(target))) ??
    reads.findLast(({ target }) => names(target))
  );
}

const pathOf = (target: string): string => target.split('?', 1)[0] ?? '';

const nameOf = ({ in: where, path }: Traced): string => (where === 'path' ? 'id in the address' : path);

export function isAmount({ value, path, in: where }: Traced, { amount }: Step): boolean {
  if (amount === null || where === 'path' || !/^\d+(\.\d+)?$/.test(value)) return false;
  const [major] = amount.shown.split(' ');
  const micros = BigInt(amount.micros);
  return (
    value === major ||
    Number(value) * 1e6 === Number(micros) ||
    (/amount|total|sum|value|price|cents/i.test(path) &&
      micros % BigInt(value === '0' || value.includes('.') ? 1 : value) === 0n)
  );
}

/** What an answer is, where it is not the business's own. */
const MADE = {
  real: '',
  recorded: '',
  overlay: ' (with what its captured writes would have changed)',
  synthetic: ' (an answer that the door made up)',
} as const;

/** Where a value came from, behind `The amount` or `It`. */
export function cameFrom(origin: ValueOrigin): string {
  switch (origin.kind) {
    case 'answer': {
      const { earliest, latest, answers, perhaps } = origin;
      const as = earliest.as === undefined ? '' : ` (${earliest.as})`;
      const again =
        latest === undefined
          ? ''
          : `, last ${latest.request === earliest.request ? `at ${clockTime(latest.at)}` : `in the answer to ${latest.request}`} (${answers} answers in all)`;
      const made = MADE[earliest.origin];
      return `${perhaps === true ? 'perhaps ' : ''}stood in the answer to ${earliest.request}${made} as \`${earliest.path}\`${as}${again}`;
    }
    case 'text':
      return `stood only within a text that it had read (${origin.seen.request}${origin.seen.path === '' ? '' : `, \`${origin.seen.path}\``}): ${quoted(origin.excerpt, 180)}${mayStand(origin)}`;
    case 'declared':
      return `was declared for its task as \`${origin.name}\`, by ${person(origin.by)}`;
    case 'task':
      return 'stands in the words of its task';
    case 'note':
      return `stands in what it noted at ${clockTime(origin.at)}`;
    case 'common':
      return 'is too usual to say where it came from';
    case 'sealed':
      return 'is personal data and sealed: --reveal shows it to whoever may see it';
    case 'words':
      return `is in its own words: no answer of this session held it${mayStand(origin)}`;
    case 'nowhere':
      return origin.unread === undefined
        ? 'was seen in no answer of this session: the agent computed it, made it up, or was told it elsewhere'
        : `was seen in no answer of this session${mayStand(origin)}`;
    default:
      return unreachable(origin);
  }
}

/** What keeps "nowhere else" from being sure. */
function mayStand({ unread }: Unread): string {
  if (unread === undefined) return '';
  const those = unread === 1 ? '1 of them, which is' : `${unread} of them, which are`;
  return `, but may stand in ${those} sealed or not kept whole (--reveal looks into what is sealed)`;
}

/** What it caused, what cut it off and what refused it; a stop that came later is on the timeline. */
function concerns({ call, severed, at }: Stop, step: Step): boolean {
  return call === step.call || severed.includes(step.call) || at <= step.at;
}

/** A note before it is about it where no other write came between. */
function whatItSaid({ notes, before, hold }: Omit<CallStory, 'summary'>): readonly string[] {
  const other = before.steps.findLast(({ effect, call }) => effect !== 'read' && call !== hold?.call);
  const said =
    notes.findLast(({ about }) => about !== null) ??
    notes.findLast(({ when, at }) => when === 'before' && (other === undefined || at >= other.at));
  return said === undefined ? [] : [`It said: ${quoted(said.text, 240)}`];
}

function whoApproved({ hold, step }: Omit<CallStory, 'summary'>): readonly string[] {
  const word = hold?.reviews.at(-1);
  if (word === undefined) return [];
  const reason = word.reason === '' ? '' : ` (${quoted(word.reason)})`;
  return [
    `${person(word.by)} ${word.approved ? 'approved' : 'refused'} it${reason} ${relative(word.at, step.at)}${step.verdict === 'allow' ? ' it was sent' : ''}.`,
  ];
}

function whatCame({ step, answer, sent }: Omit<CallStory, 'summary'>): readonly string[] {
  const { end, verdict } = step;
  if (end?.status == null || !tookEffect({ verdict, end })) return [];
  const id = scalarsOf(answer?.text ?? '').find(({ path, text }) => /^(\w+\.)?id$/.test(path) && text !== '')?.text;
  const named = id === undefined || sent.target.includes(id) ? '' : `: ${quoted(id, 60).slice(1, -1)}`;
  const who =
    end.origin === 'real'
      ? 'The business'
      : end.origin === 'recorded'
        ? 'As recorded, the business'
        : 'The door, in its place,';
  return [`${who} answered ${end.status}${named}.`];
}

/** `the guard budget`, `ana`, `the agent itself` */
export function byWords({ by, cause }: Pick<Stop, 'by' | 'cause'>): string {
  if (by === 'agent') return 'the agent itself';
  if (by.startsWith('human:')) return person(by);
  return cause === null ? 'the door' : `the door's guard ${cause.guard}`;
}

export function stopSentence(stop: Stop, step: Pick<Step, 'at' | 'call'>): string {
  const { agent, at, trip, call, reason, cause, resumed, pages } = stop;
  const what = trip === 'kill' ? 'killed' : 'froze';
  const when = call === step.call ? 'for it' : relative(at, step.at);
  const words =
    cause === null
      ? quoted(reason)
      : [
          reason.replaceAll('_', ' '),
          cause.observed,
          cause.limit === undefined ? undefined : `the limit is ${cause.limit}`,
        ]
          .filter(Boolean)
          .join('; ');
  const by = byWords(stop);
  const end =
    resumed === null
      ? 'Nobody has resumed it'
      : `${person(resumed.by)} resumed it ${span(resumed.at - at)} later (${quoted(resumed.reason)})`;
  return `${by.replace(/^the /, 'The ')} ${what} ${agent} ${when} (${words}). ${pagesWords(pages, at)}${end}.`;
}

export function pagesWords(pages: readonly PageTold[], since: number): string {
  const first = pages.filter(({ page }) => page === pages[0]?.page);
  if (first.length === 0) return '';
  const told = first.map(({ channel, outcome, attempts, at }) =>
    outcome === 'sent'
      ? `${channel} ${relative(at, since) === 'at the same time' ? 'at once' : `${span(at - since)} later`}${attempts > 1 ? `, at attempt ${attempts}` : ''}`
      : `${channel} ${outcome === 'failed' ? 'could not be reached so far' : 'was given up'}`,
  );
  return `Paged: ${told.join('; ')}. `;
}
