import type { CallEssentials } from '../../evidence/shadow/appendix.ts';
import type { ShadowEvidence } from '../../evidence/shadow/evidence.ts';
import { localText } from '../../evidence/shadow/series.ts';
import { type Html, html } from '../html.ts';
import { counted, grouped } from '../page/amounts.ts';
import { type Place, whyFor } from './commands.ts';
import type { Numbers } from './numbers.ts';
import { moneyText } from './words.ts';

/** The calls that the report names, so that a number can be looked at without the journal: each is closed until a link leads to it. */
export function callsView({ appendix, scope }: ShadowEvidence, place: Place, numbers: Numbers): Html {
  const { calls, left } = appendix;
  const isRead = ({ effect }: CallEssentials): boolean => effect === 'read';
  const list = (own: readonly CallEssentials[]): Html =>
    html`<ol class="calls">
      ${own.map((call) => callView(call, scope.timeZone, place, numbers))}
    </ol>`;
  const reads = calls.filter(isRead);
  const writes = calls.filter((call) => !isRead(call));
  return html`${left > 0 && html`<p>${grouped(String(left))} more calls are named above and not shown here: a page of them would be too long. Each number’s command lists its own.</p>`}
  ${writes.length > 0 && list(writes)}
  ${
    reads.length > 0 &&
    html`<details class="fold">
      <summary>${counted(reads.length, 'read')}</summary>
      ${list(reads)}
    </details>`
  }`;
}

function callView(call: CallEssentials, timeZone: string, place: Place, numbers: Numbers): Html {
  const { verdict, finding, amount, subject, rests, origin, status, opinions } = call;
  return html`<li>
    <details>
      <summary>
        <b><code>${call.route}</code></b> <bdi>${subject}</bdi> ${amount !== null && html`<b>${moneyText(amount)}</b>`}
        <span class="verdict-${verdict}">${VERDICT[verdict] ?? verdict}</span>
        <span class="quiet">${localText(call.at, timeZone).slice(0, 16)}</span>
      </summary>
      <div id="${numbers.anchorOf(call.call)}">
        <p class="quiet">
          ${localText(call.at, timeZone)}, <code>${call.call}</code>, session
          <bdi>${call.session}</bdi>${rests !== null && html`, <b>${RESTS[rests] ?? rests}</b>`}
        </p>
        ${finding !== null && html`<p>${finding.guard} <code>${finding.rule}</code>: ${finding.reason}${finding.hint !== null && html`. <bdi>${finding.hint}</bdi>`}</p>`}
        <pre><code><bdi>${call.method} ${call.target}${call.body !== null && `\n${call.body}`}</bdi></code></pre>
        ${call.answer !== null && html`<pre class="answer"><code><bdi>${status} ${origin === 'upstream' ? '' : `(${origin}) `}${call.answer}</bdi></code></pre>`}
        ${opinions.map(
          ({ by, opinion, reason }) =>
            html`<p>
              <b><bdi>${by}</bdi>: ${opinion}</b> <bdi>${reason}</bdi>
            </p>`,
        )}
        <pre class="command"><code>${whyFor(place, call.call)}</code></pre>
      </div>
    </details>
  </li> `;
}

const RESTS: Readonly<Record<string, string>> = {
  value: 'carries a value that was made up',
  subject: 'acts on something that the session itself changed before',
  session: 'comes after made-up answers in its session',
};

const VERDICT: Readonly<Record<string, string>> = {
  allow: 'let through',
  capture: 'captured',
  deny: 'denied',
  hold: 'held',
};
