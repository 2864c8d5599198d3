import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fail, ok, type Result } from '../../std/result.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { CallLines } from './call-line.ts';
import { members, type Members } from './fields.ts';
import { HAR_BYTES_MAX, readHar } from './har.ts';
import { LINE_BYTES_MAX, linesOf, textOf } from './lines.ts';
import { RecordedLines } from './recorded-lines.ts';
import { OtlpSpans } from './otlp/spans.ts';
import { malformed, type Reading } from './recording.ts';

export type Format = 'har' | 'ndjson' | 'otlp' | 'recording';

/** Where a document of spans names what it is: behind white space at most, and a byte order mark. */
const OTLP_BEGINNING = 4_096;

/** A foreign file, recognised by what is in it, never by its name. */
export interface OpenedRecording {
  readonly format: Format;
  readonly readings: AsyncIterable<Reading> | Iterable<Reading>;
}

export interface OpenOptions {
  /** Makes everything one run; `undefined`: a HAR's pages, or the lines' `trace_id`. */
  readonly session: string | undefined;
  /**
   * What names a call's agent: the field of a line, the attribute of a span, the request header of a HAR's entry or a recording's
   * call. `undefined`: nobody asked whose they are.
   */
  readonly agentFrom: string | undefined;
  /** Which routes there are: tools of spans are told apart by them. */
  readonly policy: LoadedPolicy;
}

/**
 * Opens a HAR, spans in OTLP JSON (a document, or one a line), calls one a line, or a recording of `interlock record` (its
 * directory, or a file of it), gzipped or not.
 */
export async function openRecording(
  file: string,
  { session, agentFrom, policy }: OpenOptions,
): Promise<Result<OpenedRecording, string>> {
  if ((await stat(file)).isDirectory()) {
    const files = (await readdir(file)).filter((name) => /\.ndjson(?:\.gz)?$/.test(name)).toSorted();
    if (files.length === 0) return fail('there is no recording (`*.ndjson`) in it');
    return ok({
      format: 'recording',
      readings: recordedIn(
        files.map((name) => path.join(file, name)),
        { session, agentFrom },
      ),
    });
  }
  const first = await firstLine(file);
  if (first !== undefined && 'interlock_recording' in first) {
    return ok({ format: 'recording', readings: recordedIn([file], { session, agentFrom }, true) });
  }
  if (first !== undefined && 'trace_id' in first)
    return ok({ format: 'ndjson', readings: callsIn(file, session, agentFrom) });
  if (first !== undefined && 'resourceSpans' in first) {
    const spans = new OtlpSpans({ policy, agentFrom });
    return ok({ format: 'otlp', readings: spansIn(file, spans, session) });
  }
  const text = await textOf(file, HAR_BYTES_MAX);
  if (text === undefined) return fail(`it is larger than ${HAR_BYTES_MAX} bytes; export fewer pages at a time`);
  const spans = new OtlpSpans({ policy, agentFrom });
  if (/"resourceSpans"/.test(text.slice(0, OTLP_BEGINNING)) && spans.add(parsed(text.replace(/^\ufeff/, '')), '')) {
    return ok({ format: 'otlp', readings: spans.readings().map((reading) => within(reading, session)) });
  }
  const entries = readHar(text, session);
  if (entries.ok) return ok({ format: 'har', readings: entries.value.map((one) => byHeader(one, agentFrom)) });
  return fail(`it is neither calls, one a line with a \`trace_id\`, nor OTLP JSON, nor a HAR: ${entries.failure}`);
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

async function* callsIn(
  file: string,
  session: string | undefined,
  agentFrom: string | undefined,
): AsyncGenerator<Reading> {
  const lines = new CallLines(agentFrom);
  for await (const { text, place } of numbered(file)) {
    if (text === undefined) yield tooLong(place);
    else yield within(lines.read(text, place), session);
  }
}

/** One `ExportTraceServiceRequest` a line, as file exporters write them. */
async function* spansIn(file: string, spans: OtlpSpans, session: string | undefined): AsyncGenerator<Reading> {
  for await (const { text, place } of numbered(file)) {
    if (text === undefined) yield tooLong(place);
    else if (!spans.add(parsed(text), place)) {
      yield { kind: 'unusable', place, ...malformed('it is no JSON object with `resourceSpans`, or a torn one') };
    }
  }
  for (const reading of spans.readings()) yield within(reading, session);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param isNamed whoever asked named the one file itself, so that places in it need no name */
async function* recordedIn(
  files: readonly string[],
  { session, agentFrom }: Pick<OpenOptions, 'session' | 'agentFrom'>,
  isNamed = false,
): AsyncGenerator<Reading> {
  const lines = new RecordedLines();
  for (const file of files) {
    const where = isNamed ? '' : `${path.basename(file)} `;
    for await (const { text, place } of numbered(file)) {
      if (text === undefined) yield tooLong(where + place);
      else for (const reading of lines.read(text, where + place)) yield within(byHeader(reading, agentFrom), session);
    }
  }
  for (const reading of lines.end()) yield within(byHeader(reading, agentFrom), session);
}

/** The lines that are not empty, by their places; without their text where they are longer than any call. */
async function* numbered(file: string): AsyncGenerator<{ readonly text: string | undefined; readonly place: string }> {
  let number = 0;
  for await (const line of linesOf(file)) {
    number += 1;
    const place = `line ${number}`;
    if (line === 'too_long') yield { text: undefined, place };
    else if (line.text.trim() !== '') yield { text: line.text, place };
  }
}

function tooLong(place: string): Reading {
  return { kind: 'unusable', place, reason: 'beyond_bounds', why: `it is longer than ${LINE_BYTES_MAX} bytes` };
}

/** With the agent that a header of its request names. */
function byHeader(reading: Reading, name: string | undefined): Reading {
  if (name === undefined || reading.kind !== 'exchange') return reading;
  const { headers } = reading.exchange.request;
  const at = headers.findIndex((each, index) => index % 2 === 0 && each.toLowerCase() === name.toLowerCase());
  const agent = at === -1 ? undefined : headers[at + 1];
  if (agent !== undefined) return { kind: 'exchange', exchange: { ...reading.exchange, agent } };
  const { place } = reading.exchange;
  return { kind: 'unusable', place, ...malformed(`its request has no header \`${name}\`, which names its agent`) };
}

function within(reading: Reading, session: string | undefined): Reading {
  if (session === undefined || reading.kind !== 'exchange') return reading;
  return { kind: 'exchange', exchange: { ...reading.exchange, session } };
}
