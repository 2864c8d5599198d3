import type { SandboxResult, ScenarioResult } from '../../lab/sandbox/result.ts';
import { type Html, html } from '../html.ts';
import { damageOf, harmOf, stoppedBy } from './amounts.ts';
import { mark } from './marks.ts';
import { anchorOf, stateOf } from './scenario.ts';

/** `6 of 7 scenarios held`. */
export function verdictOf(scenarios: readonly ScenarioResult[]): string {
  if (scenarios.length === 0) return 'No scenario ran';
  const held = scenarios.filter((scenario) => scenario.held).length;
  return `${held} of ${scenarios.length} ${scenarios.length === 1 ? 'scenario' : 'scenarios'} held`;
}

/** What a reader must know before anything else: the verdict, what broke, and the damage with and without the door. */
export function headline({ scenarios, startedAt, version, node }: SandboxResult): Html {
  const held = scenarios.length > 0 && scenarios.every((scenario) => scenario.held);
  const broken = scenarios.flatMap((scenario, index) => (scenario.held ? [] : [{ scenario, index }]));
  return html`<header class="headline">
    <p class="product">Interlock sandbox</p>
    <h1 class="${held ? 'held' : 'broken'}">${mark(held ? 'held' : 'broken')} ${verdictOf(scenarios)}</h1>
    ${broken.length > 0 && html`<p class="broken-list">Did not hold: ${broken.map(({ scenario, index }, place) => html`${place > 0 && ', '}<a href="#${anchorOf(index)}"><bdi>${scenario.title}</bdi></a>`)}</p>`}
    <p class="damage">
      Without the door: <b>${harmOf(scenarios.map(({ unguarded }) => unguarded))}</b>. With it:
      <b>${harmOf(scenarios.map(({ guarded }) => guarded))}</b>.
    </p>
    <p class="quiet">
      Started <time datetime="${startedAt}">${readableInstant(startedAt)}</time>. Interlock ${version}, Node ${node}.
      Every business here is a mock.
    </p>
  </header>`;
}

/** `2026-11-22T03:00:00.000Z` → `2026-11-22 03:00:00 UTC`; anything else as it came. */
function readableInstant(startedAt: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(startedAt);
  return match === null ? startedAt : `${match[1]} ${match[2]} UTC`;
}

/** One row a scenario. Roles are spelled out because narrow screens lay the table out as blocks. */
export function summary(scenarios: readonly ScenarioResult[]): Html {
  return html`<section id="summary" aria-labelledby="summary-title">
    <h2 id="summary-title">Summary</h2>
    <table class="summary" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">Scenario</th>
          <th role="columnheader" scope="col">Harm without the door</th>
          <th role="columnheader" scope="col">Harm with it</th>
          <th role="columnheader" scope="col">Stopped by</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${scenarios.map(row)}
      </tbody>
    </table>
  </section>`;
}

function row(scenario: ScenarioResult, index: number): Html {
  const { title, unguarded, guarded } = scenario;
  return html`<tr role="row">
    <th role="rowheader" scope="row">
      <a href="#${anchorOf(index)}"><bdi>${title}</bdi></a> ${stateOf(scenario)}
    </th>
    <td role="cell" data-label="Without the door">${damage(unguarded)}</td>
    <td role="cell" data-label="With it">${damage(guarded)}</td>
    <td role="cell" data-label="Stopped by">${stoppedBy(scenario) || 'nothing'}</td>
  </tr> `;
}

function damage(run: ScenarioResult['guarded']): Html {
  const { figure, note } = damageOf(run);
  if (run.harm.entries === 0) return html`<span class="none">${figure}</span>`;
  return html`<span class="harmed">${mark('harm')} ${figure}</span> <span class="quiet">${note}</span>`;
}
