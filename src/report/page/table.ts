import { type Child, type Html, html } from '../html.ts';

export interface Column {
  readonly name: string;
  /** Figures stand at the right, so that their digits stand under each other. */
  readonly figure?: true;
  /** Takes what room there is. */
  readonly wide?: true;
}

/** Rows of cells; the first cell of each names it. */
export interface TableInput {
  /** What it is a table of, for those who do not see where it stands. */
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Child[])[];
}

/**
 * A table that becomes a list of cards on a narrow screen. Roles are spelled out because it is then laid out as blocks.
 * A column with nothing in it is left out.
 */
export function table({ caption, columns: all, rows: full }: TableInput): Html {
  const kept = all.map((_, index) => index === 0 || full.some((cells) => !isEmpty(cells[index])));
  const [columns, rows] = [
    all.filter((_, index) => kept[index]),
    full.map((cells) => cells.filter((_, index) => kept[index])),
  ];
  return html`<table class="cards" role="table">
    <caption>
      ${caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map((column) => html`<th role="columnheader" scope="col" class="${classOf(column)}">${column.name}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map((cells) => row(cells, columns))}
    </tbody>
  </table>`;
}

function row(cells: readonly Child[], columns: readonly Column[]): Html {
  return html`<tr role="row">
    ${columns.map((column, index) =>
      index === 0
        ? html`<th role="rowheader" scope="row">${cells[0]}</th>`
        : html`<td role="cell" data-label="${column.name}" class="${classOf(column)}">${cells[index]}</td>`,
    )}
  </tr> `;
}

const isEmpty = (cell: Child): boolean =>
  cell === '' || cell === null || cell === undefined || cell === false || (Array.isArray(cell) && cell.length === 0);

const classOf = ({ figure, wide }: Column): string | null => (figure ? 'figure' : wide ? 'wide' : null);

/** What a chart shows, to be read: closed until somebody wants it. */
export function behindChart(summary: string, input: TableInput): Html {
  return html`<details class="data">
    <summary>${summary}</summary>
    ${table(input)}
  </details>`;
}
