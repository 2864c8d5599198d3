import { type Html, html } from '../html.ts';
import { percent } from './scale.ts';

/** One hour of one weekday. */
export interface WeekCell {
  /** 1 is Monday. */
  readonly weekday: number;
  readonly hour: number;
  readonly value: number;
  readonly title: string;
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const CELL_PX = 26;
const AXIS_PX = 22;
const GUTTER_PX = 44;
const HOURS = 24;
/** As many shades as an eye tells apart. */
export const SHADES = 5;

/** A week of hours, the darker the more happened. Shades are steps of the root: a busy hour must not make all others look empty. */
export function weekChart(name: string, cells: readonly WeekCell[]): Html {
  const most = cells.reduce((largest, { value }) => Math.max(largest, value), 0);
  const height = DAYS.length * CELL_PX + AXIS_PX;
  return html`<div class="chart week" role="img" aria-label="${name}">
    <svg class="gutter" width="${GUTTER_PX}" height="${height}">
      ${DAYS.map((day, index) => html`<text x="0" y="${index * CELL_PX + 17}">${day}</text>`)}
    </svg>
    <svg class="plot" width="100%" height="${height}">
      ${DAYS.map((_, row) => Array.from({ length: HOURS }, (__, hour) => square(row, hour, 0, 'none')))}
      ${cells.map(({ weekday, hour, value, title }) => value > 0 && square(weekday - 1, hour, shadeOf(value, most), title))}
      ${[0, 6, 12, 18].map((hour) => html`<text x="${percent(hour / HOURS)}" y="${height - 5}">${String(hour).padStart(2, '0')}:00</text>`)}
    </svg>
  </div>`;
}

export const shadeOf = (value: number, most: number): number =>
  value <= 0 ? 0 : Math.max(1, Math.ceil(SHADES * Math.sqrt(value / Math.max(1, most))));

function square(row: number, hour: number, shade: number, title: string): Html {
  return html`<rect
    class="shade-${shade}"
    x="${percent(hour / HOURS)}"
    width="${percent(0.94 / HOURS)}"
    y="${row * CELL_PX}"
    height="${CELL_PX - 2}"
    rx="2"
    >${shade > 0 && html`<title>${title}</title>`}</rect
  >`;
}
