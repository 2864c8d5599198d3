import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

export interface Seen {
  readonly code: number;
  /** As the terminal got it, colours and all. */
  readonly seen: string;
}

const CLI = path.join(import.meta.dirname, '../../bin/interlock.js');

/** Runs one `interlock` command at a terminal of 80 columns; each answer is typed once its prompt stands there. */
export async function atTerminal(
  answers: readonly (readonly [prompt: string, answer: string])[],
  ...words: readonly string[]
): Promise<Seen> {
  const script = path.join(import.meta.dirname, 'at_terminal.py');
  const { stdout } = await promisify(execFile)('python3', [
    script,
    JSON.stringify(answers),
    process.execPath,
    CLI,
    ...words,
  ]);
  return JSON.parse(stdout) as Seen;
}

/** What it says, without its colours and its cursor's ways. */
export function said(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the escape sequences of a terminal
  return text.replaceAll(/\u001B\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '');
}
