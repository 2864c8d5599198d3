import { formatMicros } from '../../std/money.ts';
import { visible } from '../../report/visible.ts';
import { MICROS, type Row, type Value } from '../../warehouse/index.ts';

/** A longer text is cut in a table; `--json` has it whole. */
const CELL_CHARS_MAX = 80;

/**
 * How a column is called on paper: what is counted in micro-units is shown as money.
 *
 * @param names all columns: beside a count `captured`, the money `captured_micros` is `captured amount`
 */
export function headOf(name: string, names: readonly string[] = []): string {
  const head = name.replace(MICROS, '') || 'amount';
  return head !== name && names.includes(head) ? `${head} amount` : head;
}

/** A value as a person reads it. Money has the decimals of its row's currency. Nothing in it can move a terminal's cursor. */
export function cellOf(name: string, value: Value, row: Row): string {
  if (value === null) return '';
  const { currency } = row;
  if (MICROS.test(name) && (typeof value === 'bigint' || typeof value === 'number')) {
    // An average of amounts may have a fraction of a micro-unit.
    const micros = typeof value === 'bigint' ? value : BigInt(Math.round(value));
    return formatMicros(micros, typeof currency === 'string' ? currency : '');
  }
  const text = visible(textOf(value)).replaceAll('\n', '⏎').replaceAll('\t', ' ');
  return text.length > CELL_CHARS_MAX ? `${text.slice(0, CELL_CHARS_MAX - 1).toWellFormed()}…` : text;
}

export function textOf(value: Value): string {
  return typeof value === 'object' && value !== null ? jsonOf(value) : String(value);
}

/** JSON in which what no number holds exactly is a text, as amounts are in the journal. */
export function jsonOf(value: Value | Row): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
}

/** A field of CSV (RFC 4180). A text that a spreadsheet would take for a formula is not one: agents write these texts. */
export function csvField(value: Value): string {
  if (value === null) return '';
  const text = textOf(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
