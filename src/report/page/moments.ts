import type { TimelineEvent } from '../../lab/result.ts';
import type { Kind } from './marks.ts';

/** As many as a tired person takes in at a glance. */
export const MOMENTS_MAX = 7;

/** How much each kind says when it happens for the first time in a run, and when again. */
const WEIGHT: Readonly<Record<Kind, readonly [first: number, again: number]>> = {
  harm: [100, 30],
  freeze: [95, 60],
  resume: [90, 60],
  denied: [80, 20],
  failure: [70, 15],
  effect: [60, 5],
  call: [50, 10],
  note: [40, 12],
};
const OPERATOR_WEIGHT = 50;
const REPEATED_WEIGHT = 20;

/** The events that tell a run's story, in time order: first times, what a human did, and long repetitions. */
export function momentsOf(timeline: readonly TimelineEvent[]): readonly TimelineEvent[] {
  const seen = new Set<Kind>();
  const weighed = timeline.map((event, index) => {
    const [first, again] = WEIGHT[event.kind];
    let weight = seen.has(event.kind) ? again : first;
    seen.add(event.kind);
    if (event.lane === 'operator') weight += OPERATOR_WEIGHT;
    if (event.count > 1) weight += REPEATED_WEIGHT;
    return { event, index, weight };
  });
  const chosen = weighed.sort((a, b) => b.weight - a.weight || a.index - b.index).slice(0, MOMENTS_MAX);
  return chosen.sort((a, b) => a.index - b.index).map(({ event }) => event);
}
