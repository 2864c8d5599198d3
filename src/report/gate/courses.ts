import type { HarmCourse } from '../../gate/harm-course.ts';
import { courseChart } from '../chart/course.ts';
import { type Html, html } from '../html.ts';
import { counted, grouped } from '../page/amounts.ts';
import { behindChart } from '../page/table.ts';
import { minuteText } from '../shadow/words.ts';
import { percentText } from './shares.ts';

/** How the bound on harm came down as evidence came in, with the line that it had to come under; a chart for each class. */
export function coursesView(courses: readonly HarmCourse[], timeZone: string): Html {
  if (courses.length === 0) return html`<p class="quiet">Nobody has judged a session of any class yet.</p>`;
  return html`<div class="courses">${courses.map((course) => courseView(course, timeZone))}</div>`;
}

function courseView(course: HarmCourse, timeZone: string): Html {
  const { class: of, limit, look, points } = course;
  return html`<div>
    <h3><code>${of}</code></h3>
    <p class="quiet">${leadText(course)}</p>
    ${courseChart({
      name: `${of}: ${leadText(course)} The figures are in the table below.`,
      along: 'sessions judged',
      points: points.map(({ sessions, bound }) => ({ x: sessions, share: bound })),
      limit: limit === null ? null : { value: limit, name: `to beat: ${percentText(limit)}` },
      marks: harms(course).map(({ sessions, at }) => ({
        x: sessions,
        title: `session ${grouped(String(sessions))}, ${minuteText(at, timeZone)}: harm`,
      })),
      say: percentText,
    })}
    ${harms(course).length > 0 && LEGEND}
    ${behindChart('The figures', {
      caption: `The bound on harm per session of ${of}, by sessions judged`,
      columns: [
        { name: 'Sessions judged', figure: true },
        { name: 'Ended' },
        { name: 'With harm', figure: true },
        { name: look === 'continuous' ? 'Harm is below' : 'Harm is below (one look)', figure: true },
      ],
      rows: points.map(({ sessions, harmful, at, bound }) => [
        grouped(String(sessions)),
        minuteText(at, timeZone),
        grouped(String(harmful)),
        percentText(bound),
      ]),
    })}
  </div>`;
}

function leadText({ points, limit, confidence, look }: HarmCourse): string {
  const last = points.at(-1);
  const how =
    look === 'continuous'
      ? `holds whenever somebody looks, with ${percentText(confidence)} confidence`
      : `is looked at once, after ${counted(look, 'session')}, with ${percentText(confidence)} confidence`;
  if (last === undefined) return `The bound ${how}. There is no look yet.`;
  const demanded =
    limit === null ? 'the policy demands nothing of it' : `the policy demands less than ${percentText(limit)}`;
  return `${counted(last.harmful, 'session')} of ${grouped(String(last.sessions))} did harm: below ${percentText(last.bound)} per session; ${demanded}. The bound ${how}.`;
}

/** Points at which one more session had done harm than at the one before. */
function harms({ points }: HarmCourse): HarmCourse['points'] {
  return points.filter(({ harmful }, index) => harmful > (points[index - 1]?.harmful ?? 0));
}

const LEGEND = html`<ul class="legend" aria-label="Marks">
  <li>
    <svg class="mark fail" width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">
      <path d="M0 -6.5L6.8 5.5H-6.8z" />
    </svg>
    a session with harm
  </li>
</ul>`;
