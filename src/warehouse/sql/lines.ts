import { literalList } from './literal.ts';

/**
 * The lines of journal files, as their bytes are, in their order: `(json VARCHAR)`.
 *
 * DuckDB's JSON reader would turn down a record whose text has half of a surrogate pair in it, which is JSON, and which an agent
 * may send: its record would be missing from every answer. So lines are read as a CSV of one column, whose delimiter and
 * quotes JSON escapes.
 *
 * @param live the last file may be written to meanwhile: what is no whole line of a journal is passed over
 */
export function linesOf(files: readonly string[], live: boolean): string {
  if (files.length === 0) return `(SELECT NULL::VARCHAR AS json WHERE false)`;
  const read = csvOf(literalList(files), live);
  return live ? `(SELECT json FROM ${read} WHERE ${WHOLE})` : read;
}

/** @param files SQL: a text or a list of texts */
export function csvOf(files: string, live: boolean): string {
  return `read_csv(${files}, columns = {'json': 'VARCHAR'}, delim = chr(1), quote = '', escape = '', header = false, auto_detect = false,
    strict_mode = false, max_line_size = ${LINE_BYTES_MAX}, buffer_size = ${BUFFER_BYTES}${live ? ', ignore_errors = true' : ''})`;
}

/** How a line ends that is not torn. */
export const WHOLE = String.raw`regexp_matches(json, ',"hash":"[0-9a-f]{64}"\}$')`;

/** The longest line of a journal: `LINE_BYTES_MAX` there. */
const LINE_BYTES_MAX = 32 * 1024 * 1024;
const BUFFER_BYTES = LINE_BYTES_MAX + 8 * 1024 * 1024;
