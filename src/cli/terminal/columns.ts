/** A cell of a table for people: its text, and how it is painted once it is as wide as its column. */
export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

export interface Column {
  readonly head: string;
  readonly align: 'left' | 'right';
  /** Gives way where the lines would be too long; the first that may, down to this many characters. */
  readonly shrinksTo?: number;
}

const GAP = '  ';

/** Rows below their heads, no line longer than `width` as long as the columns that may shrink give enough. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
  head: (text: string) => string,
): readonly string[] {
  const widths = columns.map(({ head: name }, index) =>
    Math.max(name.length, ...rows.map((row) => row[index]?.text.length ?? 0)),
  );
  let over = widths.reduce((sum, one) => sum + one, 0) + GAP.length * (columns.length - 1) - width;
  for (const [index, { shrinksTo }] of columns.entries()) {
    if (over <= 0 || shrinksTo === undefined) continue;
    const given = Math.min(over, Math.max(0, (widths[index] as number) - shrinksTo));
    widths[index] = (widths[index] as number) - given;
    over -= given;
  }
  const line = (cells: readonly Cell[]): string =>
    cells
      .map(({ text, paint }, index) => {
        const padded = fitted(text, widths[index] as number, columns[index]?.align ?? 'left');
        return paint === undefined ? padded : paint(padded);
      })
      .join(GAP)
      .trimEnd();
  return [head(line(columns.map(({ head: text }) => ({ text })))), ...rows.map(line)];
}

function fitted(text: string, width: number, align: Column['align']): string {
  const cut = text.length > width ? `${text.slice(0, width - 1)}…` : text;
  return align === 'left' ? cut.padEnd(width) : cut.padStart(width);
}
