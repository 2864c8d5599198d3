const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/**
 * What comes so soon behind a first signal is the same one: `npx` passes on what the terminal has sent to everybody already.
 */
const ECHO_MS = 200;

/**
 * Ctrl-C, or `kill`, while a search is under way: the first ends it with what it has, the second ends the process as if
 * nobody listened.
 */
export class Interruption {
  #asked = false;
  readonly #ask = (): void => void (this.#asked = true);

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.#ask);
  }

  /** Lets signals in: whoever searches lets nobody else have a turn. Gives whether one came. */
  async look(): Promise<boolean> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.#asked;
  }

  /** From here on a signal does what signals do. */
  async end(): Promise<void> {
    if (this.#asked) await new Promise((resolve) => setTimeout(resolve, ECHO_MS));
    for (const signal of SIGNALS) process.off(signal, this.#ask);
  }
}
