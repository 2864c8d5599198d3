import type { CallEssentials } from '../../evidence/shadow/appendix.ts';
import type { ShadowEvidence } from '../../evidence/shadow/evidence.ts';
import { localText } from '../../evidence/shadow/series.ts';
import { type Html, html } from '../html.ts';
import { grouped } from '../page/amounts.ts';
import { type Place, whyFor } from './commands.ts';
import type { Numbers } from './numbers.ts';
import { moneyText } from './words.ts';

/** The calls that the report names, so that a number can be looked at without the journal. */
export function callsView({ appendix, scope }: ShadowEvidence, place: Place, numbers: Numbers): Html {
  const { calls, left } = appendix;
  return html`${left > 0 && html`<p>${grouped(String(left))} more calls are named above and not shown here: a page of them would be too long. Each number’s command lists its own.</p>`}
    <ol class="calls">
      ${calls.map((call) => callView(call, scope.timeZone, place, numbers))}
    </ol>`;
}

function callView(call: CallEssentials, timeZone: string, place: Place, numbers: Numbers): Html {
  const { verdict, finding, amount, subject, rests, origin, status, opinions } = call;
  return html`<li id="${numbers.anchorOf(call.call)}">
    <p>
      <b><code>${call.route}</code></b> <bdi>${subject}</bdi> ${amount !== null && html`<b>${moneyText(amount)}</b>`}
      <span class="verdict-${verdict}">${VERDICT[verdict] ?? verdict}</span>
    </p>
    <p class="quiet">
      ${localText(call.at, timeZone)}, <code>${call.call}</code>, session
      <bdi>${call.session}</bdi>${rests !== null && html`, <b>rests on made-up answers by ${rests}</b>`}
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
  </li> `;
}

const VERDICT: Readonly<Record<string, string>> = {
  allow: 'let through',
  capture: 'captured',
  deny: 'denied',
  hold: 'held',
};
