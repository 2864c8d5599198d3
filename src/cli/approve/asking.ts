import { createInterface } from 'node:readline/promises';
import type { HoldLine } from '../../door/operations.ts';
import { visibleLine } from '../../report/visible.ts';
import { CommandFailed } from '../failure.ts';
import { roughly } from '../spans.ts';

/** Asks a person at a terminal; `undefined`: Ctrl-C, Ctrl-D. */
export type Ask = (question: string) => Promise<string | undefined>;

/** A terminal's own lines, for as long as `work` takes. */
export async function asking<Value>(work: (ask: Ask) => Promise<Value>): Promise<Value> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<undefined>((resolve) => prompt.once('close', () => resolve(undefined)));
  try {
    return await work((question) => Promise.race([prompt.question(question).catch(() => undefined), ended]));
  } finally {
    prompt.close();
  }
}

/** Which of those that wait; the only one is taken without a question. `undefined`: none. */
export async function chosen(
  waiting: readonly HoldLine[],
  ask: Ask | undefined,
  now: number,
): Promise<HoldLine | undefined> {
  const [only] = waiting;
  if (only === undefined || (waiting.length === 1 && ask !== undefined)) return only;
  const lines = waiting.map(
    ({ agent, route, subject, amount, expiresAt, frozen }, index) =>
      `  ${String(index + 1).padStart(2)}  ${visibleLine(
        [
          `${agent}${frozen ? ' (frozen)' : ''}`,
          route,
          subject ?? '-',
          amount ?? '-',
          `expires in ${roughly(Date.parse(expiresAt) - now)}`,
        ].join('  '),
      )}`,
  );
  if (ask === undefined) {
    throw new CommandFailed(
      `Failed to approve: say which call.\n${waiting.map(({ call }, index) => `${lines[index]}  ${call}`).join('\n')}`,
    );
  }
  console.error(lines.join('\n'));
  const number = Number(await ask(`Which one, 1 to ${waiting.length}? `));
  return Number.isInteger(number) ? waiting[number - 1] : undefined;
}
