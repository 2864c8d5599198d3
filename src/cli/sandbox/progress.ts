import type { WriteStream } from 'node:tty';
import type { ScenarioResult } from '../../lab/sandbox/result.ts';
import type { SandboxStep } from '../../lab/sandbox/sandbox.ts';

const STEPS: Readonly<Record<SandboxStep, string>> = {
  unguarded: 'without the door …',
  guarded: 'through the door …',
  checked: 'measured',
};

/** Some terminals do not tell how wide they are, or say 0. */
const COLUMNS_UNKNOWN = 80;

/** One line per scenario: rewritten as it goes on a terminal, written once at its end elsewhere. */
export class Progress {
  readonly #out: WriteStream;
  readonly #width: number;

  /** `names`: all scenarios that will run, to line their results up. */
  constructor(out: WriteStream, names: readonly string[]) {
    this.#out = out;
    this.#width = Math.max(...names.map(({ length }) => length));
  }

  step(name: string, step: SandboxStep): void {
    if (this.#out.isTTY) this.#rewrite(`${this.#padded(name)}  ${STEPS[step]}`);
  }

  done({ name, held, about, unguarded, guarded, remarks }: ScenarioResult): void {
    const seconds = ((unguarded.durationMs + guarded.durationMs) / 1_000).toFixed(1);
    const line = `${this.#padded(name)}  ${held ? (about === 'unjudged' ? 'promises held, harm not judged' : 'held') : 'NOT HELD'}  ${seconds} s`;
    if (this.#out.isTTY) this.#rewrite(`${line}\n`);
    else this.#out.write(`${line}\n`);
    for (const remark of remarks) this.#out.write(`  ${remark}\n`);
  }

  #padded(name: string): string {
    return name.padEnd(this.#width);
  }

  /** Cuts the line to the terminal's width: a wrapped line could not be rewritten. */
  #rewrite(line: string): void {
    this.#out.cursorTo(0);
    this.#out.clearLine(0);
    this.#out.write(line.endsWith('\n') ? line : line.slice(0, (this.#out.columns || COLUMNS_UNKNOWN) - 1));
  }
}
