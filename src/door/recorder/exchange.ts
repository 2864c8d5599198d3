import type { ServerResponse } from 'node:http';
import type { Clock, Instant } from '../../std/clock.ts';
import type { Timers } from '../../std/timers.ts';
import { homeward, type Home } from '../flight/homeward.ts';
import { STALLED_MS } from '../flight/recipient.ts';
import type { Answer, Exchange, Outbound, Transport, TransportFailure } from '../flight/transport.ts';
import { sendProblem, type Problem } from '../answers/problem.ts';
import { KeptAnswer } from './kept-answer.ts';
import type { Secrets } from './secrets.ts';
import type { RecordingWriter } from './writer.ts';

export interface ExchangeParts {
  readonly writer: RecordingWriter;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly secrets: Secrets;
  readonly onFault: (error: unknown) => void;
}

/** One request that was written down, and who waits for its answer. */
export interface Asked {
  readonly id: string;
  readonly at: Instant;
  readonly method: string;
  readonly response: ServerResponse;
  readonly home: Home;
  /** Told when it is over. */
  readonly over: () => void;
}

/**
 * One exchange on its way: streams the answer to whoever asked, piece by piece as it comes, and writes it down.
 *
 * INVARIANT: nobody has an answer's end before its line is on the disk, or the loss of it was told.
 */
export class RecordedExchange implements Answer {
  readonly #asked: Asked;
  readonly #parts: ExchangeParts;
  readonly #kept = new KeptAnswer();
  #exchange: Exchange | undefined;
  #status: number | null = null;
  #headers: readonly string[] = [];
  /** What the upstream says is its length; `null`: it ends when it ends. */
  #length: number | null = null;
  #headSent = false;
  /** With it the client has all: it waits for the disk. */
  #last: Buffer | undefined;
  #isOver = false;
  #unheard: 'client_gone' | 'closed' | undefined;
  #callOff: (() => void) | undefined;

  constructor(asked: Asked, parts: ExchangeParts) {
    this.#asked = asked;
    this.#parts = parts;
    asked.response.once('close', () => {
      this.#callOff?.();
      if (!this.#isOver) this.#leave('client_gone');
    });
  }

  send(outbound: Outbound, transport: Transport): void {
    if (this.#unheard !== undefined) return this.#end(this.#unheard);
    this.#exchange = transport.send(outbound, this);
  }

  /** It was written down, and will not be sent. */
  unsent(): void {
    this.#end('not_sent');
  }

  /** The recorder closes: what is not here by now is not waited for. */
  cut(): void {
    if (this.#isOver) return;
    this.#unheard = 'closed';
    this.#asked.response.destroy();
    this.#exchange?.abort();
  }

  head(status: number, headers: readonly string[]): void {
    this.#status = status;
    // Kept apart: the transport's list is its own.
    this.#headers = [...headers];
    this.#length = isBodyless(this.#asked.method, status) ? 0 : lengthIn(headers);
    if (this.#length !== 0) this.#sendHead();
  }

  data(chunk: Buffer): boolean {
    this.#kept.add(chunk);
    if (this.#unheard !== undefined) return true;
    if (this.#length !== null && this.#kept.bytes >= this.#length) {
      this.#last = chunk;
      return true;
    }
    const { response } = this.#asked;
    if (response.write(chunk)) return true;
    this.#callOff ??= this.#parts.timers.after(STALLED_MS, () => response.destroy());
    response.once('drain', () => {
      this.#callOff?.();
      this.#callOff = undefined;
      this.#exchange?.resume();
    });
    return false;
  }

  ended(): void {
    this.#end(this.#unheard ?? null, true);
  }

  failed({ code, sent }: TransportFailure): void {
    this.#end(this.#unheard ?? code, false, sent);
  }

  #sendHead(): void {
    this.#headSent = true;
    const { response, home } = this.#asked;
    if (response.destroyed) return;
    response.sendDate = false;
    response.writeHead(this.#status ?? 502, [...homeward(this.#headers, home)]);
    // A head that is all there is for now (server-sent events) must not wait for the first byte of the body.
    queueMicrotask(() => {
      if (!response.writableEnded && !response.destroyed && this.#kept.bytes === 0) response.flushHeaders();
    });
  }

  /** Whoever asked has gone. What a write did is still waited for; a read did nothing. */
  #leave(why: 'client_gone'): void {
    this.#unheard = why;
    const isRead = this.#asked.method === 'GET' || this.#asked.method === 'HEAD';
    if (isRead) this.#exchange?.abort();
    else this.#exchange?.resume();
  }

  #end(failure: string | null, whole = false, sent: TransportFailure['sent'] = 'no'): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { writer, onFault } = this.#parts;
    try {
      this.#record(failure, whole);
    } catch (error) {
      // Whatever breaks in writing it down, the answer is the agent's.
      onFault(error);
    }
    const hand = (): void => {
      this.#asked.over();
      this.#handOver(failure, whole, sent);
    };
    // A disk that failed is told of elsewhere, and the answer is the agent's.
    writer.durable().then(hand, hand);
  }

  #record(failure: string | null, ended: boolean): void {
    const { id, at } = this.#asked;
    const { writer, clock, secrets } = this.#parts;
    const now = clock.now();
    const contentType = valueOf(this.#headers, 'content-type');
    const headers = secrets.answerHeaders(this.#headers);
    const kept = this.#status === null ? NOTHING : this.#kept.text(ended, this.#headers);
    const { text, redacted } =
      kept.text === null
        ? { text: null, redacted: 0 }
        : kept.whole
          ? secrets.text(kept.text, contentType)
          : secrets.beginning(kept.text, contentType);
    writer.append({
      answer_to: id,
      at: now,
      duration_ms: now - at,
      status: this.#status,
      // What is written down is in the clear.
      headers: text === null ? headers : headers.filter(({ name }) => name !== 'content-encoding'),
      text,
      whole: kept.whole && text !== null,
      bytes: this.#kept.bytes,
      failure: ended ? null : failure,
      ...(redacted > 0 && { redacted }),
    });
  }

  #handOver(failure: string | null, whole: boolean, sent: TransportFailure['sent']): void {
    const { response } = this.#asked;
    if (response.destroyed) return;
    if (whole) {
      if (!this.#headSent) this.#sendHead();
      response.end(this.#last);
    } else if (response.headersSent) response.destroy();
    else sendProblem(response, failureProblem(failure, sent));
  }
}

const NOTHING = { text: null, whole: false };

/** Answers that have no body, whatever their headers say (RFC 9112, 6.3). */
const isBodyless = (method: string, status: number): boolean => method === 'HEAD' || status === 204 || status === 304;

function lengthIn(headers: readonly string[]): number | null {
  const value = valueOf(headers, 'content-length');
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : null;
}

function valueOf(headers: readonly string[], wanted: string): string | null {
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index] === wanted) return headers[index + 1] ?? null;
  }
  return null;
}

function failureProblem(failure: string | null, sent: TransportFailure['sent']): Problem {
  if (failure === 'not_sent') return UNRECORDED;
  return {
    status: failure === 'timeout' ? 504 : 502,
    reason: 'upstream_unavailable',
    title: 'The upstream gave no answer',
    detail: sent === 'no' ? 'The request was not sent.' : 'The request was sent, and nobody saw its outcome.',
    retryable: sent === 'no' ? 'after' : 'never',
    retryAfterS: 1,
    hint: 'The recorder between you and the API saw no whole answer; look at the state of what you acted on first.',
  };
}

const UNRECORDED: Problem = {
  status: 503,
  reason: 'not_recorded',
  title: 'The recorder cannot write',
  detail: 'The request could not be written down, so it was not sent.',
  retryable: 'after',
  retryAfterS: 5,
  hint: 'Wait, then try again; if it lasts, report to a human that the disk of the recorder is full or failed.',
};
