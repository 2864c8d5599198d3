import { WEEKDAYS } from '../../evidence/shadow/strata.ts';
import type { ShadowEvidence } from '../../evidence/shadow/evidence.ts';
import type { HourCell } from '../../evidence/shadow/series.ts';
import { SHADES, weekChart } from '../chart/week.ts';
import { type Html, html } from '../html.ts';
import { counted, grouped } from '../page/amounts.ts';
import { behindChart } from '../page/table.ts';
import type { Numbers } from './numbers.ts';

/** When it works: every hour of the week, by the writes that it meant. */
export function weekView({ week, scope }: ShadowEvidence, numbers: Numbers): Html {
  const name = 'Writes meant, by hour of the week. The figures are in the table below.';
  const cells = week.map((cell) => ({
    weekday: cell.weekday,
    hour: cell.hour,
    value: cell.meant,
    title: `${hourName(cell)}: ${counted(cell.meant, 'write')}, ${counted(cell.calls.count, 'call')}`,
  }));
  const most = week.reduce((largest, { meant }) => Math.max(largest, meant), 0);
  return html`${weekChart(name, cells)}
    <p class="legend shades" aria-hidden="true">
      none
      ${Array.from({ length: SHADES + 1 }, (_, shade) => html`<svg class="swatch" width="14" height="14"><rect class="shade-${shade}" x="1" y="1" width="12" height="12" rx="2" /></svg>`)}
      ${grouped(String(most))} writes
    </p>
    ${behindChart('The figures', {
      caption: `Calls by hour of the week, ${scope.timeZone}`,
      columns: [
        { name: 'Hour' },
        { name: 'Calls', figure: true },
        { name: 'Writes meant', figure: true },
        { name: 'Refused or held', figure: true },
      ],
      rows: week.map((cell) => [
        hourName(cell),
        numbers.link(cell.calls, `calls, ${hourName(cell)}`),
        grouped(String(cell.meant)),
        grouped(String(cell.stopped)),
      ]),
    })}`;
}

const hourName = ({ weekday, hour }: HourCell): string =>
  `${WEEKDAYS[weekday - 1] ?? ''} ${String(hour).padStart(2, '0')}:00`;
