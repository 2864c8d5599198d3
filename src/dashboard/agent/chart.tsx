import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { overview } from '../live/feed.ts';
import { samplesOf, type Sample } from '../live/history.ts';
import { theme } from '../theme.ts';
import { clockTime, rate, span } from '../words.ts';

const HIGH = 220;
const WINDOW_MIN_SECONDS = 120;
/** More lines than this say less. */
const LIMITS_MAX = 3;
/** Told apart by their dashes where colours are not. */
const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 4]];

interface ChartParts {
  readonly agent: string;
  /** The rules whose gauges are drawn, the fullest first. */
  readonly rules: readonly string[];
}

/** Calls per second, and how full its limits were, from what this page has seen of it. */
export function Chart({ agent, rules }: ChartParts) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const drawn = rules.slice(0, LIMITS_MAX);
  const key = `${agent} ${drawn.join(' ')} ${theme.value}`;
  // Read for its ticks: there is a sample more.
  void overview.value;
  const samples = samplesOf(agent);
  useEffect(() => {
    const box = place.current;
    if (box === null) return undefined;
    const made = new uPlot(options(box, drawn), columns(samplesOf(agent), drawn), box);
    plot.current = made;
    const fit = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height: HIGH }));
    fit.observe(box);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const repaint = (): void => made.redraw();
    dark.addEventListener('change', repaint);
    return () => {
      fit.disconnect();
      dark.removeEventListener('change', repaint);
      made.destroy();
    };
  }, [key]);
  useEffect(() => plot.current?.setData(columns(samples, drawn)), [samples.length, key]);
  return (
    <figure class="chart">
      <figcaption>
        <ul class="legend">
          <li>
            <Swatch dash={[]} kind="pace" /> calls a second (left)
          </li>
          {drawn.map((rule, index) => (
            <li key={rule}>
              <Swatch dash={DASHES[index] ?? []} kind="limit" /> <code>{rule}</code>, how full (right)
            </li>
          ))}
        </ul>
      </figcaption>
      <div ref={place} class="plot" role="img" aria-label={said(samples)} />
      <p class="quiet">{said(samples)} Nothing of it is kept; the journal has every call.</p>
    </figure>
  );
}

function said(samples: readonly Sample[]): string {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return 'This page has seen nothing of it yet.';
  const most = Math.max(...samples.map(({ perSecond }) => perSecond));
  const long = span((last.at - first.at) * 1_000);
  return `What this page has seen in ${long}, since ${clockTime(first.at * 1_000)} UTC: ${rate(last.perSecond)} calls a second now, ${rate(most)} at most.`;
}

function Swatch({ dash, kind }: { readonly dash: readonly number[]; readonly kind: 'pace' | 'limit' }) {
  return (
    <svg class={`swatch ${kind}`} width="28" height="10" viewBox="0 0 28 10" aria-hidden="true">
      <path d="M0 5H28" stroke-dasharray={dash.join(' ')} />
    </svg>
  );
}

const columns = (samples: readonly Sample[], rules: readonly string[]): uPlot.AlignedData => [
  samples.map(({ at }) => at),
  samples.map(({ perSecond }) => perSecond),
  ...rules.map((rule) => samples.map(({ shares }) => share(shares.get(rule)))),
];

const share = (full: number | undefined): number | null => (full === undefined ? null : Math.min(100, full * 100));

function options(box: HTMLElement, rules: readonly string[]): uPlot.Options {
  const ink = (name: string) => () => resolved(box, name);
  const axis = { stroke: ink('--quiet'), ticks: { show: false }, font: '12px system-ui, sans-serif' };
  return {
    width: box.clientWidth,
    height: HIGH,
    legend: { show: false },
    cursor: { show: false },
    tzDate: (at) => uPlot.tzDate(new Date(at * 1_000), 'Etc/UTC'),
    scales: {
      x: { range: atLeastTwoMinutes },
      share: { range: [0, 100] },
      y: { range: (_, __, most) => [0, Math.max(4, most * 1.1)] },
    },
    axes: [
      { ...axis, grid: { stroke: ink('--faint') }, values: '{HH}:{mm}:{ss}', space: 90 },
      { ...axis, grid: { stroke: ink('--faint') }, size: 44 },
      ...(rules.length === 0
        ? []
        : [{ ...axis, scale: 'share', side: 1 as const, grid: { show: false }, size: 44, values: percents }]),
    ],
    series: [
      {},
      { stroke: ink('--ink'), width: 2, points: { show: false } },
      ...rules.map((_, index) => ({
        scale: 'share',
        stroke: ink('--blue'),
        width: 2,
        dash: [...(DASHES[index] ?? [])],
        points: { show: false },
      })),
    ],
  };
}

/** Two minutes at least: a line over three seconds says nothing. */
function atLeastTwoMinutes(_: uPlot, from: number, to: number): uPlot.Range.MinMax {
  return [Math.min(from, to - WINDOW_MIN_SECONDS), to];
}

const percents = (_: uPlot, splits: readonly number[]): string[] => splits.map((each) => `${each}%`);

/** What a custom property comes to in the theme that is shown: a canvas does not know `light-dark()`. */
function resolved(box: HTMLElement, name: string): string {
  const probe = document.createElement('i');
  probe.style.color = `var(${name})`;
  box.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
