import { wrapped } from '../why/terminal.ts';

/** Columns of a story's lines: as a diff in a review shows them whole. */
const WIDTH = 120;
const INDENT = '  ';

/** A line of a story as a terminal shows it: what does not fit hangs below it, so that each step still begins with its time. */
export function storyLines(line: string): readonly string[] {
  const [first = '', ...rest] = wrapped(line, WIDTH - 2 * INDENT.length);
  return [`${INDENT}${first}`, ...rest.map((more) => `${INDENT}${INDENT}${more}`)];
}
