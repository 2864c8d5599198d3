import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { RunResult, ScenarioResult } from '../../src/lab/sandbox/result.ts';
import { MUTANTS } from './mutants.ts';

const ROOT = path.join(import.meta.dirname, '../..');
/** The page of the scenario library. */
export const PAGE = path.join(ROOT, 'docs/scenarios.md');

const HEAD = ['scenario', 'what happens', 'known from', 'damage without', 'damage with', 'held off by'];

/** A scenario's row, as a run has shown it. */
export function rowOf({ name, title, source, unguarded, guarded }: ScenarioResult): string {
  const guards = new Set(MUTANTS.filter(({ mutant }) => mutant.name === name).map(({ guard }) => guard));
  const cells = [
    `[${name}](../scenarios/${name}.ts)`,
    title,
    source,
    harmOf(unguarded),
    harmOf(guarded),
    [...guards].map((guard) => `[${guard}](guards/${pageOf(guard)})`).join(', '),
  ];
  return line(cells.map((cell) => cell.replaceAll('|', '\\|')));
}

/** The rows that the page shows, by scenario. */
export function shownRows(): ReadonlyMap<string, string> {
  const text = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  return new Map(Array.from(text.matchAll(/^\| \[([\w-]+)\]\(.*\|$/gm), ([row, name = '']) => [name, row]));
}

/** The scenarios that the page's list of failures names. */
export function namedFailures(): readonly string[] {
  const [list = ''] = /^\| what goes wrong [^]*?\n\n/m.exec(readFileSync(PAGE, 'utf8')) ?? [];
  const [, , ...lines] = list.trimEnd().split('\n');
  return lines.flatMap((row) => (row.split('|')[2] ?? '').split(',').map((name) => name.trim()));
}

/** The page with these rows for its table. */
export function withRows(rows: readonly string[]): string {
  const text = readFileSync(PAGE, 'utf8');
  const table = [line(HEAD), line(HEAD.map(() => '---')), ...rows].join('\n');
  return text.replace(/^\| scenario \|[^]*?\n(?=\n)/m, `${table}\n`);
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Money that left, and what was done or asked for: `306.42 USD (12 × transfer)`. */
function harmOf({ harm, ledger }: RunResult): string {
  if (harm.entries === 0) return 'none';
  const kinds = Map.groupBy(
    ledger.filter(({ harmful }) => harmful),
    ({ kind }) => kind.replaceAll('_', ' '),
  );
  const counted = [...kinds].map(([kind, alike]) => `${alike.length} × ${kind}`);
  const requests = harm.entries - [...kinds.values()].flat().length;
  if (requests > 0) counted.push(`${requests} × request`);
  return harm.money.startsWith('0.00 ') ? counted.join(', ') : `${harm.money} (${counted.join(', ')})`;
}

/** Which page of `docs/guards` a guard has. */
function pageOf(guard: string): string {
  const index = readFileSync(path.join(ROOT, 'docs/guards/index.md'), 'utf8');
  return new RegExp(`\\| \\[${guard}\\]\\((.+?)\\)`).exec(index)?.[1] ?? 'index.md';
}
