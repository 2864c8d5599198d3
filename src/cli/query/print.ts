import { once } from 'node:events';
import Table from 'cli-table3';
import type { Chunk, Row } from '../../warehouse/index.ts';
import { cellOf, csvField, headOf, jsonOf } from './cells.ts';

export type Form = 'table' | 'csv' | 'json';

/** A table is for people; more rows than these are for programs. */
export const TABLE_ROWS_MAX = 1_000;

type Sink = NodeJS.WritableStream;

/** Prints an answer as it comes: what is not a table needs no more memory than a chunk. */
export async function print(chunks: AsyncIterable<Chunk>, form: Form, out: Sink): Promise<void> {
  if (form === 'table') return printTable(chunks, out);
  let isFirst = true;
  for await (const { names, rows } of chunks) {
    const lines = rows.map((row) => (form === 'json' ? jsonOf(row) : csvLine(names, row)));
    if (isFirst && form === 'csv') lines.unshift(names.map(csvField).join(','));
    isFirst = false;
    if (lines.length > 0)
      await write(out, `${lines.join(form === 'csv' ? '\r\n' : '\n')}${form === 'csv' ? '\r\n' : '\n'}`);
  }
}

function csvLine(names: readonly string[], row: Row): string {
  return names.map((name) => csvField(row[name] ?? null)).join(',');
}

async function printTable(chunks: AsyncIterable<Chunk>, out: Sink): Promise<void> {
  const kept: Row[] = [];
  let names: readonly string[] = [];
  let isMore = false;
  for await (const chunk of chunks) {
    ({ names } = chunk);
    kept.push(...chunk.rows.slice(0, TABLE_ROWS_MAX - kept.length));
    isMore = chunk.rows.length > 0 && kept.length === TABLE_ROWS_MAX;
    if (isMore) break;
  }
  if (kept.length === 0) return write(out, 'No rows.\n');
  const heads = names.map((name) => headOf(name, names));
  const lines = kept.map((row) => names.map((name) => cellOf(name, row[name] ?? null, row)));
  const more = isMore ? `\nThe first ${TABLE_ROWS_MAX} rows. --csv or --json print all, LIMIT fewer.` : '';
  const width = 'columns' in out && typeof out.columns === 'number' ? out.columns : WIDTH;
  return write(out, `${fitted(heads, lines, width)}${more}\n`);
}

/** Of what is no terminal. */
const WIDTH = 200;

/** A table where it fits the width, else each row for itself, a column a line: a table that wraps cannot be read. */
export function fitted(heads: readonly string[], lines: readonly (readonly string[])[], width: number): string {
  const table = new Table({ head: [...heads], style: { head: [], border: [] } });
  for (const line of lines) table.push([...line]);
  const text = table.toString();
  // Every line of a table is as wide as its first one, which is all frame.
  if (text.indexOf('\n') <= width) return text;
  const widest = Math.max(...heads.map((head) => head.length));
  const rows = lines.map((line, index) =>
    [
      `row ${index + 1}`,
      ...heads.map((head, column) => `  ${head.padEnd(widest)}  ${line[column] ?? ''}`.trimEnd()),
    ].join('\n'),
  );
  return rows.join('\n\n');
}

/** Waits where whoever reads is slower. */
async function write(out: Sink, text: string): Promise<void> {
  if (!out.write(text)) await once(out, 'drain');
}
