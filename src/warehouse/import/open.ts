import { fail, ok, type Result } from '../../std/result.ts';
import { CallLines } from './call-line.ts';
import { members, type Members } from './fields.ts';
import { HAR_BYTES_MAX, readHar } from './har.ts';
import { LINE_BYTES_MAX, linesOf, textOf } from './lines.ts';
import type { Reading } from './recording.ts';

export type Format = 'har' | 'ndjson';

/** A foreign file, recognised by what is in it, never by its name. */
export interface OpenedRecording {
  readonly format: Format;
  readonly readings: AsyncIterable<Reading> | Iterable<Reading>;
}

/**
 * Opens a HAR or a recording with one call a line, either of them gzipped or not.
 *
 * @param session makes everything one run; `undefined`: a HAR's pages, or the lines' `trace_id`
 */
export async function openRecording(
  file: string,
  session: string | undefined,
): Promise<Result<OpenedRecording, string>> {
  const first = await firstLine(file);
  if (first !== undefined && 'trace_id' in first) return ok({ format: 'ndjson', readings: callsIn(file, session) });
  const text = await textOf(file, HAR_BYTES_MAX);
  if (text === undefined) return fail(`it is larger than ${HAR_BYTES_MAX} bytes; export fewer pages at a time`);
  const entries = readHar(text, session);
  if (entries.ok) return ok({ format: 'har', readings: entries.value });
  return fail(`it is neither calls, one a line with a \`trace_id\`, nor a HAR: ${entries.failure}`);
}

/** The first line that is not empty, where it is a JSON object by itself. A HAR may be one line, too, with a `log`. */
async function firstLine(file: string): Promise<Members | undefined> {
  for await (const line of linesOf(file)) {
    if (line === 'too_long') return undefined;
    if (line.text.trim() === '') continue;
    try {
      return members(JSON.parse(line.text));
    } catch {
      return undefined;
    }
  }
  return undefined;
}

async function* callsIn(file: string, session: string | undefined): AsyncGenerator<Reading> {
  const lines = new CallLines();
  let number = 0;
  for await (const line of linesOf(file)) {
    number += 1;
    const place = `line ${number}`;
    if (line === 'too_long') {
      const why = `it is longer than ${LINE_BYTES_MAX} bytes`;
      yield { kind: 'unusable', place, reason: 'beyond_bounds', why };
    } else if (line.text.trim() !== '') yield within(lines.read(line.text, place), session);
  }
}

function within(reading: Reading, session: string | undefined): Reading {
  if (session === undefined || reading.kind !== 'exchange') return reading;
  return { kind: 'exchange', exchange: { ...reading.exchange, session } };
}
