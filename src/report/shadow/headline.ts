import type { ShadowEvidence } from '../../evidence/shadow/evidence.ts';
import { type Html, html } from '../html.ts';
import { counted, grouped } from '../page/amounts.ts';
import { type Place, word } from './commands.ts';
import type { Numbers } from './numbers.ts';
import { listed, minuteText, shareText, sumsText } from './words.ts';

/** What was meant, in one sentence that judges nothing. */
export function headlineText({ scope, overview, money }: ShadowEvidence): string {
  const { meant, calls } = overview;
  if (calls.count === 0) return `${scope.agent} made no call`;
  if (meant.count === 0) return `${scope.agent} meant to write nothing`;
  const moved = money.meant.length === 0 ? '' : `, and to move ${sumsText(money.meant)}`;
  return `${scope.agent} meant to make ${counted(meant.count, 'write')}${moved}`;
}

/** What happened, as sentences: the same in the page and in the Markdown. */
export function summarySentences(evidence: ShadowEvidence): readonly string[] {
  const { overview, people } = evidence;
  const { period, calls, sessions } = overview;
  if (period === null)
    return ['There is no call of this agent in this journal, or none in the time that was asked for.'];
  const days =
    period.days === period.daysWithCalls
      ? counted(period.days, 'day')
      : `${period.daysWithCalls} of ${counted(period.days, 'day')}`;
  return [
    `On ${days} it made ${counted(calls.count, 'call')} in ${counted(sessions, 'session')}.`,
    sentSentence(evidence),
    ...stoppedSentences(evidence),
    people.opinions.length === 0
      ? 'Nobody has looked at its writes yet.'
      : `People judged some of it: ${listed(people.opinions.map(({ opinion, behind }) => `${counted(behind.count, 'call')} ${opinion}`))}.`,
  ];
}

/** What was held and approved is meant as well: it is no further call. */
function stoppedSentences({ overview: { stopped, approved }, money }: ShadowEvidence): readonly string[] {
  if (stopped.count === 0) return ['No guard refused or held a call.'];
  const of = (sums: ShadowEvidence['money']['lost']): string => (sums.length === 0 ? '' : ` of ${sumsText(sums)}`);
  const lost = stopped.count - approved.count;
  return [
    ...(lost === 0 ? [] : [`Guards refused or held ${counted(lost, 'further call')}${of(money.lost)}.`]),
    ...(approved.count === 0
      ? []
      : [`A person approved ${counted(approved.count, 'held call')}${of(money.approved)}, which was made after all.`]),
  ];
}

/** An import sent nothing and kept nothing back: what its policy says of a call is what it would have done. */
function sentSentence(evidence: ShadowEvidence): string {
  const { recorded, meant } = evidence.overview;
  if (recorded.writes.count === 0) return ownSentence(evidence);
  const there = recordedSentence(recorded);
  return recorded.writes.count < meant.count
    ? `${ownSentence(evidence)} ${there}`
    : `Its writes are from a recording: ${there}`;
}

function ownSentence({ overview, routes }: ShadowEvidence): string {
  const sent = overview.sent.count;
  if (overview.meant.count === 0) return 'It meant to write nothing.';
  if (sent === 0) return 'None of its writes was sent.';
  const routesSent = routes.filter(({ effect, meant }) => effect !== 'read' && meant.count > 0).length;
  return `${grouped(String(sent))} of ${counted(overview.meant.count, 'write')} ${sent === 1 ? 'was' : 'were'} really sent, by ${counted(routesSent, 'route')}.`;
}

function recordedSentence({ writes, effective, despite }: ShadowEvidence['overview']['recorded']): string {
  const stopped =
    despite.count === 0 ? '' : `, ${counted(despite.count, 'write')} among them that guards would have refused or held`;
  return `${grouped(String(effective.count))} of ${counted(writes.count, 'recorded write')} took effect there, without this door${stopped}.`;
}

export function headline(evidence: ShadowEvidence, place: Place, version: string): Html {
  const { overview, scope } = evidence;
  const { period, policies } = overview;
  return html`<header class="headline">
    <p class="product">Interlock shadow report</p>
    <h1><bdi>${headlineText(evidence)}</bdi></h1>
    <p class="damage">${summarySentences(evidence).join(' ')}</p>
    <p class="quiet">
      ${period !== null && html`${minuteText(period.first, scope.timeZone)} to ${minuteText(period.last, scope.timeZone)}, ${scope.timeZone}. `}
      ${policies.map(
        ({ digest, file, since }, index) =>
          html`${index > 0 && ', then '}${index === 0 && (policies.length === 1 ? 'Policy ' : 'Policies ')}<bdi
              ><code>${file} ${digest.slice(0, 12)}</code></bdi
            >${index > 0 && ` from ${minuteText(since, scope.timeZone)}`}`,
      )}${policies.length > 0 && '. '}
      Journal <code>${word(place.data)}</code>. Interlock ${version}.
    </p>
    ${policies.length > 1 && html`<p class="warning">${counted(policies.length, 'policy', 'policies')} decided in this time. What was gathered under one says little of another: look at each alone with <code>--from</code> and <code>--to</code>.</p>`}
  </header>`;
}

export function keyFigures({ overview, unknowns, people }: ShadowEvidence, numbers: Numbers): Html {
  const { calls, reads, meant, repeats, stopped } = overview;
  const made = unknowns.resting
    .filter(({ how }) => how !== 'session')
    .reduce((sum, { behind }) => sum + behind.count, 0);
  const judged = people.opinions.reduce((sum, { behind }) => sum + behind.count, 0);
  const figures: readonly (readonly [string, Html | string, string])[] = [
    ['Calls', numbers.link(calls, 'calls'), ''],
    ['Reads', numbers.link(reads, 'reads'), ''],
    [
      'Writes meant',
      numbers.link(meant, 'writes that would have taken effect'),
      `${shareText(meant.count, calls.count)} of calls${repeats.count === 0 ? '' : `; ${counted(repeats.count, 'repeat')} by the same key left out`}`,
    ],
    [
      'Refused or held',
      numbers.link(stopped, 'calls that a guard refused or held'),
      `${shareText(stopped.count, calls.count)} of calls`,
    ],
    ['Opinions of people', grouped(String(judged)), ''],
    ['On made-up answers', grouped(String(made)), 'by value or subject'],
  ];
  return html`<dl class="figures">
    ${figures.map(
      ([name, figure, note]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${figure} <small>${note}</small></dd>
        </div>`,
    )}
  </dl>`;
}
