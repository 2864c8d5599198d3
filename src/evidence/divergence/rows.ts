import type { Json } from '../../std/canonical-json.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import { fieldText } from './act.ts';
import { readCsv } from './csv.ts';
import type { BadRow } from './model.ts';

/** A row of a file: its columns by name, as text; what is empty is not there. */
export interface Row {
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
}

export interface Rows {
  readonly rows: readonly Row[];
  readonly columns: ReadonlySet<string>;
  readonly bad: readonly BadRow[];
}

/** No table of a person's has more. */
const COLUMNS_MAX = 500;

/** Reads a table: NDJSON where the first character is `{`, else CSV with a header. The failure says why it is neither. */
export function readRows(text: string): Result<Rows, string> {
  return /^\uFEFF?\s*\{/.test(text) ? ok(readNdjson(text)) : readTable(text);
}

function readNdjson(text: string): Rows {
  const rows: Row[] = [];
  const bad: BadRow[] = [];
  const columns = new Set<string>();
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue;
    const cells = cellsOf(line);
    if (typeof cells === 'string') bad.push({ line: index + 1, why: cells });
    else {
      rows.push({ line: index + 1, cells });
      for (const name of cells.keys()) columns.add(name);
    }
  }
  return { rows, columns, bad };
}

function cellsOf(line: string): ReadonlyMap<string, string> | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'it is not JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is not a JSON object';
  const members = Object.entries(value as Readonly<Record<string, Json>>);
  if (members.length > COLUMNS_MAX) return `it has more than ${COLUMNS_MAX} members`;
  return new Map(members.flatMap(([name, one]) => (one === null || one === '' ? [] : [[name, fieldText(one)]])));
}

function readTable(text: string): Result<Rows, string> {
  const [header, ...lines] = readCsv(text);
  if (header === undefined) return fail('it is empty');
  if (header.kind === 'bad') return fail(`its header cannot be read: ${header.why}`);
  const names = header.cells.map((name) => name.trim());
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
  if (twice !== undefined) return fail(`its header has the column \`${twice}\` twice`);
  if (names.length > COLUMNS_MAX) return fail(`its header has more than ${COLUMNS_MAX} columns`);
  const rows: Row[] = [];
  const bad: BadRow[] = [];
  for (const line of lines) {
    if (line.kind === 'bad') bad.push({ line: line.line, why: line.why });
    else if (line.cells.length !== names.length)
      bad.push({ line: line.line, why: `it has ${line.cells.length} cells, and the header ${names.length}` });
    else rows.push({ line: line.line, cells: cellsIn(names, line.cells) });
  }
  return ok({ rows, columns: new Set(names.filter((name) => name !== '')), bad });
}

/** A cell that is a JSON list or object is compared as one, whatever its white space. */
function cellsIn(names: readonly string[], cells: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    names.flatMap((name, index) => {
      const cell = (cells[index] ?? '').trim();
      return name === '' || cell === '' ? [] : [[name, /^[[{]/.test(cell) ? jsonText(cell) : cell]];
    }),
  );
}

function jsonText(cell: string): string {
  try {
    return fieldText(JSON.parse(cell) as Json);
  } catch {
    return cell;
  }
}
