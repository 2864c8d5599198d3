import { listIn, numberIn, type Row } from './source.ts';

/** The calls behind a number: how many, some of them, and the condition over the view `calls` that gives them all. */
export interface Behind {
  readonly count: number;
  /** At most {@link SHOWN_CALLS}, the first in the journal; of an amount, the largest. */
  readonly calls: readonly string[];
  /** Holds of these calls and, within the report's scope, of no others. */
  readonly where: string;
}

/** Enough to look at a number from; its condition gives the rest. */
export const SHOWN_CALLS = 3;

/** The columns that {@link behind} reads, for any group of `scoped`. */
export const FIRST_CALLS = `count(*)::DOUBLE AS calls, to_json(arg_min(call, seq, ${SHOWN_CALLS}))::VARCHAR AS shown`;
export const LARGEST_CALLS = `count(*)::DOUBLE AS calls,
  to_json(arg_min(call, row(-coalesce(amount_micros, 0)::HUGEINT, seq), ${SHOWN_CALLS}))::VARCHAR AS shown`;

export const behind = (row: Row, where: string): Behind => ({
  count: numberIn(row, 'calls'),
  calls: listIn(row, 'shown'),
  where,
});
