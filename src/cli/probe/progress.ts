import type { WriteStream } from 'node:tty';
import type { Progress } from '../../lab/probe/result.ts';
import { lasted, nearnessWords, whole } from '../../report/index.ts';

/** Some terminals do not tell how wide they are, or say 0. */
const COLUMNS_UNKNOWN = 80;
/** Between two looks of a person at one line. */
const REWRITTEN_EVERY_MS = 100;
/** Between two lines of a log. */
const WRITTEN_EVERY_MS = 10_000;

/** How far a search is: one line, rewritten as it goes on a terminal; a line now and then elsewhere. */
export class ProgressLine {
  readonly #out: WriteStream;
  #shownMs = -Infinity;

  constructor(out: WriteStream) {
    this.#out = out;
  }

  show(progress: Progress): void {
    const { isTTY } = this.#out;
    const everyMs = isTTY ? REWRITTEN_EVERY_MS : WRITTEN_EVERY_MS;
    if (progress.elapsedMs - this.#shownMs < everyMs) return;
    // The first line of a log comes when there is something to tell.
    if (!isTTY && this.#shownMs === -Infinity) return void (this.#shownMs = 0);
    this.#shownMs = progress.elapsedMs;
    const line = progressWords(progress);
    if (!isTTY) return void this.#out.write(`${line}\n`);
    this.#clear();
    // A wrapped line could not be rewritten.
    this.#out.write(line.slice(0, (this.#out.columns || COLUMNS_UNKNOWN) - 1));
  }

  /** Makes room for what is printed next. */
  end(): void {
    if (this.#out.isTTY) this.#clear();
  }

  #clear(): void {
    this.#out.cursorTo(0);
    this.#out.clearLine(0);
  }
}

/** `12 s  1,240 runs  98,000 calls (8,167/s)  3.2 years  coverage 120/160  refunds-bot: bound 500.00 USD a day; …` */
export function progressWords({ elapsedMs, runs, calls, virtualMs, reached, of, found, nearest }: Progress): string {
  const rate = elapsedMs === 0 ? '' : ` (${whole((calls / elapsedMs) * 1_000)}/s)`;
  return [
    `${Math.floor(elapsedMs / 1_000)} s`,
    `${whole(runs)} runs`,
    `${whole(calls)} calls${rate}`,
    lasted(virtualMs),
    `coverage ${reached}/${of}`,
    ...(found === 0 ? [] : [`FOUND ${found}`]),
    ...(nearest === undefined ? [] : [`${nearest.whose}: ${nearnessWords(nearest)}`]),
  ].join('  ');
}
