import type { RunResult } from '../../lab/sandbox/result.ts';
import type { Instant } from '../../std/clock.ts';
import { type Html, html } from '../html.ts';
import { grouped } from './amounts.ts';
import { type Axis, type Tick, nightTime, originOf, percentOf } from './axis.ts';
import { type Cluster, clustersOf } from './clusters.ts';
import { type Lane, WORD } from './marks.ts';
import type { Moment } from './moments.ts';
import { type Measure, totalOf } from './running-total.ts';
import { totalPlot } from './total-plot.ts';

/**
 * A run's timeline: numbered moments, a lane for each party, the running total, and the axis.
 * Places along the time are percentages and everything else is pixels, so that it fits any width and its text never shrinks.
 */
export interface ChartInput {
  readonly run: RunResult;
  /** `Without the door`. */
  readonly title: string;
  readonly behindDoor: boolean;
  readonly lanes: readonly Lane[];
  readonly axis: Axis;
  readonly measure: Measure | null;
  readonly moments: readonly Moment[];
}

const NUMBERS_PX = 26;
const LANE_PX = 36;
const TOTAL_PX = 116;
const AXIS_PX = 24;
const GUTTER_PX = 72;

export function chart(input: ChartInput): Html {
  const { run, lanes, axis, measure, title } = input;
  const lanesEnd = NUMBERS_PX + lanes.length * LANE_PX;
  const end = lanesEnd + (measure === null ? 0 : TOTAL_PX);
  const height = end + AXIS_PX;
  const laneY = (lane: Lane): number => NUMBERS_PX + (lanes.indexOf(lane) + 0.5) * LANE_PX;
  return html`<div class="chart" role="img" aria-label="Timeline, ${title.toLowerCase()}: ${spoken(input)}">
    <svg class="gutter" width="${GUTTER_PX}" height="${height}">
      ${lanes.map((lane) => html`<text x="0" y="${laneY(lane) + 4}">${lane}</text>`)}
      ${measure !== null && html`<text x="0" y="${end - 3}">${measure.title}</text>`}
    </svg>
    <svg class="plot" width="100%" height="${height}">
      ${axis.ticks.map((tick) => tickMarks(tick, axis, end))}
      ${lanes.map((lane) => laneLine(laneY(lane), lane === 'door' && !input.behindDoor))}
      ${frozenBands(run, axis, laneY('agent'))} ${numbers(input, laneY)}
      ${clustersOf(run.timeline, originOf(run), axis).map((cluster) => clusterMark(cluster, axis, laneY(cluster.lane)))}
      ${measure !== null && totalPlot({ run, measure, axis, top: lanesEnd, bottom: end })}
    </svg>
  </div>`;
}

function spoken({ run, measure }: ChartInput): string {
  const total = measure === null ? '' : `, ${measure.say(totalOf(run, measure))} ${measure.title} at the end`;
  return `${run.timeline.length} events${total}. The moments are listed below.`;
}

function tickMarks({ afterMs, label }: Tick, axis: Axis, bottom: number): Html {
  const x = percentOf(afterMs, axis);
  const anchor = afterMs === 0 ? 'start' : afterMs > axis.spanMs * 0.9 ? 'end' : 'middle';
  return html`<line class="grid" x1="${x}" x2="${x}" y1="${NUMBERS_PX}" y2="${bottom + 4}" />
    ${label !== '' && html`<text x="${x}" y="${bottom + 18}" text-anchor="${anchor}">${label}</text>`}`;
}

function laneLine(y: number, absent: boolean): Html {
  return html`<line class="lane${absent ? ' absent' : ''}" x1="0" x2="100%" y1="${y}" y2="${y}" />
    ${absent && html`<text class="absent" x="50%" y="${y + 4}" text-anchor="middle">no door</text>`}`;
}

/** From each freeze to the next resume, or the end: the agent reaches nothing. */
function frozenBands({ timeline, ...run }: RunResult, axis: Axis, y: number): readonly Html[] {
  const origin = originOf({ ...run, timeline });
  const bands: { readonly from: Instant; readonly to: Instant }[] = [];
  let from: Instant | null = null;
  for (const { kind, at } of timeline) {
    if (kind === 'freeze') from ??= at;
    if (kind !== 'resume' || from === null) continue;
    bands.push({ from, to: at });
    from = null;
  }
  if (from !== null) bands.push({ from, to: origin + axis.spanMs });
  return bands.map((band) => {
    const [x1, x2] = [percentOf(band.from - origin, axis), percentOf(band.to - origin, axis)];
    const label = html`<text class="frozen" x="${x2}" y="${y - 7}" text-anchor="end">frozen</text>`;
    return html`<line class="frozen" x1="${x1}" x2="${x2}" y1="${y}" y2="${y}" />${label}`;
  });
}

/** Two digits' width on a phone, as a share of the axis. */
const NUMBER_ROOM = 0.06;

/** The moments' numbers along the top, pushed apart where they would touch, each with a line down to its mark. */
function numbers({ run, moments, axis }: ChartInput, laneY: (lane: Lane) => number): readonly Html[] {
  const origin = originOf(run);
  const places = apart(moments.map(({ at }) => (at - origin) / axis.spanMs));
  return moments.map(({ at, lane, kind }, index) => {
    const x = percentOf(at - origin, axis);
    const numberX = percentOf((places[index] ?? 0) * axis.spanMs, axis);
    return html`<line class="leader" x1="${numberX}" x2="${x}" y1="16" y2="${NUMBERS_PX}" />
      <line class="leader" x1="${x}" x2="${x}" y1="${NUMBERS_PX}" y2="${laneY(lane)}" />
      <text class="number ${kind}" x="${numberX}" y="12" text-anchor="middle">${index + 1}</text>`;
  });
}

/** Places in [0, 1] in rising order, moved as little as keeps {@link NUMBER_ROOM} between them. */
function apart(places: readonly number[]): readonly number[] {
  const right: number[] = [];
  for (const place of places) right.push(Math.max(place, (right.at(-1) ?? -1) + NUMBER_ROOM));
  const left: number[] = [];
  for (const place of right.toReversed()) left.push(Math.min(place, (left.at(-1) ?? 1 + NUMBER_ROOM) - NUMBER_ROOM));
  return left.toReversed();
}

function clusterMark({ kind, afterMs, count, room, text, lane }: Cluster, axis: Axis, y: number): Html {
  const x = percentOf(afterMs, axis);
  const said = count > 1 ? `×${grouped(String(count))}` : '';
  const label = [kind === 'harm' ? WORD.harm : '', said].join(' ').trim();
  const left = afterMs > axis.spanMs * 0.8;
  return html`<g class="${kind}"
    ><title>${nightTime(afterMs)} ${lane}, ${WORD[kind]} ${said}: ${text}</title
    ><use href="#mark-${kind}" x="${x}" y="${y}" />
    ${room && label !== '' && html`<text x="${x}" dx="${left ? -10 : 10}" y="${y - 7}" text-anchor="${left ? 'end' : 'start'}">${label}</text>`}</g
  >`;
}
