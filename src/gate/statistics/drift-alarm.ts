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
/** Shares whose odds are within this factor of the baseline's are no drift that matters, however sure one is of it. */
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
  readonly #kinds: Kinds;
  readonly #watched: readonly Watched[];
  readonly #threshold: number;
  #sessions = 0;
  #evidence = 1;
  #most = 1;

  /**
   * @param baseline sessions in which the agent was as it should be; those without a call are left out
   * @param confidence of 1: 0.999
   * @param tolerance a factor of odds, at least 1: how much of a drift is none
   */
  constructor(baseline: readonly Mix[], confidence: number, tolerance = TOLERANCE) {
    assert(confidence > 0 && confidence < 1, `a confidence lies between 0 and 1, ${confidence} does not`);
    assert(tolerance >= 1, `a tolerance is a factor of at least 1, ${tolerance} is not`);
    this.#kinds = new Kinds(baseline);
    this.#threshold = 2 / (1 - confidence);
    const { names } = this.#kinds;
    const shares = baseline.flatMap((mix) => this.#kinds.sharesOf(mix) ?? []);
    const bound = 1 - (1 - confidence) / 2 / (2 * names.length);
    this.#watched = names.flatMap((category, kind) => {
      const its = shares.map((all) => all[kind] as number);
      return watched(category, kind, widened(meanBounds(its, bound), meanOf(its), tolerance));
    });
  }

  hear(session: Mix): void {
    const shares = this.#kinds.sharesOf(session);
    if (shares === undefined) return;
    this.#sessions += 1;
    if (this.#watched.length === 0) return;
    let sum = 0;
    for (const one of this.#watched) {
      const share = shares[one.kind] as number;
      one.sum += share;
      one.alarm.hear(one.direction === 'more' ? share : 1 - share);
      sum += one.alarm.evidence;
    }
    this.#evidence = sum / this.#watched.length;
    this.#most = Math.max(this.#most, this.#evidence);
  }

  get sessions(): number {
    return this.#sessions;
  }

  /** How many times as probable a drift makes what was heard, given that the baseline is within its bounds. */
  get evidence(): number {
    return this.#evidence;
  }

  /** Whether there ever was enough of it for the confidence asked. */
  get crossed(): boolean {
    return this.#most >= this.#threshold;
  }

  /** What has moved, the clearest first: never empty while {@link evidence} is enough for an alarm. */
  get movements(): readonly Movement[] {
    return this.#watched
      .filter(({ alarm }) => alarm.evidence >= this.#threshold)
      .map(({ category, direction, bounds, alarm, sum }) => {
        return { category, direction, ...bounds, share: sum / this.#sessions, evidence: alarm.evidence };
      })
      .toSorted((one, other) => other.evidence - one.evidence);
  }
}

/** The kinds that are watched, and a session's shares of them. */
class Kinds {
  readonly names: readonly string[];
  readonly #index: ReadonlyMap<string, number>;

  constructor(baseline: readonly Mix[]) {
    const counts = new Map<string, number>();
    for (const [name, count] of baseline.flatMap((mix) => Object.entries(mix))) {
      counts.set(name, (counts.get(name) ?? 0) + count);
    }
    const frequent = [...counts]
      .toSorted(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))
      .slice(0, CATEGORIES_MAX)
      .map(([name]) => name);
    this.names = [...frequent, OTHERS];
    this.#index = new Map(frequent.map((name, index) => [name, index]));
  }

  /** In the order of {@link names}; `undefined` of a session without a call. */
  sharesOf(mix: Mix): Float64Array | undefined {
    const shares = new Float64Array(this.names.length);
    let calls = 0;
    for (const [name, count] of Object.entries(mix)) {
      const kind = this.#index.get(name) ?? this.names.length - 1;
      shares[kind] = (shares[kind] as number) + count;
      calls += count;
    }
    if (calls === 0) return undefined;
    for (let kind = 0; kind < shares.length; kind += 1) shares[kind] = Math.min(1, (shares[kind] as number) / calls);
    return shares;
  }
}

interface Bounds {
  readonly low: number;
  readonly high: number;
}

interface Watched {
  readonly category: string;
  readonly kind: number;
  readonly direction: 'more' | 'less';
  readonly bounds: Bounds;
  readonly alarm: RateAlarm;
  /** Of the shares heard. */
  sum: number;
}

/** An alarm for each direction in which the share could leave its bounds. */
function watched(category: string, kind: number, bounds: Bounds): readonly Watched[] {
  const limits = [
    ...(bounds.high < 1 ? [['more', bounds.high] as const] : []),
    ...(bounds.low > 0 ? [['less', 1 - bounds.low] as const] : []),
  ];
  return limits.map(([direction, limit]) => {
    return { category, kind, direction, bounds, alarm: new RateAlarm(limit), sum: 0 };
  });
}

/** At least all shares whose odds are within a factor of what was seen. */
function widened({ low, high }: Bounds, mean: number, tolerance: number): Bounds {
  const times = (factor: number): number => (mean * factor) / (1 - mean + mean * factor);
  return { low: Math.min(low, times(1 / tolerance)), high: Math.max(high, times(tolerance)) };
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : Math.min(1, values.reduce((sum, value) => sum + value, 0) / values.length);
}
