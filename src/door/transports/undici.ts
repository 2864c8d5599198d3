import { Client, errors } from 'undici';
import type { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import type { Answer, Outbound, Transport, TransportLimits, TransportOptions } from '../flight/transport.ts';
import type { Connect } from './connect.ts';
import type { DeliveryTerms } from './delivery.ts';
import type { Rider } from './lanes.ts';
import { headerFilter } from '../flight/answer-headers.ts';
import { connector } from './connect.ts';
import { Delivery } from './delivery.ts';
import { breakKind, describe } from './fault.ts';
import { Lanes, WAITING_MAX } from './lanes.ts';
import { lanedTransport } from './laned.ts';

/** An idle connection is let go after this, before most upstreams would close it under a request. */
export const IDLE_CONNECTION_MS = 4_000;

/** One for all that are let go: a kill lets go of a thousand in a turn, and their stack traces alone cost a quarter of it. */
const LET_GO = new errors.InformationalError('let go');

/** An undici client, which has at most one connection and here carries one request at a time. */
interface Lane {
  readonly client: Client;
  /** The latest connection. */
  socket: Socket | null;
  connecting: boolean;
}

/**
 * The fast transport: undici's `dispatch`, without its promises, streams and pool.
 *
 * undici dispatches nothing twice here: without pipelining, the one request a connection carries fails with it (I5).
 * Its one limit: an upstream that sends `100 Continue` unasked is refused as `invalid`, since undici cannot read past it.
 */
export function undiciTransport(origin: URL, limits: TransportLimits, options: TransportOptions): Transport {
  const connect = connector(origin, limits, options);
  const terms = { limits, filter: headerFilter({ ...options, origin, secrets: options.secrets ?? [] }) };
  const lanes = new Lanes(limits.connectionsMax, options.waitingMax ?? WAITING_MAX, () => openLane(origin, connect));
  return lanedTransport({
    lanes,
    exchange: (request, answer, withinMs) => new UndiciExchange({ ...terms, withinMs }, lanes, request, answer),
    close: (lane) => lane.client.destroy(),
  });
}

function openLane(origin: URL, connect: Connect): Lane {
  const lane: Lane = {
    client: new Client(origin.origin, {
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: IDLE_CONNECTION_MS,
      // Delivery keeps the time, to the millisecond and from `send` on.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_, connected) => {
        lane.connecting = true;
        lane.socket = connect((error, socket) => {
          lane.connecting = false;
          if (error === null) connected(null, socket);
          else connected(error, null);
        });
      },
    }),
    socket: null,
    connecting: false,
  };
  return lane;
}

class UndiciExchange extends Delivery implements Rider<Lane>, Dispatcher.DispatchHandler {
  readonly #lanes: Lanes<Lane>;
  readonly #request: Outbound;
  #lane: Lane | null = null;
  #controller: Dispatcher.DispatchController | null = null;

  constructor(terms: DeliveryTerms, lanes: Lanes<Lane>, request: Outbound, answer: Answer) {
    super(terms, answer);
    this.#lanes = lanes;
    this.#request = request;
  }

  start(lane: Lane): void {
    this.#lane = lane;
    const { method, target, headers, body } = this.#request;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- undici reads the list and keeps its own
    lane.client.dispatch({ method, path: target, headers: headers as string[], body }, this);
  }

  /** The connection stands; the request is written when this returns, unless it is over by then. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.isTooLate()) return controller.abort(new Error('over before it was sent'));
    this.#controller = controller;
    this.sent = 'perhaps';
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Fields): void {
    this.arrivedHead(status, flat(headers));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.arrivedData(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    // undici takes a reset for the end of a body that only the connection's end delimits.
    const broken = this.#lane?.socket?.errored ?? null;
    this.#leave();
    if (broken === null) this.arrivedEnd();
    else this.fail('reset', describe(broken));
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#leave();
    if (this.sent === 'no') this.refuse(describe(error));
    else this.fail(breakKind(error, this.headArrived), describe(error));
  }

  protected override letGo(): void {
    if (this.#lane === null) this.#lanes.forget(this);
    else if (this.#controller !== null) {
      this.#lane.socket?.destroy(LET_GO);
      this.#controller.abort(LET_GO);
    } else if (this.#lane.connecting) this.#lane.socket?.destroy();
  }

  protected override readOn(): void {
    const controller = this.#controller;
    // Not at once: undici's parser must not be entered again from within a callback of another exchange's.
    queueMicrotask(() => controller?.resume());
  }

  #leave(): void {
    const lane = this.#lane;
    this.#lane = null;
    this.#controller = null;
    // Not at once: a client that reports an error is not ready for another request before it has returned.
    if (lane !== null) queueMicrotask(() => this.#lanes.leave(lane));
  }
}

/** Parsed by undici: names in lower case; a repeated name has a list. */
type Fields = Record<string, string | string[] | undefined>;

function flat(fields: Fields): string[] {
  const headers: string[] = [];
  for (const name in fields) {
    const value = fields[name];
    if (typeof value === 'string') headers.push(name, value);
    else if (value !== undefined) for (const each of value) headers.push(name, each);
  }
  return headers;
}
