import {
  DuckDBArrayValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  type DuckDBValue,
} from '@duckdb/node-api';

/**
 * A value as SQL gave it.
 *
 * - whole numbers are numbers where a number holds them exactly, else bigints; columns called `…_micros` are bigints always
 * - decimals are numbers, and money is never one: it is counted in micro-units
 * - times and days are texts in UTC: `2026-11-27 18:02:34.5`
 * - JSON is its text; lists and structs are arrays and objects
 */
export type Value = string | number | bigint | boolean | null | readonly Value[] | { readonly [name: string]: Value };

/** One row of an answer, by the columns' names. */
export type Row = Readonly<Record<string, Value>>;

/** How a column is called that holds money in micro-units. */
export const MICROS = /(^|_)micros$/;

export function rowOf(names: readonly string[], values: readonly DuckDBValue[]): Row {
  const entries = names.map((name, index): [string, Value] => {
    const value = values[index] ?? null;
    return [name, typeof value === 'bigint' && MICROS.test(name) ? value : plain(value)];
  });
  // `fromEntries` defines its members, so a column called `__proto__` is a column.
  return Object.fromEntries(entries);
}

function plain(value: DuckDBValue): Value {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    default:
      return value === null || value === undefined ? null : composed(value);
  }
}

function composed(value: DuckDBValue & object): Value {
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(plain);
  if (value instanceof DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([name, inner]) => [name, plain(inner)]));
  if (value instanceof DuckDBMapValue)
    return value.entries.map(({ key, value: inner }) => ({ key: plain(key), value: plain(inner) }));
  return String(value);
}
