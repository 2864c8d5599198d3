import { type Html, html } from '../html.ts';
import { percent } from './scale.ts';
import { shadeOf } from './week.ts';

/** One day on which something was. */
export interface CalendarDay {
  /** `2026-03-01` */
  readonly day: string;
  readonly value: number;
  readonly title: string;
  /** Something happened on it that an eye must find. */
  readonly isMarked: boolean;
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const CELL_PX = 26;
const WEEK_PX = 40;
const AXIS_PX = 22;
const GUTTER_PX = 44;
const DAY_MS = 86_400_000;
/** A longer row of weeks cannot be read; its last ones count. */
export const WEEKS_MAX = 53;
/** Of a week's width; a month's name is wider than a week in a long row. */
const LABEL_WEEKS = 3;

/** A week is a column, a day a square, the darker the more happened. A day on which nothing was is an empty square. */
export function calendarChart(name: string, days: readonly CalendarDay[]): Html {
  const found = new Map(days.map((each) => [each.day, each]));
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return html``;
  const end = dayNumber(last.day);
  const start = Math.max(monday(dayNumber(first.day)), monday(end) - 7 * (WEEKS_MAX - 1));
  const weeks = (monday(end) - start) / 7 + 1;
  const most = days.reduce((largest, { value }) => Math.max(largest, value), 0);
  const numbers = Array.from({ length: end - start + 1 }, (_, index) => start + index);
  const within = numbers.filter((number) => number >= dayNumber(first.day));
  const height = DAYS.length * CELL_PX + AXIS_PX;
  return html`<div class="chart week calendar" role="img" aria-label="${name}">
    <svg class="gutter" width="${GUTTER_PX}" height="${height}">
      ${DAYS.map((day, index) => html`<text x="0" y="${index * CELL_PX + 17}">${day}</text>`)}
    </svg>
    <svg class="plot" width="${weeks * WEEK_PX}" height="${height}">
      ${within.map((number) => square(number - start, weeks, most, found.get(isoDay(number))))}
      ${monthLabels(start, weeks).map(({ week, text }) => html`<text x="${percent(week / weeks)}" y="${height - 5}">${text}</text>`)}
    </svg>
  </div>`;
}

function square(offset: number, weeks: number, most: number, day: CalendarDay | undefined): Html {
  const shade = day === undefined ? 0 : shadeOf(day.value, most);
  return html`<rect
    class="shade-${shade}${day === undefined && ' idle'}${day?.isMarked === true && ' marked'}"
    x="${percent(Math.floor(offset / 7) / weeks)}"
    width="${percent(0.9 / weeks)}"
    y="${(offset % 7) * CELL_PX + 1}"
    height="${CELL_PX - 4}"
    rx="2"
    >${day !== undefined && html`<title>${day.title}</title>`}</rect
  >`;
}

/** The first week of each month, and the first column; none where it would touch the one before. */
function monthLabels(start: number, weeks: number): readonly { readonly week: number; readonly text: string }[] {
  const labels: { week: number; text: string }[] = [];
  let month = -1;
  for (let week = 0; week < weeks; week += 1) {
    const date = new Date((start + 7 * week + 6) * DAY_MS);
    if (date.getUTCMonth() === month) continue;
    month = date.getUTCMonth();
    const before = labels.at(-1);
    if (before !== undefined && week - before.week < (weeks > 12 ? LABEL_WEEKS : 1)) continue;
    labels.push({ week, text: MONTHS[month] ?? '' });
  }
  return labels;
}

const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY_MS;
const isoDay = (number: number): string => new Date(number * DAY_MS).toISOString().slice(0, 10);
/** The Monday of a day's week; the epoch's first day was a Thursday. */
const monday = (number: number): number => number - ((((number + 3) % 7) + 7) % 7);
