import { literalList } from './literal.ts';
import type { Table } from './tables.ts';

/** Tables whose files lie in a directory for each day: `day` is a column that stands in no file. */
export const BY_DAY: ReadonlySet<string> = new Set(['records', 'calls'] satisfies Table[]);

/**
 * SQL: a table over the sealed files and what is in memory.
 *
 * @param files absolute
 * @param memory the table of the tail in memory, of the same columns
 */
export function union(table: string, files: readonly string[], memory: string): string {
  const tail = BY_DAY.has(table) ? `SELECT *, ts::DATE AS day FROM ${memory}` : `SELECT * FROM ${memory}`;
  if (files.length === 0) return `(${tail})`;
  const hive = BY_DAY.has(table)
    ? `, hive_partitioning = true, hive_types = {'day': DATE}`
    : ', hive_partitioning = false';
  return `(SELECT * FROM read_parquet(${literalList(files)}${hive}) UNION ALL BY NAME ${tail})`;
}
