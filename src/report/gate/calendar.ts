import type { GateEvidence } from '../../gate/evidence/evidence.ts';
import { calendarChart, WEEKS_MAX } from '../chart/calendar.ts';
import { SHADES } from '../chart/week.ts';
import { type Html, html } from '../html.ts';
import { counted, grouped } from '../page/amounts.ts';
import { behindChart } from '../page/table.ts';
import { minuteText } from '../shadow/words.ts';

/** On which days there was evidence, and on which there was none. */
export function calendarView({ days, classes }: Pick<GateEvidence, 'days' | 'classes'>): Html {
  const { calendar, timeZone, weekdays, weekend } = days;
  const [first, last] = [calendar[0], calendar.at(-1)];
  if (first === undefined || last === undefined) return html`<p class="quiet">There is no day with a call.</p>`;
  const harmed = new Set(
    classes.flatMap(({ judged }) =>
      judged.filter(({ harmful }) => harmful > 0).map(({ at }) => minuteText(at, timeZone).slice(0, 10)),
    ),
  );
  const most = calendar.reduce((largest, { sessions }) => Math.max(largest, sessions), 0);
  const name = `Sessions by day, from ${first.day} to ${last.day}: ${counted(weekdays, 'weekday')} and ${counted(weekend, 'day')} at weekends with calls.`;
  return html`<p class="lead">${name}</p>
    ${calendarChart(
      `${name} The figures are in the table below.`,
      calendar.map(({ day, sessions, calls, writes }) => ({
        day,
        value: sessions,
        title: `${day}: ${counted(sessions, 'session')}, ${counted(calls, 'call')}, ${counted(writes, 'write')} meant${harmed.has(day) ? ', harm' : ''}`,
        isMarked: harmed.has(day),
      })),
    )}
    <p class="legend shades" aria-hidden="true">
      none ${swatch('idle')} ${Array.from({ length: SHADES }, (_, shade) => swatch(`shade-${shade + 1}`))}
      ${grouped(String(most))} sessions
      ${harmed.size > 0 && html`${swatch('shade-0 marked')} a session that ended then did harm`}
    </p>
    ${calendar.length > 0 && beyond(first.day, last.day)}
    ${behindChart('The figures', {
      caption: `Sessions, calls and intended writes by day, ${timeZone}`,
      columns: [
        { name: 'Day' },
        { name: 'Sessions', figure: true },
        { name: 'Calls', figure: true },
        { name: 'Writes meant', figure: true },
        { name: 'Harm' },
      ],
      rows: calendar.map(({ day, sessions, calls, writes }) => [
        day,
        grouped(String(sessions)),
        grouped(String(calls)),
        grouped(String(writes)),
        harmed.has(day) ? 'harm' : '',
      ]),
    })}`;
}

const DAY_MS = 86_400_000;

function beyond(first: string, last: string): Html | null {
  const weeks = (Date.parse(last) - Date.parse(first)) / (7 * DAY_MS);
  return weeks < WEEKS_MAX
    ? null
    : html`<p class="quiet">The last ${WEEKS_MAX} weeks are drawn; the table has all.</p>`;
}

const swatch = (kind: string): Html =>
  html`<svg class="swatch" width="14" height="14">
    <rect class="${kind}" x="1" y="1" width="12" height="12" rx="2" />
  </svg>`;
