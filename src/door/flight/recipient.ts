import type { ServerResponse } from 'node:http';
import type { Timers } from '../../std/timers.ts';
import type { Call } from '../../engine/call.ts';
import { homeward, type Home } from './homeward.ts';
import { FAULT_PROBLEM, lateProblem, sendProblem, unanswerableProblem, upstreamProblem } from '../answers/problem.ts';
import type { TransportFailure } from './transport.ts';

/** Who an answer is for. What it says of itself comes back to the flight by {@link Listening}. */
export interface Recipient {
  /** Names in lower case and values in turn. */
  head(status: number, headers: readonly string[]): void;
  /** `false` asks for a pause until `drained`. */
  data(chunk: Buffer): boolean;
  ended(): void;
  /** There is no whole answer. */
  failed(failure: TransportFailure): void;
  /** Cut off, with nothing more to say. */
  destroy(): void;
}

/** What a recipient tells its flight. */
export interface Listening {
  readonly call: Call;
  /** It has gone and hears no more. */
  gone(): void;
  drained(): void;
}

/** How long an agent may not read its answer before it is cut off: it holds a connection that others need. */
export const STALLED_MS = 30_000;

/** The agent that asked, at the end of its own connection. */
export class AskingAgent implements Recipient {
  readonly #response: ServerResponse;
  readonly #flight: Listening;
  readonly #home: Home;
  readonly #timers: Timers;
  /** Calls off the end of an agent that does not read what it was sent. */
  #callOff: (() => void) | undefined;
  #started = false;

  /** @param home where it knows the upstream, which may send it on by an address of its own */
  constructor(response: ServerResponse, flight: Listening, home: Home, timers: Timers) {
    this.#response = response;
    this.#flight = flight;
    this.#home = home;
    this.#timers = timers;
    response.once('close', () => {
      this.#callOff?.();
      flight.gone();
    });
  }

  head(status: number, headers: readonly string[]): void {
    const response = this.#response;
    response.sendDate = false;
    response.writeHead(status, [...homeward(headers, this.#home), 'interlock-call', this.#flight.call.id]);
    // Most answers are whole in the turn their head came in, and leave as one write. A head that is all there is for now
    // (server-sent events) must not wait for the first byte of the body.
    queueMicrotask(() => {
      if (!this.#started && !response.writableEnded && !response.destroyed) response.flushHeaders();
    });
  }

  data(chunk: Buffer): boolean {
    this.#started = true;
    if (this.#response.write(chunk)) return true;
    if (this.#callOff !== undefined) return false;
    this.#callOff = this.#timers.after(STALLED_MS, () => this.#response.destroy());
    this.#response.once('drain', () => {
      this.#callOff?.();
      this.#callOff = undefined;
      this.#flight.drained();
    });
    return false;
  }

  ended(): void {
    this.#response.end();
  }

  failed(failure: TransportFailure): void {
    if (this.#response.destroyed) return;
    if (this.#response.headersSent) return this.destroy();
    if (failure.unanswerable !== undefined) {
      return sendProblem(this.#response, unanswerableProblem(this.#flight.call, failure.unanswerable));
    }
    if (failure.code === 'fault') return sendProblem(this.#response, FAULT_PROBLEM);
    if (failure.code === 'late') return sendProblem(this.#response, lateProblem(this.#flight.call));
    const status = failure.code === 'timeout' ? 504 : 502;
    sendProblem(this.#response, upstreamProblem(this.#flight.call, status, failure.sent !== 'no', TOLD[failure.code]));
  }

  destroy(): void {
    this.#response.destroy();
  }
}

/** What an agent is told of a failure: never an address, nor a library's words. */
const TOLD: Readonly<Record<TransportFailure['code'], string>> = {
  unanswerable: 'No honest answer can be made.',
  fault: 'The safety layer failed.',
  refused: 'No connection to the upstream could be made.',
  reset: 'The connection to the upstream broke.',
  timeout: 'The upstream did not answer in time.',
  invalid: 'The upstream gave an answer that no client should be shown.',
  aborted: 'The call was stopped.',
  late: 'The call was not sent: it could not be soon enough.',
};
