import type { CallStory, FindingTold, GrantTold, Ledger, Sent, Traced } from '../../warehouse/why/told.ts';
import { cameFrom } from '../../warehouse/why/summary.ts';
import { moneyOf } from '../../warehouse/why/ledger.ts';
import { shortly } from '../../warehouse/why/account.ts';
import { becauseOf, clockTime, fullTime, person, quoted, several, span } from '../../warehouse/why/wording.ts';
import { visible } from '../visible.ts';
import { wrapped, type TextStyle } from './terminal.ts';
import { readableBody } from './readable-body.ts';
import { timelineOf, valueName } from './timeline.ts';

/** Where a text is shown. */
export type Context = Required<TextOptions>;

export interface TextOptions {
  /** In characters. */
  readonly width: number;
  readonly style?: TextStyle;
  /** Behind every command: ` --data DIR`, or nothing. */
  readonly place: string;
  readonly now: number;
}

const BODY_LINES_MAX = 24;
const ANSWER_CHARACTERS_MAX = 900;

/**
 * A story's parts below its summary, the most asked for first; a part with nothing in it is not there.
 *
 * @param told what other stories beside it said of rules and of who it was, word for word: it is said once
 */
export function storyLines(
  story: CallStory,
  context: Context,
  told: Set<string> = new Set<string>(),
): readonly string[] {
  const once = (lines: readonly string[]): readonly string[] => {
    const text = lines.join('\n');
    if (told.has(text)) return [];
    told.add(text);
    return lines;
  };
  return [
    ...section('What happened, in order (UTC)', timelineLines(story, context), context),
    ...section('Where its values came from', valueLines(story.values, context), context),
    ...section('What the guards found', findingLines(story, context), context),
    ...section('Under which rules', once(policyLines(story, context)), context),
    ...section('Who', once(whoLines(story, context)), context),
    ...section('The request', requestLines(story.sent, context), context),
    ...section('The answer', answerLines(story, context), context),
    ...section(
      'What reviewers thought of it',
      story.assessments.map(
        ({ at, by, opinion, reason }) =>
          `${clockTime(at)}  ${visible(person(by))}: ${opinion}${reason === '' ? '' : `, ${visible(quoted(reason))}`}`,
      ),
      context,
    ),
    ...section(
      `Everything done to ${visible(story.subject?.name ?? '')}`,
      story.subject === null ? [] : ledgerLines(story.subject, context),
      context,
    ),
    ...section(
      'What this journal cannot say',
      story.gaps.flatMap((gap) => wrapped(visible(gap), context.width - 2)),
      context,
    ),
  ];
}

export function section(title: string, lines: readonly string[], { style }: Context): readonly string[] {
  return lines.length === 0 ? [] : [style.heading(title), ...lines.map((line) => `  ${line}`), ''];
}

function timelineLines(story: CallStory, { width, style }: Context): readonly string[] {
  const { step, before, after } = story;
  const moments = timelineOf(story);
  const ahead = 21;
  const lines = moments.flatMap((moment) => {
    const day =
      new Date(moment.at).toISOString().slice(0, 10) === new Date(step.at).toISOString().slice(0, 10)
        ? ''
        : ` (${new Date(moment.at).toISOString().slice(0, 10)})`;
    const offset = moment.main
      ? ''
      : moment.at === step.at
        ? '='
        : `${moment.at < step.at ? '-' : '+'}${span(moment.at - step.at)}`;
    const head = `${moment.main ? '>' : ' '} ${clockTime(moment.at)} ${offset.padStart(9)} `;
    const gave = moment.gave.length === 0 ? '' : ` [gave ${moment.gave.map(({ name }) => name).join(', ')}]`;
    const text = wrapped(visible(`${moment.who} ${moment.what}${day}${gave}`), width - ahead - 2);
    const more =
      moment.more === null
        ? []
        : wrapped(visible(moment.more), width - ahead - 4).map((line) => style.quiet(`  ${line}`));
    const [first = '', ...rest] = moment.main ? text.map(style.bold) : text;
    return [head.padEnd(ahead) + first, ...[...rest, ...more].map((line) => ' '.repeat(ahead) + line)];
  });
  return [
    ...(before.omitted > 0 ? [`(${several(before.omitted, 'earlier call')} of this session not shown)`] : []),
    ...lines,
    ...(after.omitted > 0 ? [`(${several(after.omitted, 'later call')} of this session not shown)`] : []),
  ];
}

function valueLines(values: readonly Traced[], { width, style }: Context): readonly string[] {
  const told = values.filter(({ origin }) => origin.kind !== 'common');
  const common = values.length - told.length;
  return [
    ...told.flatMap((one) => {
      const careful = one.origin.kind === 'text';
      const line = `${valueName(one)} = ${one.value.length > 80 ? `${one.value.slice(0, 79)}…` : one.value}`;
      const came = wrapped(visible(cameFrom(one.origin)), width - 6).map(
        (text) => `  ${careful ? style.alarm(text) : text}`,
      );
      return [style.bold(visible(line)), ...came];
    }),
    ...(common > 0
      ? [
          style.quiet(
            `(${several(common, 'value')} too usual to trace: ${visible(
              values
                .filter(({ origin }) => origin.kind === 'common')
                .slice(0, 5)
                .map((one) => `${valueName(one)} = ${one.value}`)
                .join(', '),
            )})`,
          ),
        ]
      : []),
  ];
}

function findingLines({ findings }: CallStory, { width, style }: Context): readonly string[] {
  const against = findings.filter(({ verdict }) => verdict !== 'pass');
  return [...against, ...findings.filter(({ verdict }) => verdict === 'pass')].flatMap((finding) =>
    findingLine(finding, width, style),
  );
}

function findingLine(finding: FindingTold, width: number, style: TextStyle): readonly string[] {
  const { guard, rule, verdict, hint } = finding;
  const mark = { pass: 'passed ', deny: 'REFUSED', hold: 'HELD   ', capture: 'KEPT   ' }[verdict];
  const [first = '', ...rest] = wrapped(visible(becauseOf(finding)), width - 28);
  const head = `${mark} ${visible(guard).padEnd(13)} `;
  const lines = [
    `${verdict === 'pass' ? head : style.alarm(head)}${first}`,
    ...rest.map((line) => ' '.repeat(22) + line),
  ];
  if (verdict !== 'pass') lines.push(style.quiet(`${' '.repeat(22)}rule ${visible(rule)}`));
  if (hint !== undefined)
    lines.push(
      ...wrapped(visible(`It was told: ${quoted(hint, 400)}`), width - 24).map((line) =>
        style.quiet(' '.repeat(22) + line),
      ),
    );
  return lines;
}

function policyLines({ policy }: CallStory, { style, width }: Context): readonly string[] {
  if (policy.digest === null) return [];
  const since = policy.since === null ? '' : `, in force since ${fullTime(policy.since)}`;
  const rules = policy.rules.flatMap(({ file, line, lines }) =>
    lines.map((text, index) => `${style.quiet(`${visible(file)}:${line + index}`.padEnd(24))} ${visible(text)}`),
  );
  return [
    ...wrapped(`${visible(policy.file ?? '')}, digest ${policy.digest.slice(0, 16)}…${since}`, width - 2),
    ...new Set(rules),
  ];
}

function whoLines({ who, step }: CallStory, { now, width }: Context): readonly string[] {
  const agent = `agent ${who.agent}, in stage ${step.stage}, session ${who.session}, task ${quoted(who.task)}`;
  const lines = [...wrapped(visible(agent), width - 2)];
  for (const [index, grant] of who.grants.entries())
    lines.push(...grantLines(grant, index, now).flatMap((line) => wrapped(line, width - 2)));
  return lines;
}

function grantLines(
  { grant, at, by, environment, expiresAt, routes, values, revoked }: GrantTold,
  index: number,
  now: number,
): readonly string[] {
  const declared = Object.entries(values).map(([name, list]) => `${name} = ${list.join(', ')}`);
  return [
    `${index === 0 ? 'grant' : '  narrowed from'} ${visible(grant)}, made by ${visible(person(by))} at ${fullTime(at)}, environment ${visible(environment)}, ${expiresAt < now ? 'ended' : 'ends'} ${fullTime(expiresAt)}`,
    ...(routes === null ? [] : [`  for ${visible(routes.join(', '))} alone`]),
    ...(declared.length === 0 ? [] : [`  declared: ${visible(declared.join('; '))}`]),
    ...(revoked === null ? [] : [`  revoked by ${visible(person(revoked.by))} at ${fullTime(revoked.at)}`]),
  ];
}

function requestLines({ how, upstream, method, target, body, opaque }: Sent, { width }: Context): readonly string[] {
  const state = { sent: 'sent to', captured: 'kept by the door, meant for', not_sent: 'never sent; meant for' }[how];
  const lines = wrapped(visible(`${method} ${target}  (${state} ${upstream})`), width - 2);
  if (opaque !== null)
    return [...lines, `${several(opaque.bytes, 'byte')} that no rule has read, SHA-256 ${opaque.sha256}`];
  return body === null || body === '' ? lines : [...lines, ...readable(body, width)];
}

function answerLines({ answer, step }: CallStory, { width }: Context): readonly string[] {
  const { end } = step;
  if (end === null || end.crashed) return [];
  const origin = {
    real: `from ${step.upstream}`,
    overlay: 'of the business, with captured writes of the session put in',
    synthetic: 'made up by the door: nothing was sent',
    recorded: 'as recorded, without this door',
  }[end.origin];
  const lines = [
    `${end.status ?? 'none'}${end.failure === null ? '' : ` (${end.failure})`} ${visible(origin)}, after ${span(end.durationMs)}`,
  ];
  if (answer === null) return lines;
  for (const [what, calls] of [
    ['shows', answer.merged],
    ['should show and does not', answer.unmerged],
  ] as const)
    if (calls.length > 0) lines.push(`it ${what} the captured writes ${calls.join(', ')}`);
  return answer.text === null || answer.text === '' ? lines : [...lines, ...readable(answer.text, width)];
}

/** JSON with its members below each other, a form with its fields decoded, any other text as it is; the first lines of it. */
function readable(text: string, width: number): readonly string[] {
  const lines = readableBody(text, ANSWER_CHARACTERS_MAX)
    .split('\n')
    .flatMap((line) => wrapped(visible(line), width - 4));
  return [
    ...lines.slice(0, BODY_LINES_MAX),
    ...(lines.length > BODY_LINES_MAX ? [`… (+${lines.length - BODY_LINES_MAX} lines; --json has them)`] : []),
  ].map((line) => `  ${line}`);
}

export function ledgerLines({ steps, omitted, reads, totals, links }: Ledger, context: Context): readonly string[] {
  const { width } = context;
  return [
    ...(omitted > 0 ? [`(${several(omitted, 'earlier write')} not shown)`] : []),
    ...steps.flatMap((step) =>
      wrapped(
        `${visible(shortly(step))} ${step.became === null ? step.call : `${step.call}, sent later as ${step.became}`}`,
        width - 2,
      ),
    ),
    ...(steps.length === 0 ? ['no attempt to change it'] : []),
    ...(reads > 0 ? [`and ${several(reads, 'read')}`] : []),
    ...totals.map(
      ({ route, currency, done, unknown, meant }) =>
        `${visible(route)}: ${[
          done.calls === 0 ? '' : `${moneyOf(done.micros, currency)} done in ${several(done.calls, 'call')}`,
          unknown.calls === 0
            ? ''
            : `${moneyOf(unknown.micros, currency)} of unknown outcome in ${several(unknown.calls, 'call')}`,
          meant.calls === 0 ? '' : `${moneyOf(meant.micros, currency)} meant in ${several(meant.calls, 'call')}`,
        ]
          .filter((one) => one !== '')
          .join('; ')}`,
    ),
    ...links.flatMap(({ id, call, path }) =>
      wrapped(`${visible(id)} belongs to it: the answer to ${call} names it as \`${visible(path)}\``, width - 2),
    ),
  ];
}
