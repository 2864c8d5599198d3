import type { ReplayReport } from '../replay/index.ts';
import { replayed, replayTables, type Table } from './replay-tables.ts';
import { visible } from './visible.ts';

/** A replay for a terminal. */
export function replayText(report: ReplayReport): string {
  return [visible(replayed(report)), ...replayTables(report).map(textTable)].join('\n\n');
}

/** A replay for a pull request. */
export function replayMarkdown(report: ReplayReport): string {
  return [escaped(replayed(report)), ...replayTables(report).map(markdownTable)].join('\n\n');
}

function textTable({ title, head, rows, notes }: Table): string {
  const lines = [head, ...rows].map((cells) => cells.map((cell) => visible(cell).replaceAll('\n', ' ')));
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd();
  return [visible(title), ...lines.map(line), ...notes.map((note) => `  ${visible(note)}`)].join('\n');
}

function markdownTable({ title, head, rows, notes }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  const table = [line(head), line(head.map(() => '---')).replaceAll('\\', ''), ...rows.map(line)].join('\n');
  return [`### ${escaped(title)}`, table, ...notes.map(escaped)].join('\n\n');
}

/** Nothing that an agent named its things may become markup, or leave its cell. */
function escaped(text: string): string {
  return visible(text)
    .replaceAll('\n', ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\*_[\]|~#]/g, String.raw`\$&`);
}
