import path from 'node:path';
import type { Instant } from '../../std/clock.ts';
import type { Disk } from '../../journal/disk.ts';
import type { AnswerLine, CallLine, RecordedLine } from './lines.ts';

/** What the recorder before this one left in the newest file. */
export interface Previous {
  readonly file: string;
  /** The latest time in it: no later line is earlier. */
  readonly lastAt: Instant;
  /** Calls in it without an answer: nobody knows how they ended. */
  readonly unanswered: number;
  /** Whether it ends within a line: that one was never acknowledged. */
  readonly torn: boolean;
}

/** Looks at the newest file of a directory; `undefined` where there is none. It is left as it is. */
export function previousRecording(dir: string, disk: Disk): Previous | undefined {
  const name = disk
    .names(dir)
    .filter((each) => /^\d{6}\.ndjson$/.test(each))
    .toSorted()
    .at(-1);
  if (name === undefined) return undefined;
  const file = path.join(dir, name);
  const text = disk.text(file);
  const open = new Set<string>();
  let lastAt = 0;
  for (const written of text.split('\n')) {
    const line = parsed(written);
    if (line === undefined) continue;
    if (typeof line.at === 'number') lastAt = Math.max(lastAt, line.at);
    if (line.id !== undefined) open.add(line.id);
    if (line.answer_to !== undefined) open.delete(line.answer_to);
  }
  return { file, lastAt, unanswered: open.size, torn: text !== '' && !text.endsWith('\n') };
}

function parsed(text: string): Partial<CallLine & AnswerLine> | undefined {
  try {
    return JSON.parse(text) as Partial<RecordedLine & CallLine & AnswerLine>;
  } catch {
    return undefined;
  }
}
