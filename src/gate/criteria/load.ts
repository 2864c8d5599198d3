import type { LoadMeasure } from '../evidence/evidence.ts';
import { hodgesLehmann } from '../statistics/hodges-lehmann.ts';
import { mannWhitney } from '../statistics/mann-whitney.ts';
import { loadBehind } from './behind-calls.ts';
import { criterionOf } from './criterion-of.ts';
import type { Judge } from './gate-case.ts';
import { confidenceText } from './wording.ts';

const MEASURES: Readonly<Record<LoadMeasure['name'], { readonly title: string; readonly unit: string }>> = {
  calls: { title: 'calls per session', unit: '' },
  duration: { title: 'time per session', unit: ' ms' },
  money: { title: 'money per session', unit: '' },
  latency: { title: 'upstream latency', unit: ' ms' },
};

/**
 * How much it takes to do what it does, beside the baseline of the same time. Shown, not judged: an agent that needs more calls than
 * a person may be the better one.
 */
export const load: Judge = ({ evidence, demanded }) =>
  evidence.load.map(({ name, agent, baseline }) => {
    const { title, unit } = MEASURES[name];
    return criterionOf({
      id: 'load',
      title,
      required: 'shown',
      observed: observed(agent, baseline, unit, demanded.confidence),
      outcome: 'shown',
      behind: [loadBehind(evidence)],
    });
  });

function observed(
  agent: readonly number[],
  baseline: LoadMeasure['baseline'],
  unit: string,
  confidence: number,
): string {
  if (agent.length === 0) return 'no session';
  const own = `median ${shown(median(agent))}${unit}`;
  const test = baseline === null ? null : mannWhitney(agent, baseline);
  const shift = baseline === null ? null : hodgesLehmann(agent, baseline, confidence);
  if (baseline === null || test === null || shift === null) return `${own}; nothing of the same time to compare with`;
  const range = Number.isFinite(shift.low + shift.high)
    ? ` (${signed(shift.low)} to ${signed(shift.high)} at ${confidenceText(confidence)})`
    : '';
  return `${own}, baseline ${shown(median(baseline))}${unit}: ${signed(shift.shift)}${unit}${range}, p ${test.p < 0.001 ? '< 0.001' : test.p.toFixed(3)}`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

const shown = (value: number): string => Number(value.toFixed(2)).toLocaleString('en-US');
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${shown(Math.abs(value))}`;
