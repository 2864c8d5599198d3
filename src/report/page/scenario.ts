import type { RunResult, ScenarioResult } from '../../lab/sandbox/result.ts';
import { type Html, html } from '../html.ts';
import { axisOf } from './axis.ts';
import { checks, stops } from './evidence.ts';
import { type Lane, legend, mark } from './marks.ts';
import { momentsOf } from './moments.ts';
import { runView } from './run.ts';
import { measureOf } from './running-total.ts';

export const anchorOf = (index: number): string => `scenario-${index + 1}`;

/** A scenario: its story, both runs side by side on one scale, and what was checked. */
export function scenarioView(scenario: ScenarioResult, index: number): Html {
  const { title, name, story, source, remarks } = scenario;
  const anchor = anchorOf(index);
  return html`<section class="scenario" id="${anchor}" aria-labelledby="${anchor}-title">
    <header>
      <p class="state">${stateOf(scenario)} <code>${name}</code></p>
      <h2 id="${anchor}-title"><bdi>${title}</bdi></h2>
      <p class="story"><bdi>${story}</bdi></p>
      <p class="quiet">Known from: <bdi>${linked(source)}</bdi></p>
    </header>
    ${scenario.unguarded.harm.entries === 0 && html`<p class="unproven">${UNPROVEN}</p>`} ${runs(scenario)}
    <div class="evidence">
      ${stops(scenario)} ${checks(scenario)}
      ${
        remarks.length > 0 &&
        html`<div>
          <h3>Remarks</h3>
          <ul class="remarks">
            ${remarks.map((remark) => html`<li><bdi>${remark}</bdi></li>`)}
          </ul>
        </div>`
      }
    </div>
    <p class="up"><a href="#summary">Back to the summary</a></p>
  </section> `;
}

const UNPROVEN = 'Without the door nothing went wrong either: this scenario does not show that the door is needed.';

export function stateOf({ held, about }: Pick<ScenarioResult, 'held' | 'about'>): Html {
  if (held && about === 'unjudged') return html`<span class="verdict">harm not judged</span>`;
  return held
    ? html`<span class="verdict held">${mark('held')} held</span>`
    : html`<span class="verdict broken">${mark('broken')} did not hold</span>`;
}

function runs(scenario: ScenarioResult): Html {
  const { unguarded, guarded } = scenario;
  const both = [unguarded, guarded];
  const kinds = new Set(both.flatMap(({ timeline }) => timeline.map(({ kind }) => kind)));
  const shared = { axis: axisOf(both), measure: measureOf(scenario), lanes: lanesOf(both) };
  const view = (run: RunResult, title: string, behindDoor: boolean): Html =>
    runView({ run, title, behindDoor, moments: momentsOf(run.timeline), ...shared });
  return html`<div class="runs">
      ${view(unguarded, 'Without the door', false)} ${view(guarded, 'With the door', true)}
    </div>
    ${legend(kinds)}`;
}

/** The operator's lane is drawn only where an operator did something. */
function lanesOf(both: readonly RunResult[]): readonly Lane[] {
  const acted = both.some(({ timeline }) => timeline.some(({ lane }) => lane === 'operator'));
  return acted ? ['operator', 'agent', 'door', 'business'] : ['agent', 'door', 'business'];
}

const LINK = /(https:\/\/[^\s<>"'`()]+[^\s<>"'`().,;:])/;

/** Addresses become links, and only plain `https:` ones: nothing here is fetched unless a person follows it. */
function linked(text: string): readonly (Html | string)[] {
  return text.split(LINK).map((part, index) => {
    return index % 2 === 1 ? html`<a href="${part}" rel="noreferrer noopener">${part}</a>` : part;
  });
}
