import type { RunResult } from '../../lab/sandbox/result.ts';
import { type Html, html, trusted } from '../html.ts';
import type { Axis } from './axis.ts';
import { type Measure, type Step, stepsOf, totalOf } from './running-total.ts';

/** Room above the highest total for its label. */
const HEADROOM_PX = 30;
/** A line of the chart's text. */
const LINE_PX = 15;

/** A share of the scale that lies too near its base for a label above it to stay clear of a rising total. */
const LOW = 0.25;

interface TotalPlotInput {
  readonly run: RunResult;
  readonly measure: Measure;
  readonly axis: Axis;
  readonly top: number;
  readonly bottom: number;
}

/** The running total as a step line, the harm within it as an area, and the policy's limit across. */
export function totalPlot({ run, measure, axis, top, bottom }: TotalPlotInput): Html {
  const steps = stepsOf(run, measure, axis);
  const height = bottom - top - HEADROOM_PX;
  const yOf = (share: number): number => Math.round(bottom - share * height);
  const last = steps.at(-1) ?? { x: 0, y: 0, harm: 0 };
  return html`<svg
      x="0"
      y="${bottom - height}"
      width="100%"
      height="${height}"
      viewBox="0 0 1000 1000"
      preserveAspectRatio="none"
      class="total"
    >
      ${last.harm > 0 && harmArea(steps)}
      <path class="line" d="${outline(steps, 'y')}" />
    </svg>
    <line class="base" x1="0" x2="100%" y1="${bottom}" y2="${bottom}" />
    ${limitLine(measure, last.y, yOf)}
    ${last.harm * height > 2 * LINE_PX && html`<text class="harm" x="99%" y="${yOf(last.harm / 2) + 4}" text-anchor="end">harm</text>`}
    <text class="sum" x="100%" y="${yOf(last.y) - 7}" text-anchor="end">${measure.say(totalOf(run, measure))}</text>`;
}

/** From the first harm on, so that a run's clean beginning has no edge. */
function harmArea(steps: readonly Step[]): Html {
  const harmful = steps.filter(({ harm }) => harm > 0);
  const start = Math.round((harmful[0]?.x ?? 0) * 1_000);
  const edge = outline(harmful, 'harm', start);
  return html`<path class="wash" d="${edge}V1000z" /><path class="edge" d="${edge}" />`;
}

/** A path in thousandths that keeps each value until the next step, from `start` to the axis' end. */
function outline(steps: readonly Step[], value: 'y' | 'harm', start = 0): Html {
  const moves = steps.map((step) => `H${Math.round(step.x * 1_000)}V${Math.round(1_000 * (1 - step[value]))}`);
  return trusted(`M${start} 1000${moves.join('')}H1000`);
}

/** Its label stands at the left, where totals are still low; but a limit near the base leaves room only at the right. */
function limitLine({ limit, top, say }: Measure, total: number, yOf: (share: number) => number): Html | null {
  if (limit === null) return null;
  const share = Number(limit) / Number(top);
  const y = yOf(share);
  const right = share < LOW && total > share;
  return html`<line class="limit" x1="0" x2="100%" y1="${y}" y2="${y}" />
    <text class="limit" x="${right ? '99%' : '0'}" y="${y - 6}" text-anchor="${right ? 'end' : 'start'}"
      >limit ${say(limit)}</text
    >`;
}
