import type { PromiseCheck, ScenarioResult } from '../../lab/sandbox/result.ts';
import { type Html, html } from '../html.ts';
import { counted } from './amounts.ts';
import { mark } from './marks.ts';

/** Which guards stopped something, by which rule and for what reason. */
export function stops({ stoppedBy }: ScenarioResult): Html {
  const lines = stoppedBy.map(
    ({ guard, rule, reason, calls }) =>
      html`<li>
        <b>${guard}</b> stopped ${counted(calls, 'call')}
        <span class="quiet">by <code>${rule}</code>, reason <code>${reason}</code></span>
      </li>`,
  );
  return html`<div>
    <h3>What stopped it</h3>
    ${
      lines.length === 0
        ? html`<p class="quiet">No guard stopped a call.</p>`
        : html`<ul class="stops">
            ${lines}
          </ul>`
    }
  </div>`;
}

/** Every promise that was checked, those that broke first, with what was looked at. */
export function checks({ promises }: ScenarioResult): Html {
  const held = promises.filter((promise) => promise.held).length;
  const heading = promises.length === 0 ? 'Promises' : `${held} of ${counted(promises.length, 'promise')} held`;
  return html`<div>
    <h3>${heading}</h3>
    ${promises.length === 0 && html`<p class="quiet">None was checked, so this run proves nothing.</p>`}
    <ul class="promises">
      ${promises.toSorted((a, b) => Number(a.held) - Number(b.held)).map(promiseLine)}
    </ul>
  </div>`;
}

function promiseLine({ id, text, held, detail }: PromiseCheck): Html {
  return html`<li class="${held ? 'held' : 'broken'}">
    ${mark(held ? 'held' : 'broken')}
    <p><b>${id}</b> <bdi>${text}</bdi>: <span class="verdict">${held ? 'held' : 'broken'}</span></p>
    <p class="quiet"><bdi>${detail}</bdi></p>
  </li> `;
}
