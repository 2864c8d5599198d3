import { GUARD_FACTS, type GuardFacts } from './guard-facts.ts';
import type { Page } from './page.ts';

const HEAD = '| guard | stops | answers | retryable | `next` | when crossed |';
const LINE = '|---|---|---|---|---|---|';
const TABLE = /^\| guard \|[^\n]*\n\|---[^\n]*\n((?:\|[^\n]*\n)*)/m;

/** The table of `index.md` as it should be: what a guard stops is its author's words, all else the sources'. */
export function withTable(index: string, pages: readonly Page[]): string {
  const [table = ''] = TABLE.exec(index) ?? [];
  const words = stopsOf(index);
  const printed = GUARD_FACTS.map((facts) => row(facts, words.get(facts.guard) ?? '', pages));
  return index.replace(table, () => `${[HEAD, LINE, ...printed].join('\n')}\n`);
}

/** What the table says that each guard stops, by guard. */
export function stopsOf(index: string): ReadonlyMap<string, string> {
  const [, rows = ''] = TABLE.exec(index) ?? [];
  return new Map(
    [...rows.matchAll(/^\| \[?([\w-]+)[^|]*\| ([^|]*?) *\|/gm)].map(([, guard, said]) => [guard as string, said ?? '']),
  );
}

function row({ guard, reasons, retryable, next, trip }: GuardFacts, stops: string, pages: readonly Page[]): string {
  const page = pages.find(({ guards }) => guards.includes(guard));
  const byStatus = Object.groupBy([...reasons], ([, statuses]) => statuses.join(' or '));
  const answers = Object.entries(byStatus).map(
    ([status, some]) => `${status} ${(some ?? []).map(([reason]) => `\`${reason}\``).join(' ')}`,
  );
  const cells = [
    page === undefined ? guard : `[${guard}](${page.name}.md)`,
    stops,
    answers.join('; '),
    retryable.join(', '),
    next.join(', '),
    trip ?? '',
  ];
  return `| ${cells.join(' | ')} |`;
}
