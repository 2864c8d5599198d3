import os from 'node:os';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { answerTo } from './answer.ts';
import { LOOKUP_ANSWER_BYTES_MAX, LOOKUP_RESIDENT_BYTES_MAX } from './bounds.ts';
import { frame } from './frames.ts';
import type { Question } from './question.ts';

/** Below everything that decides, so that a look-up takes what the door leaves. */
const NICENESS = 10;

// The process that looks things up: questions come by lines on stdin, answers leave by frames on stdout. It ends with its door.
os.setPriority(NICENESS);
const [, , dir = ''] = process.argv;
for await (const line of createInterface({ input: process.stdin })) {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own process wrote it
  const { id, question } = JSON.parse(line) as { readonly id: number; readonly question: Question };
  const { ok, body } = await answered(question);
  const isLast = process.memoryUsage.rss() > LOOKUP_RESIDENT_BYTES_MAX;
  for (const piece of frame({ id, ok, ...(isLast && { last: true }) }, body)) {
    if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
  }
  if (isLast) break;
}
process.exit();

async function answered(question: Question): Promise<{ readonly ok: boolean; readonly body: Buffer }> {
  const refused = (status: number, message: string) => ({
    ok: false,
    body: Buffer.from(JSON.stringify({ status, message })),
  });
  try {
    const answer = await answerTo(dir, question);
    if (!answer.ok) return refused(answer.failure.status, answer.failure.message);
    const body = Buffer.from(JSON.stringify(answer.value));
    if (body.length <= LOOKUP_ANSWER_BYTES_MAX) return { ok: true, body };
    return refused(
      503,
      `The answer is larger than ${LOOKUP_ANSWER_BYTES_MAX / 1024 ** 2} MiB. Ask for less, or ask the command.`,
    );
  } catch (error) {
    console.error(whereOf(error));
    return refused(503, `Failed to look it up: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Where it happened, without its words: they may be an agent's. */
function whereOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  const at = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...at.slice(0, 5).map((line) => line.trim())].join(' ');
}
