import { unreachable } from '../../std/assert.ts';
import { TAPE_VERSION } from '../tape/part-tape.ts';
import { callsOf, endsOf } from './calls.ts';
import { recordsOf } from './records.ts';

/**
 * The tables that a stretch of the journal becomes, in the order in which they are made: each may ask those before it.
 * Written to Parquet for what is sealed, held in memory for the tail: one SQL for both.
 */
export const TABLES = ['records', 'calls', 'ends', 'events'] as const;
export type Table = (typeof TABLES)[number];

/** Raised when what a table holds changes: parts of another version are made again. */
const VERSION: Readonly<Record<Table | 'keys' | 'tapes', number>> = {
  records: 1,
  calls: 1,
  ends: 1,
  events: 1,
  keys: 1,
  tapes: TAPE_VERSION,
};

/** How the tables of one stretch are called in SQL. */
export type Naming = (table: Table) => string;

/** @param lines SQL: its lines; @param policyBefore SQL: the digest in force before it */
export function tableOf(table: Table, name: Naming, lines: string, policyBefore: string): string {
  switch (table) {
    case 'records':
      return recordsOf(lines);
    case 'calls':
      return callsOf(name('records'), policyBefore);
    case 'ends':
      return endsOf(name('records'), name('calls'));
    case 'events':
      return `SELECT * FROM ${name('records')} WHERE kind NOT IN ('call', 'outcome')`;
    default:
      return unreachable(table);
  }
}

/** A table that somebody else wants made of every stretch, beside ours: sealed with the others, and a view of its own name. */
export interface ExtraTable {
  readonly version: number;
  /** A SELECT over the tables of a stretch; it must give `seq`, by which its rows are sorted. */
  readonly sql: (name: Naming) => string;
}

/** By the view's name. A line here is all that it takes; `interlock seal` makes what is sealed already again. */
export const EXTRA_TABLES: Readonly<Record<string, ExtraTable>> = {};

export const VERSIONS: Readonly<Record<string, number>> = Object.fromEntries(
  [
    ...Object.entries(VERSION),
    ...Object.entries(EXTRA_TABLES).map(([name, { version }]): [string, number] => [name, version]),
  ].sort(([a], [b]) => (a < b ? -1 : 1)),
);
