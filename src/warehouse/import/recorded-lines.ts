import { members, numberAt, pairsAt, textAt, type Members } from './fields.ts';
import type { Instant } from '../../std/clock.ts';
import {
  durationOf,
  incomplete,
  isSession,
  lengthOf,
  malformed,
  type Exchange,
  type Flaw,
  type Reading,
  type RecordedAnswer,
} from './recording.ts';

/**
 * How many calls, and how much of them, wait for the answer of one before them: a stream may last an hour. Beyond it the oldest
 * goes on without, and its answer, where it still comes, is listed.
 */
export const AWAITED_MAX = 20_000;
export const AWAITED_BYTES_MAX = 256 * 1024 * 1024;

/** The form that this reads; see `src/door/recorder/lines.ts`. */
const FORM = 1;

interface Awaiting {
  readonly exchange: Exchange;
  readonly bytes: number;
  answer: RecordedAnswer | undefined;
  durationMs: number;
  answerBytes: number;
}

/**
 * Reads what `interlock record` wrote, line by line and file by file, and joins each call with its answer: in the order of the
 * calls. A call that never got one is an exchange whose outcome nobody knows.
 */
export class RecordedLines {
  /** By id, in the order of the calls. */
  readonly #awaiting = new Map<string, Awaiting>();
  #bytes = 0;
  #lastAt: Instant = 0;

  /** What is certain once this line is read. */
  read(text: string, place: string): readonly Reading[] {
    const line = parsed(text);
    const unusable = (flaw: Flaw): readonly Reading[] => [{ kind: 'unusable', place, ...flaw }];
    if (line === undefined) return unusable(malformed('it is not a JSON object, or a torn one'));
    if ('interlock_recording' in line) return line['interlock_recording'] === FORM ? NONE : unusable(OTHER_FORM);
    if ('ended' in line) return NONE;
    if ('gap' in line) return unusable(incomplete(gapWords(members(line['gap']))));
    if ('refused' in line) return unusable({ reason: 'refused', why: refusalWords(members(line['refused'])) });
    if ('answer_to' in line) {
      const flaw = this.#answer(line, text.length);
      return flaw === undefined ? this.#ready() : unusable(flaw);
    }
    const flaw = this.#call(line, place, text.length);
    return flaw === undefined ? this.#ready() : unusable(flaw);
  }

  /** Everything that still waits: no answer will come. */
  end(): readonly Reading[] {
    const rest = [...this.#awaiting.values()].map(readingOf);
    this.#awaiting.clear();
    return rest;
  }

  #call(line: Members, place: string, bytes: number): Flaw | undefined {
    const id = textAt(line, 'id');
    const session = textAt(line, 'trace_id');
    const at = line['at'];
    if (id === undefined || session === undefined || !isSession(session))
      return malformed('it has no `id` or `trace_id`');
    if (this.#awaiting.has(id)) return { reason: 'repeated', why: `its id ${id} is that of a call before it` };
    if (typeof at !== 'number' || !Number.isSafeInteger(at) || at < 0) return malformed('its `at` is no time');
    if (at < this.#lastAt) return malformed('its `at` is earlier than that of a call before it');
    const http = members(line['http']);
    const method = textAt(http, 'method');
    const address = textAt(http, 'path');
    const headers = pairsAt(http, 'headers');
    if (http === undefined || method === undefined || address === undefined || headers === undefined)
      return malformed('its `http` has no method, path or headers');
    if (!/^https?:\/\//.test(address)) return malformed('its `http.path` is no whole address');
    const body = textAt(http, 'body');
    if (body === undefined && 'body_bytes' in http) {
      return incomplete(
        `its body of ${numberAt(http, 'body_bytes') ?? 'some'} bytes was no text, or longer than any call's`,
      );
    }
    const request = { method, address, headers, body: Buffer.from(body ?? '') };
    this.#lastAt = at;
    this.#bytes += bytes;
    const exchange = { place, at, durationMs: 0, session, request, answer: UNANSWERED };
    this.#awaiting.set(id, { exchange, bytes, answer: undefined, durationMs: 0, answerBytes: 0 });
    return undefined;
  }

  #answer(line: Members, bytes: number): Flaw | undefined {
    const one = this.#awaiting.get(textAt(line, 'answer_to') ?? '');
    if (one === undefined)
      return incomplete('its call stands too far before it, was not usable, or is in a file before these');
    if (one.answer !== undefined)
      return { reason: 'repeated', why: `the call of ${one.exchange.place} has an answer already` };
    const listed = pairsAt(line, 'headers');
    const status = line['status'];
    const isStatus = typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599;
    if (listed === undefined || (status !== null && !isStatus))
      return malformed('its status or headers are not as recorded');
    const text = textAt(line, 'text') ?? null;
    one.answer = {
      status: isStatus ? status : null,
      failure: textAt(line, 'failure'),
      headers: listed,
      contentType: null,
      text,
      whole: line['whole'] === true && text !== null,
      bytes: lengthOf(numberAt(line, 'bytes'), text === null ? 0 : Buffer.byteLength(text)),
    };
    one.durationMs = durationOf(numberAt(line, 'duration_ms'));
    one.answerBytes = bytes;
    this.#bytes += bytes;
    return undefined;
  }

  /** Those at the front that are whole, or can wait no longer. */
  #ready(): readonly Reading[] {
    const ready: Reading[] = [];
    for (const [id, one] of this.#awaiting) {
      const mayWait = this.#awaiting.size <= AWAITED_MAX && this.#bytes <= AWAITED_BYTES_MAX;
      if (one.answer === undefined && mayWait) break;
      this.#awaiting.delete(id);
      this.#bytes -= one.bytes + one.answerBytes;
      ready.push(readingOf(one));
    }
    return ready;
  }
}

const NONE: readonly Reading[] = [];
const UNANSWERED: RecordedAnswer = {
  status: null,
  failure: 'not_recorded',
  headers: [],
  contentType: null,
  text: null,
  whole: false,
  bytes: 0,
};
const OTHER_FORM = malformed(`it begins a recording of another form than ${FORM}; use the version that wrote it`);

function readingOf({ exchange, answer, durationMs }: Awaiting): Reading {
  return { kind: 'exchange', exchange: answer === undefined ? exchange : { ...exchange, answer, durationMs } };
}

function gapWords(gap: Members | undefined): string {
  return `${numberAt(gap, 'lines') ?? 'some'} lines are missing here, for the disk did not take them (${textAt(gap, 'why') ?? 'unknown'})`;
}

function refusalWords(refused: Members | undefined): string {
  const more = numberAt(refused, 'unwritten');
  const others = more === undefined ? '' : ` (${more} more before it were not written down)`;
  return `the recorder sent it nowhere: ${textAt(refused, 'detail') ?? 'it could not be read'}${others}`;
}

function parsed(text: string): Members | undefined {
  try {
    return members(JSON.parse(text));
  } catch {
    return undefined;
  }
}
