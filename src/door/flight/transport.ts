import type { Network } from '../../policy/index.ts';
import type { Unanswerable } from '../shadow.ts';
import type { Resolve } from '../transports/reach.ts';

/** A whole request in its normal form, ready to send. Nothing hop-by-hop, no `Expect`, no `Upgrade`, no trailers. */
export interface Outbound {
  readonly method: string;
  /** Origin form: path and query. */
  readonly target: string;
  /** Names in lower case and values in turn, `Host` and the credential included, `Content-Length` and framing left out. */
  readonly headers: readonly string[];
  /** The body's bytes, sent with an explicit length; `null`: none. */
  readonly body: Buffer | null;
}

/**
 * What arrives for one request. Exactly one of `ended` and `failed` comes last, exactly once.
 * Nothing is called before `send` has returned. The methods must not throw: what `head` or `data` throws ends the exchange.
 */
export interface Answer {
  /** The final status (2xx to 5xx) and headers, filtered: names in lower case and values in turn, equal names side by side. */
  head(status: number, headers: readonly string[]): void;
  /** `false` asks the transport to pause until {@link Exchange.resume}. */
  data(chunk: Buffer): boolean;
  ended(): void;
  failed(failure: TransportFailure): void;
}

/** Why there is no whole answer. */
export interface TransportFailure {
  /**
   * - `refused`: no connection was made
   * - `reset`: the connection broke
   * - `timeout`: no head, or no further byte, in time
   * - `invalid`: an answer no client should be shown (status 000, 101, folded headers)
   * - `aborted`: we let go ourselves
   * - `late`: too much time had passed to send it at all
   * - `unanswerable`: of a captured write, or a read of what such writes changed: no honest answer can be made
   * - `fault`: nor can it be said why
   */
  readonly code: 'refused' | 'reset' | 'timeout' | 'invalid' | 'aborted' | 'late' | 'unanswerable' | 'fault';
  readonly detail: string;
  /** `no` only where surely not one byte of the request reached the upstream. */
  readonly sent: 'no' | 'perhaps';
  /** What the agent is told of it. */
  readonly unanswerable?: Unanswerable;
}

/** One request on its way. */
export interface Exchange {
  resume(): void;
  /** Destroys the upstream connection. When it returns, the answer has had its one `failed`, with `aborted`. */
  abort(): void;
}

/** How requests reach an upstream. Every adapter passes the same conformance suite (`test/door/flight/transport.test.ts`). */
export interface Transport {
  /** @param withinMs where no byte of it could be sent in this time, `late`: it never is. Absent: the head's time alone counts */
  send(request: Outbound, answer: Answer, withinMs?: number): Exchange;
  /** Lets idle connections go; requests under way finish. */
  close(): Promise<void>;
}

/** Bounds on one upstream exchange. */
export interface TransportLimits {
  /** From `send` to the head of the answer, waiting for a connection included. */
  readonly headTimeoutMs: number;
  /** Between two pieces of the answer's body; a paused exchange does not age. */
  readonly idleTimeoutMs: number;
  /** From `send` to the last byte, pauses included; absent: `TOTAL_TIMEOUT_MS` of `transports/delivery.ts`. */
  readonly totalTimeoutMs?: number;
  /** Connections to the upstream at a time. */
  readonly connectionsMax: number;
}

/** What an adapter may be told beside its origin and limits. */
export interface TransportOptions {
  /** Where the upstream is: no other address is ever connected to. */
  readonly network: Network;
  /** How names become addresses; the system's way where absent. */
  readonly resolve?: Resolve;
  /** Certificates (PEM) of a private authority, instead of the public ones. */
  readonly ca?: string | readonly string[];
  /** Texts that must never come back in an answer's header: the credential in each form it is sent. */
  readonly secrets?: readonly string[];
  /** Names of an answer's headers that pass whatever they say; see `AnswerSource`. */
  readonly passing?: ReadonlySet<string>;
  /** Requests that may wait for a connection; one more is refused. */
  readonly waitingMax?: number;
}
