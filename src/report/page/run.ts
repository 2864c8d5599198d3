import type { RunResult, TimelineEvent } from '../../lab/sandbox/result.ts';
import type { Instant } from '../../std/clock.ts';
import { formatDuration } from '../../std/duration.ts';
import { type Html, html } from '../html.ts';
import { counted, damageOf, grouped } from './amounts.ts';
import { nightTime, originOf } from './axis.ts';
import { type ChartInput, chart } from './chart.ts';
import { WORD, mark } from './marks.ts';
import type { Moment } from './moments.ts';

/** One run of a scenario: what it came to, when it happened, and every event of it. */
export function runView(input: ChartInput): Html {
  const { run, title, moments } = input;
  const origin = originOf(run);
  return html`<div class="run">
    <h3>${title}</h3>
    ${figures(input)} ${chart(input)}
    <div class="told">
      ${moments.length === 0 && html`<p class="quiet">Nothing happened.</p>`}
      <ol class="moments">
        ${moments.map((event) => momentLine(event, origin))}
      </ol>
      ${run.timeline.length > 0 && eventList(run, title, origin)}
    </div>
  </div>`;
}

function figures({ run, behindDoor }: ChartInput): Html {
  const { sent, reached } = run.requests;
  const harm = damageOf(run);
  const outcome = run.harm.entries > 0 ? 'harm' : behindDoor ? 'held' : null;
  return html`<dl class="figures">
    <div class="big ${outcome}">
      <dt>Harm</dt>
      <dd>${outcome !== null && mark(outcome)} ${harm.figure} <small>${harm.note}</small></dd>
    </div>
    <div>
      <dt>Money left</dt>
      <dd>${grouped(run.money)}</dd>
    </div>
    <div>
      <dt>Writes</dt>
      <dd>${grouped(String(run.writes))}</dd>
    </div>
    <div>
      <dt>Requests reached</dt>
      <dd>${grouped(String(reached))} <small>of ${grouped(String(sent))}</small></dd>
    </div>
    <div>
      <dt>Took</dt>
      <dd>${took(run.durationMs)}</dd>
    </div>
  </dl>`;
}

const took = (ms: number): string => (ms < 1_000 ? formatDuration(ms) : `${(ms / 1_000).toFixed(1)}s`);

const times = (count: number): Html | null =>
  count > 1 ? html` <span class="times">×${grouped(String(count))}</span>` : null;

function momentLine({ at, lastAt, lane, kind, text, count, varied }: Moment, origin: Instant): Html {
  const until = lastAt > at && html` <span class="when">until ${nightTime(lastAt - origin)}</span>`;
  return html`<li class="${kind}">
    <span class="when">${nightTime(at - origin)}</span> ${mark(kind)}
    <span class="who">${lane}, ${WORD[kind]}</span>${times(count)}${until}
    <span class="what"><bdi>${text}</bdi>${varied && html`<span class="quiet">, and others like it</span>`}</span>
  </li>`;
}

function eventList({ timeline, omitted }: RunResult, title: string, origin: Instant): Html {
  const rest = omitted > 0 ? `, ${grouped(String(omitted))} more left out` : '';
  return html`<details>
    <summary>All ${counted(timeline.length, 'event')}${rest}</summary>
    <table class="events">
      <caption>
        Events, ${title.toLowerCase()}
      </caption>
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Who</th>
          <th scope="col">What</th>
        </tr>
      </thead>
      <tbody>
        ${timeline.map((event) => eventRow(event, origin))}
      </tbody>
    </table>
  </details>`;
}

function eventRow({ at, lane, kind, text, count }: TimelineEvent, origin: Instant): Html {
  return html`<tr class="${kind}">
    <td class="when">${nightTime(at - origin)}</td>
    <td>${lane}</td>
    <td>${mark(kind)} <b>${WORD[kind]}</b>${times(count)} <bdi>${text}</bdi></td>
  </tr> `;
}
