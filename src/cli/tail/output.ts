import type { Writable } from 'node:stream';

/** Lines to a stream that may be slow, or gone: `| head` closes it, which is its right and no fault. */
export class Output {
  readonly #stream: Writable;
  #isGone = false;

  constructor(stream: Writable, onGone: () => void) {
    this.#stream = stream;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      this.#isGone = true;
      onGone();
    });
  }

  /** Waits where the reader does not keep up: what comes meanwhile stands in the journal. */
  async lines(texts: readonly string[]): Promise<void> {
    if (texts.length === 0 || this.#isGone) return;
    if (this.#stream.write(`${texts.join('\n')}\n`)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#stream.off('drain', done).off('error', done);
        resolve();
      };
      this.#stream.once('drain', done).once('error', done);
    });
  }
}
