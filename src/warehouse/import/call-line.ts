import { instantOf, members, numberAt, pairsAt, textAt, type Members } from './fields.ts';
import type { Instant } from '../../std/clock.ts';
import {
  durationOf,
  isSession,
  malformed,
  type Reading,
  type RecordedAnswer,
  type RecordedRequest,
} from './recording.ts';

/** When a recording without times begins. */
export const UNTIMED_START: Instant = Date.UTC(2000, 0, 1);
const BETWEEN_CALLS_MS = 1_000;
const BETWEEN_TRACES_MS = 3_600_000;

/** Methods whose arguments travel in the query. */
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'DELETE']);
/** What `executed` means where the line has no status: the API did it, or refused it. */
const EXECUTED = 200;
const REFUSED = 422;
/** How an excerpt ends that is not the whole answer. */
const CUT = '…';

/**
 * Reads the lines of a recording in our own form, one call a line:
 *
 *     {"trace_id":"run 7","http":{"method":"POST","path":"/orders/W1/cancel"},"args":{"order_id":"#W1","reason":"…"},
 *      "at":"2026-03-01T09:00:00Z","status":200,"result_excerpt":"{…}"}
 *
 * - `trace_id`: the session. `http.method` `-`: no call was made.
 * - `args`: go into the query of GET, HEAD and DELETE, else into a JSON body; an argument that the path already holds as a
 *   segment (`#W1` as `W1`) is not sent twice. Or `http.body`, a text sent as it stands, with `http.headers`.
 * - `at`: ISO 8601 or milliseconds, never earlier than the line before. A recording without times gets a second per call
 *   and an hour between traces. `duration_ms`: 0 where absent.
 * - `status`, or `executed` (true: 200, false: 422); with neither, nobody knows whether the call took effect.
 * - `result_excerpt`: the answer's text, or its beginning where it ends in `…`.
 */
export class CallLines {
  readonly #agentFrom: string | undefined;
  #last: { readonly at: Instant; readonly session: string; readonly timed: boolean } | undefined;

  /** @param agentFrom the member of each line that names its agent */
  constructor(agentFrom?: string) {
    this.#agentFrom = agentFrom;
  }

  read(line: string, place: string): Reading {
    const unusable = (why: string): Reading => ({ kind: 'unusable', place, ...malformed(why) });
    const record = parsed(line);
    if (record === undefined) return unusable('it is not a JSON object');
    const session = textAt(record, 'trace_id');
    if (session === undefined || !isSession(session)) return unusable('its `trace_id` is missing or too long');
    const http = members(record['http']);
    const method = textAt(http, 'method');
    const path = textAt(http, 'path');
    if (method === undefined || path === undefined) return unusable('its `http` has no method or no path');
    if (method === '-') return { kind: 'no_call' };
    if (!path.startsWith('/') && !/^https?:\/\//.test(path)) return unusable('its `http.path` is no path');
    const agent = this.#agentFrom === undefined ? undefined : textAt(record, this.#agentFrom);
    if (this.#agentFrom !== undefined && agent === undefined)
      return unusable(`it has no \`${this.#agentFrom}\`, which names its agent`);
    const request = requestOf(record, http as Members, method, path);
    if (typeof request === 'string') return unusable(request);
    const at = this.#instant(record, session);
    if (typeof at === 'string') return unusable(at);
    this.#last = { at, session, timed: record['at'] !== undefined };
    const durationMs = durationOf(numberAt(record, 'duration_ms'));
    return { kind: 'exchange', exchange: { place, at, durationMs, session, agent, request, answer: answerOf(record) } };
  }

  #instant(record: Members, session: string): Instant | string {
    const last = this.#last;
    const given = record['at'];
    if (given === undefined) {
      if (last === undefined) return UNTIMED_START;
      if (last.timed) return 'it has no `at`, and the lines before have';
      return last.at + (last.session === session ? BETWEEN_CALLS_MS : BETWEEN_TRACES_MS);
    }
    const at = typeof given === 'string' ? instantOf(given) : given;
    if (typeof at !== 'number' || !Number.isSafeInteger(at) || at < 0)
      return 'its `at` is neither ISO 8601 nor milliseconds';
    if (last !== undefined && !last.timed) return 'it has an `at`, and the lines before have none';
    return last !== undefined && at < last.at ? 'its `at` is earlier than that of the line before' : at;
  }
}

function parsed(line: string): Members | undefined {
  try {
    return members(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function requestOf(record: Members, http: Members, method: string, path: string): RecordedRequest | string {
  const listed = http['headers'] === undefined ? [] : pairsAt(http, 'headers');
  if (listed === undefined) return 'its `http.headers` are not a list of names and values';
  const host = /^https?:\/\/([^/?#]+)/.exec(path)?.[1] ?? 'recorded';
  const headers = listed.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'host')
    ? listed
    : ['host', host, ...listed];
  const text = textAt(http, 'body');
  const args = record['args'] === undefined ? {} : members(record['args']);
  if (args === undefined) return 'its `args` are not an object';
  if (text !== undefined) return { method, address: path, headers, body: Buffer.from(text) };
  const held = segmentsOf(path);
  const rest = Object.entries(args).filter(([, value]) => !(typeof value === 'string' && held.has(bare(value))));
  if (!WITHOUT_BODY.has(method)) {
    const body = Buffer.from(JSON.stringify(Object.fromEntries(rest)));
    return { method, address: path, headers: [...headers, 'content-type', 'application/json'], body };
  }
  const query = new URLSearchParams();
  for (const [name, value] of rest) {
    const text = scalar(value);
    if (text === undefined) return `its argument \`${name}\` fits in no query`;
    query.append(name, text);
  }
  const address = query.size === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${query.toString()}`;
  return { method, address, headers, body: Buffer.alloc(0) };
}

/** A JSON scalar as a query has it. */
function scalar(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function segmentsOf(path: string): ReadonlySet<string> {
  const [plain = ''] = path.split('?', 1);
  return new Set(plain.split('/').flatMap((segment) => (segment === '' ? [] : [decoded(segment)])));
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

const bare = (value: string): string => (value.startsWith('#') ? value.slice(1) : value);

function answerOf(record: Members): RecordedAnswer {
  const executed = record['executed'];
  const status = numberAt(record, 'status') ?? (executed === true ? EXECUTED : executed === false ? REFUSED : null);
  const text = textAt(record, 'result_excerpt') ?? null;
  const json = text !== null && /^\s*[[{]/.test(text);
  return {
    status,
    headers: [],
    contentType: text === null ? null : json ? 'application/json' : 'text/plain',
    text,
    whole: text?.endsWith(CUT) === false,
    bytes: text === null ? 0 : Buffer.byteLength(text),
  };
}
