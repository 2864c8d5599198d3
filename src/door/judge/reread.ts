import type { ServerResponse } from 'node:http';
import type { Clock, Instant } from '../../std/clock.ts';
import type { PreconditionFact } from '../../engine/call.ts';
import type { Engine } from '../../engine/engine.ts';
import type { CallId } from '../../engine/ids.ts';
import type { Grant } from '../../journal/index.ts';
import { admit, type Bench } from './admit.ts';
import type { DoorParts } from '../door.ts';
import { Flight, type Airspace } from '../flight/flight.ts';
import type { RequestHeaders } from '../normal/headers.ts';
import { etagFor, factOf, judgedBy, needsRead, prepareRead } from './precondition-read.ts';
import type { Reading, RequestReader } from './reading.ts';
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

  isNeeded(write: Reading): boolean {
    return needsRead(write, this.#parts.engine);
  }

  /** Calls back once, with the write as it is to be judged now; never where the agent has gone or was cut off meanwhile. */
  read(waiting: Waiting, done: (write: Reading) => void): void {
    const { write, response } = waiting;
    const learned = (fact: PreconditionFact, etag: string | null = null): void => {
      if (!response.destroyed) done(judgedBy(write, fact, etag, this.#parts.clock.now()));
    };
    const { reader, callId, clock } = this.#parts;
    const identity = (): { id: CallId; at: Instant } => ({ id: callId(), at: clock.now() });
    const reading = prepareRead(write, waiting.headers, waiting.grant, reader, identity);
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
        const changed: Changed = (body, precondition) => this.#parts.recall.changed(call, body, precondition);
        const { etag } = flight.tap;
        learned(factOf(write, call.id, why, flight.tap.answer(), changed), etagFor(write, wire, etag));
      });
    const flight = new Flight({ call, route, secrets, whole: true, sealing: wire.sealing }, listen, this.#parts.air);
    const headers = [...sentHeaders(forward, wire), ...own];
    const outbound = { method: 'GET', target: basePath + wire.target, headers, body: null };
    flight.send(outbound, wayTo(transport, overlay, this.#parts.onFault));
  }
}

type Changed = Parameters<typeof factOf>[4];

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
