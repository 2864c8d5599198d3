import type { Value, Warehouse } from '../../warehouse/index.ts';

/** Whatever answers SQL over the warehouse's views, and keeps tables of what is asked for often. Statements follow one another. */
export type Source = Pick<Warehouse, 'rows' | 'keep'>;

export type Row = Readonly<Record<string, Value | undefined>>;

/** A text as SQL has it: names and ids come from agents and upstreams. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** `column = 'value'`, or that it is missing. */
export const equals = (column: string, value: string | null): string =>
  value === null ? `${column} IS NULL` : `${column} = ${literal(value)}`;

/** A count, a share, a time: a number, whatever width the database gave it. */
export function numberIn(row: Row, column: string): number {
  return numberOrNull(row, column) ?? 0;
}

export function numberOrNull(row: Row, column: string): number | null {
  const value = row[column];
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' || typeof value === 'string' ? Number(value) : null;
}

export function textOrNull(row: Row, column: string): string | null {
  const value = row[column];
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export const textIn = (row: Row, column: string): string => textOrNull(row, column) ?? '';

/** A sum of micro-units, selected as text: a float would round it. */
export function microsIn(row: Row, column: string): bigint {
  const text = textOrNull(row, column);
  return text === null ? 0n : BigInt(text);
}

/** A list that was selected by `to_json(…)`. */
export function listIn(row: Row, column: string): readonly string[] {
  const value = row[column];
  const list: unknown = typeof value === 'string' ? JSON.parse(value) : value;
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}
