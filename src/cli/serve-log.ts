import { FORMATS, LEVELS, openLogger, type Format, type Level, type Logger } from '../control/log/logger.ts';
import { LineWriter } from '../control/log/stderr.ts';
import type { Family } from '../control/metrics/family.ts';

export const logOptions = {
  log: {
    choices: FORMATS,
    describe: 'How the log reads on stderr; default: text on a terminal, else a JSON object a line',
  },
  'log-level': {
    choices: LEVELS,
    default: 'info' as Level,
    describe: 'The least that is logged; `debug` has a line for every call',
  },
} as const;

export interface LogArguments {
  readonly log?: Format;
  readonly logLevel: Level;
}

export interface ServeLog extends Logger {
  /** Resolves when everything is out, or after so long. */
  flush(withinMs: number): Promise<void>;
  /** Lines that nobody took in time. */
  readonly dropped: () => number;
}

/** The log of this process, on its stderr. What nobody catches is told there as everything else is, and ends the process. */
export function openServeLog({ log, logLevel }: LogArguments, process: NodeJS.Process): ServeLog {
  const writer = new LineWriter(process.stderr.fd);
  const format = log ?? (process.stderr.isTTY ? 'text' : 'json');
  const logger = openLogger({ level: logLevel, format, write: (line) => writer.write(line) });
  process.on('uncaughtException', (error) => {
    logger.fault(error, 'The door ends, for something nobody foresaw');
    writer.flushNow();
    // As Node would have, had nobody caught it; what the log leaves out stays with whoever asked for reports.
    if (process.report.reportOnUncaughtException) process.report.writeReport(error);
    process.exit(EXIT_UNFORESEEN);
  });
  return { ...logger, flush: (withinMs) => writer.flush(withinMs), dropped: () => writer.dropped };
}

/** How much of the log nobody took, as a metric. */
export function logFamily({ dropped }: ServeLog): Family {
  const help = 'Lines of the log that were dropped: nobody read stderr in time';
  return { kind: 'counter', name: 'interlock_log_lines_dropped', help, samples: [{ labels: {}, value: dropped() }] };
}

/** As Node ends where nobody catches. */
const EXIT_UNFORESEEN = 1;
