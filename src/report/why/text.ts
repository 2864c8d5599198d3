import type { Account, CallStory, Choice, Meaning, Misnamed, Nothing, Stop, Told } from '../../warehouse/why/told.ts';
import { shortly } from '../../warehouse/why/account.ts';
import { clockTime, fullTime, person, quoted, relative, several } from '../../warehouse/why/wording.ts';
import { unreachable } from '../../std/assert.ts';
import { visible } from '../visible.ts';
import { standingLine } from './standing-words.ts';
import { ledgerLines, section, storyLines, type Context, type TextOptions } from './story-text.ts';
import { plainStyle, wrapped } from './terminal.ts';

/** What was found, for a terminal. INVARIANT: texts of agents and upstreams are visible, and move no cursor. */
export function whyText(told: Told, options: TextOptions): string {
  const lines = linesOf(told, { style: plainStyle, ...options });
  return lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trimEnd();
}

function linesOf(told: Told, context: Context): readonly string[] {
  switch (told.kind) {
    case 'call':
      return [...paragraph(told.summary, context), '', ...storyLines(told, context), ...footer(told, context)];
    case 'account':
      return accountLines(told, context);
    case 'choice':
      return choiceLines(told, context);
    case 'nothing':
      return nothingLines(told, context);
    default:
      return unreachable(told);
  }
}

/** The answer: what happened stands out, the rest follows. */
function paragraph([first = '', ...rest]: readonly string[], { width, style }: Context): readonly string[] {
  return [
    ...wrapped(visible(first), width).map(style.bold),
    ...(rest.length === 0 ? [] : wrapped(rest.map(visible).join(' '), width)),
  ];
}

function footer({ step, hold }: CallStory, { place, style }: Context): readonly string[] {
  const more = [step.subject, `session:${step.session}`, `agent:${step.agent}`].filter((one) => one !== null);
  const held = hold === null || hold.call === step.call ? '' : `, held as ${hold.call}`;
  return [
    style.quiet(`This was ${step.call}${held} (record ${step.seq} of the journal). To go on:`),
    ...more.map((one) => style.quiet(`  interlock why ${visible(shellWord(one))}${place}`)),
    style.quiet(`  interlock audit show ${step.call}${place}`),
  ];
}

const shellWord = (word: string): string =>
  /^[\w./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

function accountLines(account: Account, context: Context): readonly string[] {
  const { of, summary, ledger, notes, stops, standings, stories, untold, gaps } = account;
  const { width, place, style } = context;
  const isSeveral = stories.length > 1;
  return [
    ...paragraph(summary, context),
    '',
    ...stories.flatMap((story) => [...paragraph(story.summary, context), style.quiet(`(${story.step.call})`), '']),
    ...section(`Every write of ${visible(of.name)}`, ledgerLines(ledger, context), context),
    ...section(
      'What the agent noted',
      notes.flatMap(({ at, text }) => wrapped(visible(`${clockTime(at)}  ${quoted(text, 400)}`), width - 2)),
      context,
    ),
    ...section(
      'When it was stopped',
      stops.flatMap((stop) => wrapped(visible(stopLine(stop)), width - 2)),
      context,
    ),
    ...section(
      'Where it stood',
      standings.flatMap((told) => wrapped(visible(standingLine(told)), width - 2)),
      context,
    ),
    ...section(
      'What this journal cannot say',
      gaps.flatMap((gap) => wrapped(visible(gap), width - 2)),
      context,
    ),
    ...(isSeveral
      ? severalLines(stories, context)
      : stories.flatMap((story) => storyLines({ ...story, subject: null }, context))),
    style.quiet(
      untold === 0
        ? `To ask about one call alone: interlock why CALL${place}`
        : `${several(untold, 'more write')} of the ledger can be asked about alone: interlock why CALL${place}`,
    ),
  ];
}

/** Several calls, what they have in common once: the session around each stands in its own `interlock why CALL`. */
function severalLines(stories: readonly CallStory[], context: Context): readonly string[] {
  const told = new Set<string>();
  return stories.flatMap((story) => [
    context.style.bold(`==== ${visible(shortly(story.step))} ${story.step.call}`),
    '',
    ...storyLines(aroundAlone({ ...story, subject: null }), context, told),
  ]);
}

/** Without the calls around it that gave it nothing. */
function aroundAlone(story: CallStory): CallStory {
  const { before, after, values, step } = story;
  const used = new Set(
    values.flatMap(({ origin }) =>
      origin.kind === 'answer'
        ? [(origin.latest ?? origin.earliest).call]
        : origin.kind === 'text'
          ? [origin.seen.call]
          : [],
    ),
  );
  const kept = before.steps.filter(
    ({ call, subject }) => used.has(call) || (subject !== null && subject === step.subject),
  );
  return {
    ...story,
    before: { steps: kept, omitted: before.omitted + before.steps.length - kept.length },
    after: { steps: [], omitted: after.omitted + after.steps.length },
  };
}

const stopLine = ({ at, trip, by, reason, resumed }: Stop): string =>
  `${fullTime(at)}: ${trip} by ${person(by)}, ${quoted(reason)}; ${resumed === null ? 'nobody has resumed it' : `resumed by ${person(resumed.by)} ${relative(resumed.at, at)}, ${quoted(resumed.reason)}`}`;

/** More a person picks nothing from. */
const CHOICES_MAX = 20;

function choiceLines({ asked, candidates }: Choice, { place }: Context): readonly string[] {
  return [
    `${visible(quoted(asked))} can mean ${candidates.length} things in this journal:`,
    ...candidates.slice(0, CHOICES_MAX).map((one) => meaningLine(one, place)),
  ];
}

function meaningLine({ role, name, agent, ask, mentions }: Meaning, place: string): string {
  const whose = agent === undefined ? '' : ` of ${visible(agent)}`;
  return `  ${role} ${visible(name)}${whose}, ${several(mentions, 'mention')}: interlock why ${visible(shellWord(ask))}${place}`;
}

function nothingLines(nothing: Nothing, { place, width }: Context): readonly string[] {
  const { asked, tried, looked, nearest, misnamed } = nothing;
  if (misnamed !== null) return misnamedLines(misnamed, { place, width });
  const where =
    looked.from === null || looked.to === null
      ? 'The journal is empty.'
      : `Looked through ${several(looked.records, 'record')}, from ${fullTime(looked.from)} to ${fullTime(looked.to)}, for ${tried.map((one) => `\`${visible(one)}\``).join(', ')}.`;
  return [
    `Nothing in this journal is called ${visible(quoted(asked))}.`,
    ...wrapped(where, width),
    ...(nearest.length === 0
      ? []
      : ['Did you mean:', ...nearest.map((one) => `  interlock why ${visible(shellWord(one))}${place}`)]),
    'Ask for a call (call_…), a subject (charge:ch_1), any id of a request or an answer, a session, a task, a grant, an agent or a page.',
  ];
}

/** A kind is kept to: what is told of a customer is no answer to a question for a charge. */
function misnamedLines(
  { word, name, isKind, kinds, others }: Misnamed,
  { place, width }: Pick<Context, 'place' | 'width'>,
): readonly string[] {
  const said = isKind
    ? `No ${visible(word)} in this journal is called ${visible(quoted(name))}.`
    : `${visible(quoted(word))} is no kind of thing in this journal. Ask for one thing at a time, by its name or as one of: ${kinds.map(visible).join(', ')}.`;
  return [
    ...wrapped(said, width),
    ...(others.length === 0
      ? []
      : ['There is:', ...others.slice(0, CHOICES_MAX).map((one) => meaningLine(one, place))]),
  ];
}
