import { assert } from '../../std/assert.ts';
import type { Json } from '../../std/canonical-json.ts';
import type { Instant } from '../../std/clock.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import { withPrecondition, type PreconditionFact, type Truth } from '../../engine/call.ts';
import { isAdmitted } from '../../engine/decision.ts';
import type { Engine } from '../../engine/engine.ts';
import type { CallId, UpstreamId } from '../../engine/ids.ts';
import type { Answer, Precondition } from '../../engine/policy.ts';
import type { Grant } from '../../journal/index.ts';
import type { RequestHeaders } from '../normal/headers.ts';
import { readTarget } from '../normal/target.ts';
import type { Head, Reading, RequestReader } from './reading.ts';

/** What the read before a write is, and what the write learns from it. Pure: the door and the probe make the same of both. */

/** The read that a precondition asks for, as a call of the agent's own. */
export interface PreparedRead extends Reading {
  readonly upstream: UpstreamId;
  /** Names and values in turn. */
  readonly forward: readonly string[];
}

/** Would the write be let through, if all is as it must be? */
export const ASSUMED: PreconditionFact = { kind: 'read', read: '' as CallId, truth: true, changed: [] };
const NO_BODY = Buffer.alloc(0);
const NO_JSON = 'the answer is no JSON, or too long';

/** Headers that speak of the write's own body, state or repetition; the read is another request. */
const OF_THE_WRITE =
  /^(?:accept|range|prefer|if-.+|(?:x-)?idempotency-key|(?:x-)?http-method(?:-override)?|content-.+|expect|digest|repr-digest)$/;

/** Whether nothing but its precondition could stand against this write: a read for any other would be for nothing. */
export function needsRead({ call }: Reading, engine: Engine): boolean {
  if (call.particulars?.precondition?.kind !== 'unread') return false;
  return isAdmitted(engine.decide(withPrecondition(call, ASSUMED)).verdict);
}

/** The failure says why there is nothing to read. */
export function prepareRead(
  write: Reading,
  headers: RequestHeaders,
  grant: Grant,
  reader: RequestReader,
  identity: () => { readonly id: CallId; readonly at: Instant },
): Result<PreparedRead, string> {
  const { precondition, upstream } = write.route ?? {};
  if (precondition === undefined || upstream === undefined) return fail('there is nothing to read');
  const raw = precondition.target(write.request);
  if (raw === null) return fail('the call lacks what the read is made of');
  const target = readTarget(raw);
  if (!target.ok) return fail(target.failure.detail);
  const head: Head = { method: 'GET', headers: ofTheRead(headers), target: target.value };
  const address = reader.address(head, upstream);
  if (!address.ok || address.value.route?.id !== precondition.route) {
    return fail(`what it would read is not ${precondition.route}`);
  }
  const reading = reader.read(head, address.value, NO_BODY, grant, identity);
  if (!reading.ok) return fail(reading.failure.detail);
  const call = { ...reading.value.call, before: write.call.id };
  return ok({ ...reading.value, call, upstream, forward: head.headers.forward });
}

/**
 * What a write knows by the answer to its read.
 *
 * @param failure why there is no whole answer
 * @param changed what differs from what the session was told, asked only where the condition does not hold
 */
export function factOf(
  { call, request, route }: Reading,
  read: CallId,
  failure: string | undefined,
  answer: Answer | undefined,
  changed: (body: Json, precondition: Precondition) => readonly string[],
): PreconditionFact {
  const precondition = route?.precondition;
  const why = failure ?? unreadable(answer);
  if (why !== undefined || answer?.body === undefined || precondition === undefined) {
    return { kind: 'unreadable', why: why ?? NO_JSON, read };
  }
  const truth = truthOf(() => precondition.test(request, { agent: call.agent, task: call.task }, answer));
  return { kind: 'read', read, truth, changed: truth === true ? [] : changed(answer.body, precondition) };
}

/** The write with what was learned, as it stands now. */
export function judgedBy(write: Reading, fact: PreconditionFact, etag: string | null, at: Instant): Reading {
  const { call, wire } = write;
  const { particulars } = call;
  assert(particulars !== null, 'a write that waits for its precondition has particulars');
  const judged = { ...write, call: { ...call, at, particulars: { ...particulars, precondition: fact } } };
  if (etag === null || 'if-match' in wire.headers) return judged;
  return { ...judged, wire: { ...wire, headers: { ...wire.headers, 'if-match': etag } } };
}

/** A strong ETag, where read and write have one address: elsewhere it would speak of another resource (RFC 9110 §13.1.1). */
export function etagFor(write: Reading, { target }: Reading['wire'], etag: string | null): string | null {
  return etag?.startsWith('"') === true && write.wire.target === target ? etag : null;
}

function unreadable(answer: Answer | undefined): string | undefined {
  if (answer === undefined) return NO_JSON;
  if (answer.status < 200 || answer.status > 299) return `the read was answered ${answer.status}`;
  return answer.body === undefined ? NO_JSON : undefined;
}

function truthOf(test: () => unknown): Truth {
  try {
    const truth = test();
    return typeof truth === 'boolean' ? truth : 'error';
  } catch {
    return 'error';
  }
}

/** The write's headers, as far as they say who asks and for what account, and not what is written. */
function ofTheRead(headers: RequestHeaders): RequestHeaders {
  const judged: Record<string, string> = Object.create(null) as Record<string, string>;
  const forward: string[] = [];
  const keep = (name: string, value: string): void => {
    judged[name] = value;
    forward.push(name, value);
  };
  for (let index = 0; index < headers.forward.length; index += 2) {
    const name = headers.forward[index] as string;
    if (!OF_THE_WRITE.test(name)) keep(name, headers.forward[index + 1] as string);
  }
  keep('accept', 'application/json');
  return { ...headers, judged, forward, contentType: undefined, contentLength: undefined, chunked: false };
}
