import type { ShadowEvidence } from '../../evidence/shadow/evidence.ts';
import { ENOUGH, type Crossing, type Dimension, type Stratum } from '../../evidence/shadow/strata.ts';
import { shadeOf } from '../chart/week.ts';
import { type Html, html } from '../html.ts';
import { counted, grouped } from '../page/amounts.ts';
import type { Numbers } from './numbers.ts';

/** Where there is evidence, where it is thin, and where there is none. */
export function coverageView({ strata }: ShadowEvidence, numbers: Numbers): Html {
  return html`<p>
      Under ${ENOUGH} cases, evidence is <b>thin</b>: as many without a fault still leave room for one fault in ten.
      <b>None</b> means that nobody has seen it do this at all.
    </p>
    <div class="strata">${strata.dimensions.map((each) => dimensionView(each, numbers))}</div>
    ${strata.crossing.rows.length > 0 && crossingView(strata.crossing, numbers)}`;
}

/** In this many cells a row of them stays readable; a route list beyond is in the JSON. */
const STRATA_SHOWN = 48;

function dimensionView({ name, counts, strata }: Dimension, numbers: Numbers): Html {
  const lacking = strata.filter(({ enough }) => enough !== 'enough').length;
  const hidden = Math.max(0, strata.length - STRATA_SHOWN);
  return html`<div>
    <h3>
      ${name} <span class="quiet">${counts}${lacking > 0 ? `, ${lacking} of ${strata.length} lacking` : ''}</span>
    </h3>
    <ul>
      ${strata.slice(0, STRATA_SHOWN).map((stratum) => stratumView(stratum, name, counts, numbers))}
    </ul>
    ${hidden > 0 && html`<p class="quiet">${grouped(String(hidden))} more are in the JSON.</p>`}
  </div>`;
}

function stratumView({ name, behind, enough }: Stratum, dimension: string, counts: string, numbers: Numbers): Html {
  return html`<li class="${enough}">
    <span>${name}</span> <b>${numbers.link(behind, `${counts}, ${dimension.toLowerCase()}: ${name}`)}</b>
    ${enough !== 'enough' && html`<em>${enough}</em>`}
  </li>`;
}

const ROWS_SHOWN = 30;

/** Routes by parts of the week: a table that shades itself. */
function crossingView({ rows, columns, cells }: Crossing, numbers: Numbers): Html {
  const most = cells.flat().reduce((largest, { count }) => Math.max(largest, count), 0);
  const shown = rows.slice(0, ROWS_SHOWN);
  return html`<h3 class="after">Writes by route and time</h3>
    <table class="matrix">
      <caption>
        Writes by route, part of the week and part of the day (six hours each, from midnight on)
      </caption>
      <thead>
        <tr>
          <td></td>
          <th scope="colgroup" colspan="4">Weekdays</th>
          <th scope="colgroup" colspan="4">Weekend</th>
        </tr>
        <tr>
          <td></td>
          ${columns.map((column) => html`<th scope="col"><abbr title="${column}">${['00', '06', '12', '18'][columns.indexOf(column) % 4] ?? ''}–</abbr></th>`)}
        </tr>
      </thead>
      <tbody>
        ${shown.map(
          (route, row) =>
            html`<tr>
              <th scope="row"><code>${route}</code></th>
              ${(cells[row] ?? []).map((behind, column) => html`<td class="shade-${shadeOf(behind.count, most)}">${numbers.link(behind, `${route}, ${columns[column] ?? ''}`)}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
    ${rows.length > ROWS_SHOWN && html`<p class="quiet">${counted(rows.length - ROWS_SHOWN, 'more route')} in the JSON.</p>`}`;
}
