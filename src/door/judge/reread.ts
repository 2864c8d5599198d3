import type { ServerResponse } from 'node:http';
import { assert } from '../../std/assert.ts';
import type { Clock, Instant } from '../../std/clock.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import { withPrecondition, type Call, type PreconditionFact, type Truth } from '../../engine/call.ts';
import { isAdmitted } from '../../engine/decision.ts';
import type { Engine } from '../../engine/engine.ts';
import type { CallId, UpstreamId } from '../../engine/ids.ts';
import type { Answer } from '../../engine/policy.ts';
import type { Grant } from '../../journal/index.ts';
import { admit, type Bench } from './admit.ts';
import type { DoorParts } from '../door.ts';
import { Flight, type Airspace } from '../flight/flight.ts';
import type { RequestHeaders } from '../normal/headers.ts';
import { readTarget } from '../normal/target.ts';
import type { Head, Reading, RequestReader } from './reading.ts';
import type { Recall } from './recall.ts';
import { shaded } from './shaded.ts';
import { sentHeaders, wayTo } from '../flight/departures.ts';
import type { Shadow } from '../shadow.ts';
import type { Recipient } from '../flight/recipient.ts';
import type { TransportFailure } from '../flight/transport.ts';

export interface RereaderParts {
  readonly link: DoorParts['link'];
  readonly clock: Clock;
  readonly callId: () => CallId;
  readonly engine: Engine;
  readonly reader: RequestReader;
  readonly bench: Bench;
  readonly air: Airspace;
  readonly recall: Recall;
  readonly shadow: Shadow;
  readonly onFault: (error: unknown) => void;
}

/** A write that waits for its precondition, and who sent it. */
export interface Waiting {
  readonly write: Reading;
  readonly headers: RequestHeaders;
  readonly grant: Grant;
  readonly response: ServerResponse;
}

/** Headers that speak of the write's own body, state or repetition; the read is another request. */
const OF_THE_WRITE =
  /^(?:accept|range|prefer|if-.+|(?:x-)?idempotency-key|(?:x-)?http-method(?:-override)?|content-.+|expect|digest|repr-digest)$/;

/**
 * Reads what a write depends on, just before it is sent. The read is an ordinary call of the same agent: decided,
 * journalled (`before` names the write), counted and settled. What it saw becomes a fact of the write, which is then
 * judged anew, in full.
 *
 * What it cannot do: the upstream may still change between this read and the write. `If-Match` closes that gap where the
 * upstream knows it, and `once` where it does not.
 */
export class Rereader {
  readonly #parts: RereaderParts;

  constructor(parts: RereaderParts) {
    this.#parts = parts;
  }

  /** Whether nothing but its precondition could stand against this write: a read for any other would be for nothing. */
  isNeeded({ call }: Reading): boolean {
    if (call.particulars?.precondition?.kind !== 'unread') return false;
    return isAdmitted(this.#parts.engine.decide(withPrecondition(call, ASSUMED)).verdict);
  }

  /** Calls back once, with the write as it is to be judged now; never where the agent has gone or was cut off meanwhile. */
  read(waiting: Waiting, done: (write: Reading) => void): void {
    const { write, response } = waiting;
    const learned = (fact: PreconditionFact, etag: string | null = null): void => {
      if (!response.destroyed) done(judgedBy(write, fact, etag, this.#parts.clock.now()));
    };
    const reading = this.#prepare(waiting);
    if (!reading.ok) return learned({ kind: 'unreadable', why: reading.failure, read: null });

    const { upstream, forward } = reading.value;
    const { reading: asked, overlay } = shaded(reading.value, this.#parts.shadow);
    const { call, wire, route } = asked;
    const decision = admit(call, wire, this.#parts.bench);
    if (decision.verdict !== 'allow') {
      const why = `the read was refused: ${decision.decisive.reason}`;
      return learned({ kind: 'unreadable', why, read: call.id });
    }
    const { transport, headers: own, basePath, secrets } = this.#parts.link(upstream, wire.stage);
    const listen = (flight: Flight): Recipient =>
      new Overheard(response, flight, (why) => {
        learned(this.#fact(write, call, why, flight.tap.answer()), etagFor(write, wire, flight));
      });
    const flight = new Flight({ call, route, secrets, whole: true, sealing: wire.sealing }, listen, this.#parts.air);
    const headers = [...sentHeaders(forward, wire), ...own];
    const outbound = { method: 'GET', target: basePath + wire.target, headers, body: null };
    flight.send(outbound, wayTo(transport, overlay, this.#parts.onFault));
  }

  /** The read as a call of the agent's own; the failure says why there is none. */
  #prepare({ write, headers, grant }: Waiting): Result<Prepared, string> {
    const { precondition, upstream } = write.route ?? {};
    if (precondition === undefined || upstream === undefined) return fail('there is nothing to read');
    const raw = precondition.target(write.request);
    if (raw === null) return fail('the call lacks what the read is made of');
    const target = readTarget(raw);
    if (!target.ok) return fail(target.failure.detail);
    const { reader, callId, clock } = this.#parts;
    const head: Head = { method: 'GET', headers: ofTheRead(headers), target: target.value };
    const address = reader.address(head, upstream);
    if (!address.ok || address.value.route?.id !== precondition.route) {
      return fail(`what it would read is not ${precondition.route}`);
    }
    const reading = reader.read(head, address.value, NO_BODY, grant, () => ({ id: callId(), at: clock.now() }));
    if (!reading.ok) return fail(reading.failure.detail);
    const call = { ...reading.value.call, before: write.call.id };
    return ok({ ...reading.value, call, upstream, forward: head.headers.forward });
  }

  /** @param failure why there is no whole answer */
  #fact(write: Reading, read: Call, failure: string | undefined, answer: Answer | undefined): PreconditionFact {
    const { call, request, route } = write;
    const precondition = route?.precondition;
    const why = failure ?? unreadable(answer);
    if (why !== undefined || answer?.body === undefined || precondition === undefined) {
      return { kind: 'unreadable', why: why ?? NO_JSON, read: read.id };
    }
    const truth = truthOf(() => precondition.test(request, { agent: call.agent, task: call.task }, answer));
    const changed = truth === true ? [] : this.#parts.recall.changed(read, answer.body, precondition);
    return { kind: 'read', read: read.id, truth, changed };
  }
}

interface Prepared extends Reading {
  readonly upstream: UpstreamId;
  /** Names and values in turn. */
  readonly forward: readonly string[];
}

/** What is asked before the read: would it be let through, if all is as it must be? */
export const ASSUMED: PreconditionFact = { kind: 'read', read: '' as CallId, truth: true, changed: [] };
const NO_BODY = Buffer.alloc(0);
const NO_JSON = 'the answer is no JSON, or too long';

/** Hears the answer on behalf of a write that waits for it. The agent's going, or a kill, ends both. */
class Overheard implements Recipient {
  readonly #response: ServerResponse;
  readonly #gone: () => void;
  readonly #done: (why: string | undefined) => void;

  /** @param done called once at the end, with why there is no whole answer */
  constructor(response: ServerResponse, flight: Flight, done: (why: string | undefined) => void) {
    this.#response = response;
    this.#done = done;
    this.#gone = () => flight.gone();
    response.once('close', this.#gone);
  }

  head(): void {}

  data(): boolean {
    return true;
  }

  ended(): void {
    this.#finish(undefined);
  }

  failed({ code }: TransportFailure): void {
    this.#finish(`the read failed: ${code}`);
  }

  /** A kill, or the upstream echoed its key: whatever is known by now, nothing is sent any more. */
  destroy(): void {
    this.#response.destroy();
  }

  #finish(why: string | undefined): void {
    this.#response.off('close', this.#gone);
    this.#done(why);
  }
}

/** The write with what was learned, as it stands now. */
function judgedBy(write: Reading, fact: PreconditionFact, etag: string | null, at: Instant): Reading {
  const { call, wire } = write;
  const { particulars } = call;
  assert(particulars !== null, 'a write that waits for its precondition has particulars');
  const judged = { ...write, call: { ...call, at, particulars: { ...particulars, precondition: fact } } };
  if (etag === null || 'if-match' in wire.headers) return judged;
  return { ...judged, wire: { ...wire, headers: { ...wire.headers, 'if-match': etag } } };
}

/** A strong ETag, where read and write have one address: elsewhere it would speak of another resource (RFC 9110 §13.1.1). */
function etagFor(write: Reading, { target }: Reading['wire'], { tap }: Flight): string | null {
  const { etag } = tap;
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
