/** Lines around a change, as `diff -u` has them. */
const CONTEXT = 3;
/** Beyond so many lines between the first and the last change all of them are one: a policy is changed in a few places. */
const COMPARED_MAX = 1_000;

type Edit = { readonly kind: ' ' | '-' | '+'; readonly line: string };

/**
 * A unified diff of one file, which `patch -p1` and `git apply` take; empty where nothing differs.
 *
 * @param file its path, relative to where the patch is applied
 */
export function unifiedDiff(file: string, before: string, after: string): string {
  if (before === after) return '';
  const edits = editsOf(linesOf(before), linesOf(after));
  const hunks = hunksOf(edits).map(shown);
  return `--- a/${file}\n+++ b/${file}\n${hunks.join('')}`;
}

/** Lines with their ends: a last one without is a line of its own kind. */
function linesOf(text: string): readonly string[] {
  return text.split(/(?<=\n)/);
}

function editsOf(before: readonly string[], after: readonly string[]): readonly Edit[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let [endBefore, endAfter] = [before.length, after.length];
  while (endBefore > start && endAfter > start && before[endBefore - 1] === after[endAfter - 1]) {
    endBefore -= 1;
    endAfter -= 1;
  }
  const same = (lines: readonly string[]): Edit[] => lines.map((line) => ({ kind: ' ', line }));
  return [
    ...same(before.slice(0, start)),
    ...middleOf(before.slice(start, endBefore), after.slice(start, endAfter)),
    ...same(before.slice(endBefore)),
  ];
}

/** By the longest common subsequence; removals before additions. */
function middleOf(before: readonly string[], after: readonly string[]): readonly Edit[] {
  if (before.length > COMPARED_MAX || after.length > COMPARED_MAX) {
    return [...before.map((line): Edit => ({ kind: '-', line })), ...after.map((line): Edit => ({ kind: '+', line }))];
  }
  const width = after.length + 1;
  const common = new Uint16Array((before.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [gone, come] = [before[i], after[j]];
    if (gone !== undefined && gone === come) {
      edits.push({ kind: ' ', line: gone });
      i += 1;
      j += 1;
    } else if (gone !== undefined && (come === undefined || at(i + 1, j) >= at(i, j + 1))) {
      edits.push({ kind: '-', line: gone });
      i += 1;
    } else {
      edits.push({ kind: '+', line: come as string });
      j += 1;
    }
  }
  return edits;
}

interface Hunk {
  /** From 0, in the text before and after. */
  readonly before: number;
  readonly after: number;
  readonly edits: readonly Edit[];
}

function hunksOf(edits: readonly Edit[]): readonly Hunk[] {
  const changed = edits.flatMap(({ kind }, index) => (kind === ' ' ? [] : [index]));
  const spans: { start: number; end: number }[] = [];
  for (const index of changed) {
    const last = spans.at(-1);
    if (last !== undefined && index - CONTEXT <= last.end + CONTEXT) last.end = index + 1;
    else spans.push({ start: index, end: index + 1 });
  }
  return spans.map(({ start, end }) => {
    const from = Math.max(0, start - CONTEXT);
    const earlier = edits.slice(0, from);
    return {
      before: earlier.filter(({ kind }) => kind !== '+').length,
      after: earlier.filter(({ kind }) => kind !== '-').length,
      edits: edits.slice(from, end + CONTEXT),
    };
  });
}

function shown({ before, after, edits }: Hunk): string {
  const range = (from: number, unlike: Edit['kind']): string => {
    const count = edits.filter(({ kind, line }) => kind !== unlike && line !== '').length;
    return `${count === 0 ? from : from + 1},${count}`;
  };
  const lines = edits
    .filter(({ line }) => line !== '')
    .map(({ kind, line }) => (line.endsWith('\n') ? kind + line : `${kind}${line}\n\\ No newline at end of file\n`));
  return `@@ -${range(before, '+')} +${range(after, '-')} @@\n${lines.join('')}`;
}
