import { type Html, html, trusted } from '../html.ts';
import { percent } from './scale.ts';

/** A share that changes step by step, from 1 downwards, over a scale of powers of ten. */
export interface CourseInput {
  readonly name: string;
  /** What the steps are: `sessions that somebody judged`. */
  readonly along: string;
  /** In rising order of `x`. */
  readonly points: readonly CoursePoint[];
  /** The line across that it must come under. */
  readonly limit: { readonly value: number; readonly name: string } | null;
  /** Moments to be found: marks on the axis. */
  readonly marks: readonly { readonly x: number; readonly title: string }[];
  readonly say: (share: number) => string;
}

export interface CoursePoint {
  readonly x: number;
  /** Above 0, at most 1. */
  readonly share: number;
}

const HEAD_PX = 20;
const PLOT_PX = 200;
const MARKS_PX = 22;
const AXIS_PX = 24;
const GUTTER_PX = 60;
const BASE = HEAD_PX + PLOT_PX;
/** A scale goes on to a power of ten below its least value, and no further than this: nobody asks for less than one in a million. */
const DECADES_MAX = 6;
const LABELS = 4;
/** Where a label would leave the plot at its right. */
const RIGHT = 0.86;

export function courseChart(input: CourseInput): Html {
  const { name, points, limit, marks, along, say } = input;
  const most = Math.max(1, points.at(-1)?.x ?? 1, ...marks.map(({ x }) => x));
  const decades = decadesOf(input);
  const yOf = (share: number): number => HEAD_PX + (-Math.log10(clamped(share, decades)) / decades) * PLOT_PX;
  const height = BASE + MARKS_PX + AXIS_PX;
  const last = points.at(-1);
  return html`<div class="chart course" role="img" aria-label="${name}">
    <svg class="gutter" width="${GUTTER_PX}" height="${height}">
      ${Array.from({ length: decades + 1 }, (_, decade) => html`<text x="${GUTTER_PX - 10}" y="${yOf(10 ** -decade) + 4}" text-anchor="end">${say(10 ** -decade)}</text>`)}
    </svg>
    <svg class="plot" width="100%" height="${height}">
      ${Array.from({ length: decades + 1 }, (_, decade) => html`<line class="${decade === decades ? 'base' : 'grid'}" x1="0" x2="100%" y1="${yOf(10 ** -decade)}" y2="${yOf(10 ** -decade)}" />`)}
      ${limit !== null && limitLine(limit, yOf, last)}
      <svg x="0" y="${HEAD_PX}" width="100%" height="${PLOT_PX}" viewBox="0 0 1000 1000" preserveAspectRatio="none">
        <path class="course" d="${pathOf(points, most, decades)}" />
      </svg>
      ${points.length === 1 && last !== undefined && html`<circle class="look" cx="${percent(last.x / most)}" cy="${yOf(last.share)}" r="5" />`}
      ${last !== undefined && lastLabel(last, most, yOf, limit, say)}
      ${marks.map(
        ({ x, title }) =>
          html`<svg x="${percent(x / most)}" y="${BASE + 14}" overflow="visible">
            <path class="harm" d="M0 -6.5L6.8 5.5H-6.8z"><title>${title}</title></path>
          </svg>`,
      )}
      ${ticks(most).map((tick) => html`<text x="${percent(tick / most)}" y="${height - 6}" text-anchor="${anchor(tick / most)}">${tick}${tick === ticks(most).at(-1) && ` ${along}`}</text>`)}
    </svg>
  </div>`;
}

/** How many powers of ten the scale spans: the limit and the least value lie within it. */
function decadesOf({ points, limit }: CourseInput): number {
  const least = [...points.map(({ share }) => share), limit?.value ?? 1].reduce((a, b) => Math.min(a, b), 1);
  return Math.min(DECADES_MAX, Math.max(2, Math.ceil(-Math.log10(Math.max(least, 1e-12)) + 0.05)));
}

const clamped = (share: number, decades: number): number => Math.min(1, Math.max(share, 10 ** -decades));

/** Steps: a bound stays what it was until the next session. From 100 %: before the first nobody knows anything. */
function pathOf(points: readonly CoursePoint[], most: number, decades: number): Html {
  if (points.length < 2) return trusted('');
  const steps = points.map(({ x, share }) => {
    const y = Math.round((-Math.log10(clamped(share, decades)) / decades) * 1_000);
    return `H${Math.round((x / most) * 1_000)}V${y}`;
  });
  return trusted(`M0 0${steps.join('')}`);
}

function limitLine(
  { value, name }: NonNullable<CourseInput['limit']>,
  yOf: (share: number) => number,
  last: CoursePoint | undefined,
): Html {
  const y = yOf(value);
  // The course comes from above: below the line is room, unless the last value is there.
  const below = last === undefined || last.share > value;
  return html`<line class="limit" x1="0" x2="100%" y1="${y}" y2="${y}" />
    <text class="limit" x="0" y="${below ? y + 16 : y - 6}">${name}</text>`;
}

function lastLabel(
  { x, share }: CoursePoint,
  most: number,
  yOf: (share: number) => number,
  limit: CourseInput['limit'],
  say: (share: number) => string,
): Html {
  const above = limit === null || share > limit.value;
  const y = yOf(share) + (above ? -9 : 17);
  return html`<text class="sum" x="${percent(x / most)}" y="${y}" text-anchor="${anchor(x / most)}"
    >${say(share)}</text
  >`;
}

const anchor = (place: number): string => (place > RIGHT ? 'end' : place < 0.05 ? 'start' : 'middle');

function ticks(most: number): readonly number[] {
  const raw = most / LABELS;
  const power = 10 ** Math.floor(Math.log10(Math.max(raw, 1)));
  const step = Math.max(1, [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= raw) ?? most);
  const all = Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => Math.round(index * step));
  // The end is named, and nothing beside it.
  return [...all.filter((tick) => tick < most * 0.7), most];
}
