import type { ServerResponse } from 'node:http';
import type { Clock, Instant } from '../std/clock.ts';
import { isWrite, type Call } from '../engine/call.ts';
import type { Engine } from '../engine/engine.ts';
import { ANSWER_KEPT_BYTES } from '../journal/entry.ts';
import type { JournalPort } from './admit.ts';
import type { Flights, Severable } from './flights.ts';
import { sendProblem, upstreamProblem } from './problem.ts';
import { SecretWatch } from './secret-watch.ts';
import { effectivenessOf } from './settle.ts';
import type { Answer, Exchange, Outbound, Transport, TransportFailure } from './transport.ts';

/** What a flight touches. One object per door, shared by all flights. */
export interface Airspace {
  readonly engine: Engine;
  readonly journal: JournalPort;
  readonly flights: Flights;
  readonly clock: Clock;
}

/** How long an agent may not read its answer before it is cut off: it holds a connection that others need. */
const STALLED_MS = 30_000;

const KEPT_TYPES = /^(?:text\/|application\/(?:[\w.-]+\+)?json|application\/x-www-form-urlencoded)/;

/**
 * One admitted call on its way: sends it, streams the answer back, and settles it exactly once.
 *
 * INVARIANT: `#settle` runs once, whatever comes first of answer, failure, client gone and kill.
 */
export class Flight implements Answer, Severable {
  readonly #call: Call;
  readonly #response: ServerResponse;
  readonly #air: Airspace;
  readonly #watch: SecretWatch;
  #exchange: Exchange | undefined;
  #status: number | null = null;
  #contentType: string | null = null;
  #kept: Buffer[] | undefined;
  #keptBytes = 0;
  #bytes = 0;
  #settled = false;
  #severed = false;
  /** The agent has gone; the answer to a write is still awaited, to learn its outcome. */
  #unheard = false;
  /** The upstream echoed its key: the rest of this answer goes nowhere (I10). */
  #leaking = false;
  /** Runs while the agent does not read what it was sent. */
  #stalled: NodeJS.Timeout | undefined;

  constructor(call: Call, response: ServerResponse, secrets: readonly string[], air: Airspace) {
    this.#call = call;
    this.#response = response;
    this.#watch = new SecretWatch(secrets);
    this.#air = air;
    air.flights.add(call.agent, this);
    response.once('close', () => {
      clearTimeout(this.#stalled);
      this.#clientGone();
    });
  }

  get callId(): Call['id'] {
    return this.#call.id;
  }

  /** Sends, unless a kill came between admission and here: then nothing leaves and what was reserved is released. */
  send(outbound: Outbound, transport: Transport): void {
    if (this.#settled) return;
    if (this.#severed || this.#unheard) return this.#settle('not_sent', NOT_SENT);
    try {
      this.#exchange = transport.send(outbound, this);
    } catch (error) {
      this.failed({ code: 'invalid', detail: `the transport failed: ${String(error)}`, sent: 'perhaps' });
    }
  }

  /** The journal could not make the intent durable: nothing is sent (I1). */
  abandon(): void {
    this.#severed = true;
    this.#settled = true;
    this.#air.flights.remove(this.#call.agent, this);
    this.#response.destroy();
  }

  sever(): void {
    if (this.#settled || this.#severed) return;
    this.#severed = true;
    this.#response.destroy();
    this.#exchange?.abort();
  }

  head(status: number, headers: readonly string[]): void {
    this.#status = status;
    this.#contentType = headerOf(headers, 'content-type');
    if (this.#contentType !== null && KEPT_TYPES.test(this.#contentType)) this.#kept = [];
    if (this.#unheard || this.#severed) return;
    const response = this.#response;
    response.sendDate = false;
    response.writeHead(status, [...headers, 'interlock-call', this.#call.id]);
    // Most answers are whole in the turn their head came in, and leave as one write. A head that is all there is for now
    // (server-sent events) must not wait for the first byte of the body.
    queueMicrotask(() => {
      if (this.#bytes === 0 && !this.#settled) response.flushHeaders();
    });
  }

  data(chunk: Buffer): boolean {
    if (this.#leaking) return true;
    if (this.#watch.sees(chunk)) return this.#cut();
    this.#bytes += chunk.length;
    if (this.#kept !== undefined && this.#keptBytes < ANSWER_KEPT_BYTES) {
      const kept = chunk.subarray(0, ANSWER_KEPT_BYTES - this.#keptBytes);
      this.#kept.push(kept);
      this.#keptBytes += kept.length;
    }
    if (this.#unheard || this.#severed) return true;
    if (this.#response.write(chunk)) return true;
    if (this.#stalled !== undefined) return false;
    this.#stalled = setTimeout(() => this.#response.destroy(), STALLED_MS);
    this.#response.once('drain', () => {
      clearTimeout(this.#stalled);
      this.#stalled = undefined;
      this.#exchange?.resume();
    });
    return false;
  }

  #cut(): boolean {
    this.#leaking = true;
    this.#kept = undefined;
    this.#response.destroy();
    this.#exchange?.abort();
    return true;
  }

  ended(): void {
    this.#settle(null, null);
    this.#response.end();
  }

  failed(failure: TransportFailure): void {
    this.#settle(this.#whyFailed(failure), failure);
    if (this.#response.destroyed) return;
    if (this.#response.headersSent) this.#response.destroy();
    else {
      const status = failure.code === 'timeout' ? 504 : 502;
      sendProblem(this.#response, upstreamProblem(this.#call, status, failure.sent !== 'no', TOLD[failure.code]));
    }
  }

  #whyFailed({ code }: TransportFailure): string {
    if (this.#leaking) return 'leaked_credential';
    if (this.#severed) return 'killed';
    return this.#unheard ? 'client_gone' : code;
  }

  #clientGone(): void {
    if (this.#settled || this.#severed || this.#leaking) return;
    this.#unheard = true;
    if (isWrite(this.#call.effect)) this.#exchange?.resume();
    else this.#exchange?.abort();
  }

  #settle(failure: string | null, cause: TransportFailure | null): void {
    if (this.#settled) return;
    this.#settled = true;
    const { engine, journal, flights, clock } = this.#air;
    const at: Instant = clock.now();
    const effectiveness = effectivenessOf(this.#status, cause);
    flights.remove(this.#call.agent, this);
    try {
      journal.append({
        kind: 'outcome',
        at,
        call: this.#call.id,
        effectiveness,
        status: this.#status,
        failure,
        durationMs: at - this.#call.at,
        contentType: this.#contentType,
        answer: this.#kept === undefined ? null : textOf(this.#kept),
        answerBytes: this.#bytes,
      });
    } catch {
      // The journal takes no more: the call stays open, and so counted as spent, as it will after the restart (I3).
      return;
    }
    engine.apply({ kind: 'ended', call: this.#call.id, at, effectiveness });
  }
}

/** What an agent is told of a failure: never an address, nor a library's words. */
const TOLD: Readonly<Record<TransportFailure['code'], string>> = {
  refused: 'No connection to the upstream could be made.',
  reset: 'The connection to the upstream broke.',
  timeout: 'The upstream did not answer in time.',
  invalid: 'The upstream gave an answer that no client should be shown.',
  aborted: 'The call was stopped.',
};

const NOT_SENT: TransportFailure = { code: 'aborted', detail: 'stopped before it was sent', sent: 'no' };

function textOf(chunks: readonly Buffer[]): string {
  return chunks.length === 1 ? (chunks[0] as Buffer).toString() : Buffer.concat(chunks).toString();
}

function headerOf(headers: readonly string[], name: string): string | null {
  for (let index = 0; index < headers.length; index += 2) {
    if ((headers[index] as string).toLowerCase() === name) return headers[index + 1] as string;
  }
  return null;
}
