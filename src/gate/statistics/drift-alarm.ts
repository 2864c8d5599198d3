import { assert } from '../../std/assert.ts';
import { meanBounds } from './bounded-mean.ts';
import { RateAlarm } from './rate-alarm.ts';

/** What a session did: how often each of the kinds of thing that it could do. */
export type Mix = Readonly<Record<string, number>>;

/** A kind whose share has moved. */
export interface Movement {
  readonly category: string;
  readonly direction: 'more' | 'less';
  /** The mean share of it in the baseline's sessions lies within. */
  readonly low: number;
  readonly high: number;
  /** Its mean share in the sessions heard. */
  readonly share: number;
  readonly evidence: number;
}

/** The most frequent kinds are watched one by one; what is rare, or was never seen, together. */
const CATEGORIES_MAX = 24;
/** Stands for all other kinds, as no route and verdict do. */
const OTHERS = 'others';
/** Shares whose odds are within this factor of what the baseline allows are no drift that matters. */
const TOLERANCE = 1.5;

/**
 * Hears sessions one by one and says how much evidence there is that what they do is no longer what the baseline's did: that
 * the mean share of some kind of call is higher or lower.
 *
 * The baseline is itself a sample. Half of the error that `confidence` allows goes into it: for each kind, bounds of its mean share
 * that hold together with a probability of at least 1 − α/2 ({@link meanBounds}). The other half is for the sessions heard:
 * a {@link RateAlarm} against each bound, and their average, which is an e-process as each of them is. So an agent that stays as it
 * was is ever called drifting with a probability of at most α, over baseline and watch together.
 *
 * INVARIANT: sessions have, given those before them, the mean shares of the baseline, within the tolerance, if the alarm is to be
 * a false one. A session counts once, however many calls it has, since its calls hang together. Weekends that are unlike weekdays
 * are a drift, for as long as they last.
 */
export class DriftAlarm {
  readonly #watched: readonly Watched[];
  readonly #categories: ReadonlySet<string>;
  readonly #threshold: number;
  #sessions = 0;
  #most = 1;

  /**
   * @param baseline sessions in which the agent was as it should be; those without a call are left out
   * @param confidence of 1: 0.999
   * @param tolerance a factor of odds, at least 1: how much of a drift is none
   */
  constructor(baseline: readonly Mix[], confidence: number, tolerance = TOLERANCE) {
    assert(confidence > 0 && confidence < 1, `a confidence lies between 0 and 1, ${confidence} does not`);
    assert(tolerance >= 1, `a tolerance is a factor of at least 1, ${tolerance} is not`);
    const sessions = baseline.filter((mix) => callsOf(mix) > 0);
    this.#categories = new Set(mostFrequent(sessions));
    this.#threshold = 2 / (1 - confidence);
    const error = (1 - confidence) / 2 / (2 * (this.#categories.size + 1));
    this.#watched = [...this.#categories, OTHERS].flatMap((category) => {
      const { low, high } = meanBounds(
        sessions.map((mix) => this.#shareOf(mix, category)),
        1 - error,
      );
      return watch(category, widened(low, 1 / tolerance), widened(high, tolerance));
    });
  }

  hear(session: Mix): void {
    if (callsOf(session) === 0) return;
    this.#sessions += 1;
    for (const { category, direction, alarm, heard } of this.#watched) {
      const share = this.#shareOf(session, category);
      heard.sum += share;
      alarm.hear(direction === 'more' ? share : 1 - share);
    }
    this.#most = Math.max(this.#most, this.evidence);
  }

  get sessions(): number {
    return this.#sessions;
  }

  /** How many times as probable a drift makes what was heard, given that the baseline is within its bounds. */
  get evidence(): number {
    if (this.#watched.length === 0) return 1;
    return this.#watched.reduce((sum, { alarm }) => sum + alarm.evidence, 0) / this.#watched.length;
  }

  /** Whether there ever was enough of it for the confidence asked. */
  get crossed(): boolean {
    return this.#most >= this.#threshold;
  }

  /** What moved, the clearest first: what there is more evidence of than of anything that could be chance alone. */
  get movements(): readonly Movement[] {
    return this.#watched
      .filter(({ alarm }) => alarm.evidence >= this.#threshold)
      .map(({ category, direction, bounds, alarm, heard }) => ({
        category,
        direction,
        ...bounds,
        share: heard.sum / this.#sessions,
        evidence: alarm.evidence,
      }))
      .toSorted((one, other) => other.evidence - one.evidence);
  }

  #shareOf(mix: Mix, category: string): number {
    if (category !== OTHERS) return (mix[category] ?? 0) / callsOf(mix);
    const others = Object.entries(mix).filter(([name]) => !this.#categories.has(name));
    return others.reduce((sum, [, count]) => sum + count, 0) / callsOf(mix);
  }
}

interface Watched {
  readonly category: string;
  readonly direction: 'more' | 'less';
  readonly bounds: { readonly low: number; readonly high: number };
  readonly alarm: RateAlarm;
  readonly heard: { sum: number };
}

/** An alarm for each direction in which the share could leave its bounds. */
function watch(category: string, low: number, high: number): readonly Watched[] {
  const bounds = { low, high };
  const directions = [
    ...(high < 1 ? [{ direction: 'more' as const, limit: high }] : []),
    ...(low > 0 ? [{ direction: 'less' as const, limit: 1 - low }] : []),
  ];
  return directions.map(({ direction, limit }) => {
    return { category, direction, bounds, alarm: new RateAlarm(limit), heard: { sum: 0 } };
  });
}

function callsOf(mix: Mix): number {
  return Object.values(mix).reduce((sum, count) => sum + count, 0);
}

function mostFrequent(sessions: readonly Mix[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const [name, count] of sessions.flatMap((mix) => Object.entries(mix))) {
    counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return [...counts]
    .toSorted(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))
    .slice(0, CATEGORIES_MAX)
    .map(([name]) => name);
}

/** The share whose odds are `factor` times as high. */
function widened(share: number, factor: number): number {
  return (share * factor) / (1 - share + share * factor);
}
