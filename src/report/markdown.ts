import { visible } from './visible.ts';

/**
 * Text as Markdown shows it and nothing more: no markup, no link, no mention of anybody, one line.
 * What a hosting site would make of `@name`, `#1` or an address is broken up by entities.
 */
export function prose(text: string): string {
  return visible(text)
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll(/[\\`*_{}[\]<>~|]/g, String.raw`\$&`)
    .replaceAll('#', '&#35;')
    .replaceAll('@', '&#64;')
    .replaceAll('://', '&#58;//')
    .replaceAll(/\bwww\./gi, (www) => `${www.slice(0, -1)}&#46;`);
}

/** An id, an address, a command: as it stands, in a code span that nothing in it can end. */
export function code(text: string): string {
  const line = visible(text)
    .replaceAll(/\s+/g, ' ')
    .replaceAll('|', String.raw`\|`);
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return line.includes('`') || line.startsWith(' ') || line === ''
    ? `${fence} ${line} ${fence}`
    : `${fence}${line}${fence}`;
}

/** A table in GitHub's flavour; cells are Markdown already. Columns named with a trailing `:` hold figures. */
export function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const names = columns.map((column) => column.replace(/:$/, ''));
  const rule = columns.map((column) => (column.endsWith(':') ? '---:' : '---'));
  return [names, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
