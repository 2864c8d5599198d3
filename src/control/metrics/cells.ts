import type { Family, HistogramSample, Labels } from './family.ts';

/** Series of one counter: a hundred agents with twenty routes each have all their verdicts. */
export const SERIES_MAX = 8_000;
/** Series of one histogram, each of which has a dozen buckets. */
export const HISTOGRAM_SERIES_MAX = 500;
/** What stands for the label values of all further series. */
export const OTHER = 'other';

export interface Cell {
  value: number;
}

type Tree = Map<string, Map<string, Map<string, Cell>>>;

/** What a counter is called, and what its up to three labels are. */
interface CounterNames {
  readonly name: string;
  readonly help: string;
  readonly unit?: string;
  readonly labels: readonly [string?, string?, string?];
}

/**
 * Counts by up to three labels. A look-up allocates nothing once its series is there; beyond {@link SERIES_MAX} all further
 * label sets share one, so that no policy and no fault can make a scrape grow without end.
 */
export class Counter {
  readonly #names: CounterNames;
  readonly #tree: Tree = new Map();
  readonly #most: number;
  #series = 0;
  #other: Cell | undefined;

  constructor(names: CounterNames, most = SERIES_MAX) {
    this.#names = names;
    this.#most = most;
  }

  /** The cell of these labels, in their order. */
  of(a = '', b = '', c = ''): Cell {
    return this.#tree.get(a)?.get(b)?.get(c) ?? this.#anew(a, b, c);
  }

  family(): Family {
    const { labels, ...names } = this.#names;
    const samples = [...this.#tree].flatMap(([a, under]) =>
      [...under].flatMap(([b, cells]) =>
        [...cells].map(([c, { value }]) => ({ labels: labelled(labels, [a, b, c]), value })),
      ),
    );
    const other = this.#other;
    const rest = other === undefined ? [] : [{ labels: labelled(labels, [OTHER, OTHER, OTHER]), value: other.value }];
    return { kind: 'counter', ...names, samples: [...samples, ...rest] };
  }

  #anew(a: string, b: string, c: string): Cell {
    if (this.#series >= this.#most) return (this.#other ??= { value: 0 });
    this.#series += 1;
    const cell = { value: 0 };
    const under = this.#tree.get(a) ?? new Map<string, Map<string, Cell>>();
    const cells = under.get(b) ?? new Map<string, Cell>();
    this.#tree.set(a, under.set(b, cells.set(c, cell)));
    return cell;
  }
}

function labelled(names: CounterNames['labels'], values: readonly string[]): Labels {
  return Object.fromEntries(names.map((name, index) => [name as string, values[index] as string]));
}

/** How often values lay in which bucket. */
export class Distribution {
  readonly #bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;
  #count = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] as number)) bucket += 1;
    (this.#counts[bucket] as number) += 1;
    this.#sum += value;
    this.#count += 1;
  }

  sample(labels: Labels): HistogramSample {
    return { labels, counts: [...this.#counts], sum: this.#sum, count: this.#count };
  }
}

interface HistogramNames {
  readonly name: string;
  readonly help: string;
  readonly unit?: string;
  readonly labels: readonly [string?, string?];
  readonly bounds: readonly number[];
}

/** Distributions by up to two labels, bounded as counters are. */
export class Histogram {
  readonly #names: HistogramNames;
  readonly #tree = new Map<string, Map<string, Distribution>>();
  readonly #most: number;
  #series = 0;
  #other: Distribution | undefined;

  constructor(names: HistogramNames, most = HISTOGRAM_SERIES_MAX) {
    this.#names = names;
    this.#most = most;
  }

  of(a = '', b = ''): Distribution {
    return this.#tree.get(a)?.get(b) ?? this.#anew(a, b);
  }

  family(): Family {
    const { labels: _labels, ...names } = this.#names;
    const samples = [...this.#tree].flatMap(([a, under]) =>
      [...under].map(([b, distribution]) => distribution.sample(this.#labels(a, b))),
    );
    const rest = this.#other === undefined ? [] : [this.#other.sample(this.#labels(OTHER, OTHER))];
    return { kind: 'histogram', ...names, samples: [...samples, ...rest] };
  }

  #labels(a: string, b: string): Labels {
    return Object.fromEntries(this.#names.labels.map((name, index) => [name as string, index === 0 ? a : b]));
  }

  #anew(a: string, b: string): Distribution {
    const made = new Distribution(this.#names.bounds);
    if (this.#series >= this.#most) return (this.#other ??= made);
    this.#series += 1;
    this.#tree.set(a, (this.#tree.get(a) ?? new Map<string, Distribution>()).set(b, made));
    return made;
  }
}
