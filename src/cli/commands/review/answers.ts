import { createInterface } from 'node:readline';
import { createInterface as createPrompt } from 'node:readline/promises';
import type { ReadStream, WriteStream } from 'node:tty';

/** What a person at a terminal, or a program at a pipe, answers. `undefined`: nothing more comes. */
export interface Answers {
  /** One letter: a key, or the first of a line. */
  key(prompt: string): Promise<string | undefined>;
  line(prompt: string): Promise<string | undefined>;
  /** Begins a new screen, where there is one. */
  clear(): void;
  close(): void;
}

/** Reads keys as they are pressed where both ends are a terminal; else lines. */
export function answersFrom(input: ReadStream, output: WriteStream): Answers {
  return input.isTTY && output.isTTY ? fromTerminal(input, output) : fromLines(input, output);
}

const CLEAR = '\u001B[2J\u001B[H';

function fromTerminal(input: ReadStream, output: WriteStream): Answers {
  return {
    key: async (prompt) => {
      output.write(prompt);
      const key = await pressed(input);
      output.write('\n');
      return key;
    },
    line: async (prompt) => {
      const ask = createPrompt({ input, output });
      // Ctrl-C or Ctrl-D at the prompt is the end, not an answer.
      const ended = new Promise<undefined>((resolve) => ask.once('close', () => resolve(undefined)));
      const said = await Promise.race([ask.question(prompt).catch(() => undefined), ended]);
      ask.close();
      return said;
    },
    clear: () => void output.write(CLEAR),
    close: () => input.pause(),
  };
}

/** The terminal is raw for this one key alone, whatever happens meanwhile. */
async function pressed(input: ReadStream): Promise<string | undefined> {
  input.setRawMode(true);
  try {
    return await new Promise<string | undefined>((resolve) => {
      const done = (key: string | undefined): void => {
        input.off('data', onData);
        input.off('end', onEnd);
        input.pause();
        resolve(key);
      };
      const onData = (bytes: Buffer): void => done(bytes.toString().slice(0, 1));
      const onEnd = (): void => done(undefined);
      input.on('data', onData);
      input.on('end', onEnd);
      input.resume();
    });
  } finally {
    input.setRawMode(false);
  }
}

/** `s looks right`: the letter, and what comes behind it is the reason; a letter alone is asked why, on the next line. */
function fromLines(input: ReadStream, output: WriteStream): Answers {
  const reader = createInterface({ input, crlfDelay: Infinity });
  const lines = reader[Symbol.asyncIterator]();
  let rest: string | undefined;
  const next = async (): Promise<string | undefined> => {
    const one = await lines.next();
    return one.done === true ? undefined : one.value;
  };
  return {
    key: async (prompt) => {
      output.write(prompt);
      const said = await next();
      const match = said === undefined ? null : /^\s*(\S)\w*\s*(.*)$/u.exec(said);
      if (said !== undefined) output.write('\n');
      rest = match?.[2] === '' ? undefined : match?.[2];
      return said === undefined ? undefined : (match?.[1] ?? '');
    },
    line: async (prompt) => {
      const said = rest;
      rest = undefined;
      if (said !== undefined) return said;
      output.write(prompt);
      const line = await next();
      if (line !== undefined) output.write('\n');
      return line;
    },
    clear: () => undefined,
    close: () => reader.close(),
  };
}
