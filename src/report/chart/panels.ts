import { type Html, html } from '../html.ts';
import { labelled, niceTop, percent } from './scale.ts';

/** One layer of the bars of a panel. */
export interface Layer {
  /** `money`: also its class. */
  readonly kind: string;
  readonly name: string;
  /** One for each step. */
  readonly values: readonly number[];
}

/** A row of bars with a scale of its own. */
export interface Panel {
  readonly title: string;
  readonly layers: readonly Layer[];
  /** A line across; values above it are drawn above it. */
  readonly limit?: { readonly value: number; readonly name: string };
  readonly say: (value: number) => string;
}

/** Panels under each other, over one axis of steps. Places along it are percentages, so that it fits any width and its text never shrinks. */
export interface PanelsInput {
  readonly name: string;
  readonly steps: readonly string[];
  /** Which of the steps begin something that an eye looks for: a week, a day. */
  readonly marked: ReadonlySet<number>;
  readonly panels: readonly Panel[];
}

const TITLE_PX = 22;
const PLOT_PX = 84;
const GAP_PX = 18;
const AXIS_PX = 22;
const GUTTER_PX = 76;
/** What fits beside the smallest plot. */
const TITLE_CHARACTERS = 24;
/** How much of a step is bar. */
const BAR = 0.78;
const LABELS_MAX = 6;

export function panelsChart({ name, steps, marked, panels }: PanelsInput): Html {
  const step = TITLE_PX + PLOT_PX + GAP_PX;
  const height = panels.length * step + AXIS_PX;
  const labels = labelled(steps.length, LABELS_MAX);
  return html`<div class="chart panels" role="img" aria-label="${name}">
    <svg class="gutter" width="${GUTTER_PX}" height="${height}">
      ${panels.map((panel, index) => gutter(panel, index * step + TITLE_PX))}
    </svg>
    <svg class="plot" width="100%" height="${height}">
      ${[...marked].map((index) => html`<line class="grid" x1="${percent(index / steps.length)}" x2="${percent(index / steps.length)}" y1="${TITLE_PX}" y2="${height - AXIS_PX}" />`)}
      ${panels.map((panel, index) => plot(panel, steps, index * step + TITLE_PX))}
      ${steps.map((label, index) => labels.has(index) && html`<text x="${percent((index + 0.5) / steps.length)}" y="${height - 4}" text-anchor="${anchor(index, steps.length)}">${label}</text>`)}
    </svg>
  </div>`;
}

const anchor = (index: number, count: number): string => (count > 3 && index > count * 0.9 ? 'end' : 'middle');

function totals({ layers }: Panel): readonly number[] {
  const count = Math.max(0, ...layers.map(({ values }) => values.length));
  return Array.from({ length: count }, (_, index) => layers.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
}

function topOf(panel: Panel): number {
  const largest = totals(panel).reduce((most, value) => Math.max(most, value), 0);
  return niceTop(Math.max(largest, panel.limit?.value ?? 0));
}

function gutter(panel: Panel, y: number): Html {
  const top = topOf(panel);
  return html`<text class="name" x="0" y="${y - 8}">${panel.title.slice(0, TITLE_CHARACTERS)}</text>
    <text x="${GUTTER_PX - 8}" y="${y + 9}" text-anchor="end">${panel.say(top)}</text>
    <text x="${GUTTER_PX - 8}" y="${y + PLOT_PX}" text-anchor="end">0</text>`;
}

function plot(panel: Panel, steps: readonly string[], y: number): Html {
  const top = topOf(panel);
  const base = y + PLOT_PX;
  const lines = html`<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}" />
    <line class="grid" x1="0" x2="100%" y1="${y + PLOT_PX / 2}" y2="${y + PLOT_PX / 2}" />
    <line class="base" x1="0" x2="100%" y1="${base}" y2="${base}" />`;
  const bars = steps.map((label, index) => bar(panel, index, label, steps.length, top, base));
  return html`${lines} ${bars} ${limitLine(panel, top, base)}`;
}

function bar(panel: Panel, index: number, label: string, count: number, top: number, base: number): readonly Html[] {
  let under = 0;
  return panel.layers.flatMap(({ kind, name, values }) => {
    const value = values[index] ?? 0;
    if (value <= 0) return [];
    // Whatever is there can be seen, however small beside the largest.
    const height = Math.max(1.5, (value / top) * PLOT_PX);
    const from = under;
    under += height;
    const said = `${label}: ${panel.say(value)} ${name}`;
    return [
      html`<rect
        class="${kind}"
        x="${percent((index + (1 - BAR) / 2) / count)}"
        width="${percent(BAR / count)}"
        y="${(base - from - height).toFixed(1)}"
        height="${height.toFixed(1)}"
        ><title>${said}</title></rect
      >`,
    ];
  });
}

function limitLine({ limit }: Panel, top: number, base: number): Html | null {
  if (limit === undefined) return null;
  const y = base - (limit.value / top) * PLOT_PX;
  return html`<line class="limit" x1="0" x2="100%" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}" />
    <text class="limit" x="100%" y="${(y - 5).toFixed(1)}" text-anchor="end">${limit.name}</text>`;
}
