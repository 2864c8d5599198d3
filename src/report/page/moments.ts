import type { TimelineEvent } from '../../lab/sandbox/result.ts';
import type { Instant } from '../../std/clock.ts';
import type { Kind } from './marks.ts';

/** As many as a tired person takes in at a glance. */
export const MOMENTS_MAX = 7;

/** An event, and all that are alike in lane, kind and words: `count` of them in all, the last at `lastAt`. */
export interface Moment extends TimelineEvent {
  readonly lastAt: Instant;
  /** Whether they name different things: `text` is that of the first. */
  readonly varied: boolean;
}

/** What tells one alike from another: ids, amounts, times. Anything written with a digit. */
const NAMES = /[\w.-]*\d[\w.-]*/g;

/** How much each kind says when it happens for the first time in a run; again, it says less each time. */
const WEIGHT: Readonly<Record<Kind, number>> = {
  harm: 100,
  freeze: 95,
  resume: 90,
  denied: 80,
  failure: 70,
  effect: 60,
  call: 50,
  note: 40,
};
const OPERATOR_WEIGHT = 50;

/** The moments that tell a run's story, in time order: first times, what a human did, and what was repeated. */
export function momentsOf(timeline: readonly TimelineEvent[]): readonly Moment[] {
  const moments = alike(timeline);
  const seen = new Map<Kind, number>();
  const weighed = moments.map((moment, index) => {
    const times = (seen.get(moment.kind) ?? 0) + 1;
    seen.set(moment.kind, times);
    return { moment, index, weight: WEIGHT[moment.kind] / times + (moment.lane === 'operator' ? OPERATOR_WEIGHT : 0) };
  });
  const chosen = weighed.sort((a, b) => b.weight - a.weight || a.index - b.index).slice(0, MOMENTS_MAX);
  return chosen.sort((a, b) => a.index - b.index).map(({ moment }) => moment);
}

function alike(timeline: readonly TimelineEvent[]): readonly Moment[] {
  const moments = new Map<string, Moment>();
  for (const event of timeline) {
    const { lane, kind, text, at } = event;
    const key = JSON.stringify([lane, kind, text.replace(NAMES, '#')]);
    const first = moments.get(key) ?? { ...event, count: 0, varied: false };
    const varied = first.varied || text !== first.text;
    moments.set(key, { ...first, count: first.count + event.count, lastAt: at, varied });
  }
  return [...moments.values()];
}
