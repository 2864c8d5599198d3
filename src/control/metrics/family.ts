/** Label names and values. INVARIANT: values come from the policy, or from a list in this code; nothing an agent writes is one. */
export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

export interface HistogramSample {
  readonly labels: Labels;
  /** By bucket, each for itself; one more than there are bounds, for what lies above them all. */
  readonly counts: readonly number[];
  readonly sum: number;
  readonly count: number;
}

interface Named {
  /** Without `_total`, which the formats add by themselves. */
  readonly name: string;
  readonly help: string;
  /** As UCUM writes it, `s` or `By`; absent: a number of things. */
  readonly unit?: string;
}

/** What is counted or measured under one name: the same numbers for every way out. */
export type Family = Named &
  (
    | { readonly kind: 'counter' | 'gauge'; readonly samples: readonly Sample[] }
    | { readonly kind: 'histogram'; readonly bounds: readonly number[]; readonly samples: readonly HistogramSample[] }
  );

export const gauge = (name: string, help: string, samples: readonly Sample[], unit?: string): Family => ({
  kind: 'gauge',
  name,
  help,
  ...(unit !== undefined && { unit }),
  samples,
});

export const one = (value: number, labels: Labels = NO_LABELS): Sample => ({ labels, value });

const NO_LABELS: Labels = Object.freeze({});
