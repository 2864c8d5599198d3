import { pino } from 'pino';
import { allowed, type Fields } from './fields.ts';
import { told } from './fault.ts';
import { readable } from './text.ts';

export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type Level = (typeof LEVELS)[number];
export const FORMATS = ['json', 'text'] as const;
export type Format = (typeof FORMATS)[number];

/**
 * The log of a running door, for its operators. A line is words of our own and the fields of {@link Fields}; texts are made
 * of what the policy and the command line say, never of what an agent or an upstream sent.
 */
export interface Logger {
  line(level: Level, words: string, fields?: Fields): void;
  /** Something that should not have happened: its class, its code and where, and its words where they are ours. */
  fault(error: unknown, what?: string): void;
  /** Whether a line of this level would be written: what costs something is only asked for then. */
  writes(level: Level): boolean;
}

export interface LoggerOptions {
  readonly level: Level;
  readonly format: Format;
  /** Takes a line with its end; must not wait for anybody. */
  readonly write: (line: string) => void;
}

export function openLogger({ level, format, write }: LoggerOptions): Logger {
  const lines = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: allowed },
    },
    { write: format === 'json' ? write : (line) => write(readable(line)) },
  );
  const line: Logger['line'] = (at, words, fields = NO_FIELDS) => lines[at](fields, words);
  return {
    line,
    fault: (error, what) => {
      const { words, fields } = told(error);
      line('warn', what === undefined ? words : `${what}: ${words}`, fields);
    },
    writes: (at) => lines.isLevelEnabled(at),
  };
}

const NO_FIELDS: Fields = Object.freeze({});
