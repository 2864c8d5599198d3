import type { CallStory, FindingTold, Ledger, Step } from '../../warehouse/why/told.ts';
import { isRecorded, tookEffect, wouldHave } from '../../warehouse/why/recorded.ts';
import { waitsWords } from '../../warehouse/why/account.ts';
import { moneyOf } from '../../warehouse/why/ledger.ts';
import { becauseOf, clockTime, deed, fullTime, person, several, span } from '../../warehouse/why/wording.ts';
import { type Html, html, trusted } from '../html.ts';
import { mark } from '../page/marks.ts';
import { timelineView } from './page-timeline.ts';
import { valuesView } from './page-values.ts';
import { readableBody } from './readable-body.ts';

/** A page's own text is long enough; `--json` has all of a body. */
const BODY_CHARACTERS_MAX = 6_000;

/** Everything about one call, below its headline. `prefix` makes its anchors its own. */
export function storyView(story: CallStory, prefix: string, under = false): readonly Html[] {
  const told = (name: string, title: Html | string, content: Html): Html => part(prefix, name, title, content, under);
  const { values, findings, policy, subject, gaps, assessments } = story;
  return [
    told('order', 'What happened, in order', timelineView(story, prefix)),
    ...(values.length === 0 ? [] : [told('values', 'Where its values came from', valuesView(story, prefix))]),
    told('guards', 'What the guards found', html`${guardTable(findings)}`),
    ...(policy.rules.length === 0 ? [] : [told('rules', 'Under which rules', rulesView(story))]),
    told('wire', 'What was sent, and what came back', wireView(story)),
    told('who', 'Who', whoView(story)),
    ...(assessments.length === 0
      ? []
      : [
          told(
            'reviews',
            'What reviewers thought of it',
            html`<ul>
              ${assessments.map(({ at, by, opinion, reason }) => html`<li><b>${opinion}</b>, says <bdi>${person(by)}</bdi> at ${fullTime(at)}: <bdi>${reason}</bdi></li>`)}
            </ul>`,
          ),
        ]),
    ...(subject === null
      ? []
      : [told('subject', html`Everything done to <bdi>${subject.name}</bdi>`, ledgerView(subject, prefix))]),
    ...(gaps.length === 0
      ? []
      : [
          told(
            'gaps',
            'What this journal cannot say',
            html`<ul>
              ${gaps.map((gap) => html`<li><bdi>${gap}</bdi></li>`)}
            </ul>`,
          ),
        ]),
  ];
}

/** A titled part of a page; `under`: it belongs to one of several stories. */
export function part(prefix: string, name: string, title: Html | string, content: Html, under = false): Html {
  const id = `${prefix}-${name}`;
  const heading = under ? html`<h3 id="${id}">${title}</h3>` : html`<h2 id="${id}">${title}</h2>`;
  return html`<section aria-labelledby="${id}">${heading} ${content}</section> `;
}

const ROW: Readonly<Record<FindingTold['verdict'], readonly [className: string, word: string]>> = {
  pass: ['', 'passed'],
  deny: ['against', 'refused'],
  hold: ['waits', 'held'],
  capture: ['waits', 'kept'],
};

function guardTable(findings: readonly FindingTold[]): Html {
  const sorted = [
    ...findings.filter(({ verdict }) => verdict !== 'pass'),
    ...findings.filter(({ verdict }) => verdict === 'pass'),
  ];
  return html`<table class="guards">
    <thead>
      <tr>
        <th scope="col">Guard</th>
        <th scope="col">Said</th>
        <th scope="col">Because</th>
        <th scope="col">Rule</th>
      </tr>
    </thead>
    <tbody>
      ${sorted.map((finding) => {
        const [className, word] = ROW[finding.verdict];
        const shape = finding.verdict === 'pass' ? 'held' : finding.verdict === 'deny' ? 'broken' : 'failure';
        return html`<tr class="${className}">
          <th scope="row">${mark(shape)} ${finding.guard}</th>
          <td>${word}</td>
          <td>
            <bdi>${becauseOf(finding)}</bdi
            >${finding.hint !== undefined && html`<br /><span class="quiet">It was told: <bdi>${finding.hint}</bdi></span>`}
          </td>
          <td><code>${finding.rule}</code></td>
        </tr> `;
      })}
    </tbody>
  </table>`;
}

function rulesView({ policy }: CallStory): Html {
  const since = policy.since === null ? null : html`, in force since ${fullTime(policy.since)}`;
  const files = Map.groupBy(policy.rules, ({ file }) => file);
  return html`<p class="quiet">
      <bdi>${policy.file}</bdi>, digest <code>${policy.digest}</code>${since}. The lines of the rules above, as they
      were then:
    </p>
    <div class="rules">${[...files.values()].map(fileLines)}</div>`;
}

function fileLines(rules: CallStory['policy']['rules']): Html {
  const lines = new Map(
    rules.flatMap(({ line, lines: texts }) => texts.map((text, index) => [line + index, text] as const)),
  );
  const sorted = [...lines].sort(([a], [b]) => a - b);
  const numbered = sorted.map(
    ([number, text]) =>
      html`${trusted(`<span class="no">${String(number).padStart(4)}  </span>`)}${text}${trusted('\n')}`,
  );
  return html`<pre>${numbered}</pre>`;
}

const HOW = { sent: 'sent to', captured: 'kept by the door, meant for', not_sent: 'never sent, meant for' } as const;

function wireView({ sent, answer, step: { end } }: CallStory): Html {
  const body =
    sent.opaque === null
      ? sent.body
      : `${sent.opaque.bytes} bytes that no rule has read, SHA-256 ${sent.opaque.sha256}`;
  return html`<div class="pair">
    <div>
      <p class="head"><bdi>${sent.method} ${sent.target}</bdi></p>
      <p class="quiet">${HOW[sent.how]} <bdi>${sent.upstream}</bdi></p>
      ${body !== null && body !== '' && html`<pre>${linesOf(body)}</pre>`}
    </div>
    <div>
      <p class="head">
        ${end === null || end.crashed ? 'No answer is recorded' : (end.status ?? `No status: ${end.failure}`)}
      </p>
      ${end !== null && !end.crashed && html`<p class="quiet">${{ real: 'from the business', overlay: 'with captured writes of the session put in', synthetic: 'made up by the door', recorded: 'as recorded, without this door' }[end.origin]}, after ${span(end.durationMs)}</p>`}
      ${answer?.text != null && answer.text !== '' && html`<pre>${linesOf(answer.text)}</pre>`}
    </div>
  </div>`;
}

/** Line by line, so that each is bounded by itself. */
function linesOf(body: string): readonly Html[] {
  return readableBody(body, BODY_CHARACTERS_MAX)
    .split('\n')
    .map((line) => html`${line}${trusted('\n')}`);
}

function whoView({ who, step }: CallStory): Html {
  return html`<dl class="facts">
    <dt>Agent</dt>
    <dd><bdi>${who.agent}</bdi>, in stage ${step.stage}</dd>
    <dt>Task</dt>
    <dd><bdi>${who.task}</bdi></dd>
    <dt>Session</dt>
    <dd><bdi>${who.session}</bdi></dd>
    ${who.grants.map(
      ({ grant, by, at, environment, expiresAt, routes, values, revoked }, index) =>
        html`<dt>${index === 0 ? 'Grant' : 'Narrowed from'}</dt>
          <dd>
            <bdi
              ><code>${grant}</code>, made by <b>${person(by)}</b> at ${fullTime(at)}, environment ${environment}, until
              ${fullTime(expiresAt)}${routes !== null && html`; for ${routes.join(', ')} alone`}${Object.entries(values).map(([name, list]) => html`; declares ${name} = ${list.join(', ')}`)}${revoked !== null && html`; revoked by ${person(revoked.by)} at ${fullTime(revoked.at)}`}</bdi
            >
          </dd>`,
    )}
    <dt>Call</dt>
    <dd><code>${step.call}</code>, record ${step.seq} of the journal</dd>
  </dl>`;
}

/** Every write of something, and what it comes to. `prefix`: whose timeline has the anchors; `null`: none has. */
export function ledgerView(
  { steps, omitted, reads, totals, links }: Ledger,
  prefix: string | null,
  anchors: ReadonlyMap<string, string> = new Map(),
): Html {
  return html`${
      totals.length > 0 &&
      html`<div class="totals">
        ${totals.map(
          ({ route, currency, done, unknown, meant }) =>
            html`<p>
              <span class="quiet"><bdi>${route}</bdi></span
              >${done.calls > 0 && html`<b>${moneyOf(done.micros, currency)}</b> in ${several(done.calls, 'call')}`}${unknown.calls > 0 && html`<span class="quiet">${done.calls > 0 && 'and '}${moneyOf(unknown.micros, currency)} of unknown outcome in ${several(unknown.calls, 'call')}</span>`}${meant.calls > 0 && html`<span class="quiet">${done.calls + unknown.calls > 0 && 'and '}${moneyOf(meant.micros, currency)} meant, not sent, in ${several(meant.calls, 'call')}</span>`}
            </p>`,
        )}
      </div>`
    }
    ${
      steps.length > 0 &&
      html`<table class="ledger">
        <thead>
          <tr>
            <th scope="col">When (UTC)</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">What came of it</th>
            <th scope="col">Call</th>
          </tr>
        </thead>
        <tbody>
          ${steps.map((step) => ledgerRow(step, anchors.get(step.call) ?? null))}
        </tbody>
      </table>`
    }
    ${omitted > 0 && html`<p class="quiet">${omitted} earlier ones are not shown.</p>`}
    <p class="quiet">
      ${steps.length === 0 && 'No attempt to change it. '}${several(reads, 'read')}.
      ${links.map(({ id, call, path }) => html`<bdi>${id}</bdi> belongs to it: the answer to <code>${call}</code> names it as <code>${path}</code>. `)}
    </p>`;
}

function ledgerRow(step: Step, anchor: string | null): Html {
  const { call, at, agent, became } = step;
  return html`<tr>
    <td class="quiet">${new Date(at).toISOString().slice(0, 10)} ${clockTime(at)}</td>
    <th scope="row"><bdi>${agent}</bdi></th>
    <td>
      <bdi>${deed(step, tookEffect(step) ? 'fact' : 'wish')}</bdi>
    </td>
    <td>${outcomeView(step)}</td>
    <td>
      ${anchor === null ? html`<code>${call}</code>` : html`<a href="#${anchor}"><code>${call}</code></a>`}${became !== null && html`<br /><span class="quiet">sent as ${became}</span>`}
    </td>
  </tr> `;
}

function outcomeView(step: Step): Html {
  if (!isRecorded(step)) return ownOutcome(step);
  const would = wouldHave(step);
  return html`${ownOutcome({ ...step, verdict: 'allow' })}, as recorded${would !== '' && html`; <bdi>${would}</bdi>`}`;
}

function ownOutcome({ verdict, end, because, became, waits }: Step): Html {
  if (verdict === 'deny')
    return html`${mark('denied')} refused: <bdi>${because === null ? '' : becauseOf(because)}</bdi>`;
  if (verdict === 'hold')
    return html`${mark('failure')} ${became === null ? waitsWords({ waits, became }) : 'waited for a human, then sent'}`;
  if (verdict === 'capture') return html`${mark('note')} meant, not sent`;
  if (end?.effectiveness === 'effective') return html`${mark('effect')} took effect, answered ${end.status}`;
  if (end?.effectiveness === 'ineffective')
    return html`${mark('denied')} did not happen${end.status !== null && html`, answered ${end.status}`}`;
  return html`${mark('failure')} nobody knows`;
}
