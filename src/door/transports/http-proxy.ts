import * as http from 'node:http';
import * as https from 'node:https';
import httpProxy from 'http-proxy';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Stream } from 'node:stream';
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

/** An agent of one connection. */
interface Lane {
  readonly agent: http.Agent;
  /** The connection being opened. */
  connecting: Socket | null;
}

/**
 * The transport over http-proxy 1.18.1.
 *
 * http-proxy is given stand-ins for the client's request and answer, so that only the whole, judged request reaches it,
 * with an explicit length, and nothing of what the client sends or does. Its known faults lie in what it would have done
 * with the real ones: it smuggles chunked DELETE and OPTIONS, rewrites paths, passes hop-by-hop fields, dies of a
 * `Trailer` field or a broken status, and hangs when either side goes.
 */
export function httpProxyTransport(origin: URL, limits: TransportLimits, options: TransportOptions): Transport {
  const connect = connector(origin, limits, options);
  const terms = { limits, filter: headerFilter({ ...options, origin, secrets: options.secrets ?? [] }) };
  const proxy = httpProxy.createProxyServer({
    target: { protocol: origin.protocol, host: origin.hostname, port: origin.port },
    selfHandleResponse: true,
    // The stand-in's URL is joined as it is; the true target replaces the result.
    toProxy: true,
    changeOrigin: false,
    secure: true,
  });
  const lanes = new Lanes(limits.connectionsMax, options.waitingMax ?? WAITING_MAX, () => openLane(origin, connect));
  return lanedTransport({
    lanes,
    exchange: (request, answer, withinMs) => new ProxiedExchange({ ...terms, withinMs }, lanes, proxy, request, answer),
    close: async (lane) => lane.agent.destroy(),
  });
}

function openLane(origin: URL, connect: Connect): Lane {
  const options = { keepAlive: true, maxSockets: 1 };
  const agent = origin.protocol === 'https:' ? new https.Agent(options) : new http.Agent(options);
  const lane: Lane = { agent, connecting: null };
  agent.createConnection = (_, connected) => {
    lane.connecting = connect((error, socket) => {
      lane.connecting = null;
      connected?.(error, socket);
    });
    return undefined;
  };
  return lane;
}

class ProxiedExchange extends Delivery implements Rider<Lane> {
  readonly #lanes: Lanes<Lane>;
  readonly #proxy: httpProxy;
  readonly #request: Outbound;
  #lane: Lane | null = null;
  #outgoing: ClientRequest | null = null;
  #incoming: IncomingMessage | null = null;

  constructor(terms: DeliveryTerms, lanes: Lanes<Lane>, proxy: httpProxy, request: Outbound, answer: Answer) {
    super(terms, answer);
    this.#lanes = lanes;
    this.#proxy = proxy;
    this.#request = request;
  }

  start(lane: Lane): void {
    this.#lane = lane;
    const { request, response, body } = standIns(this.#request, (outgoing) => this.#begin(outgoing));
    try {
      this.#proxy.web(request, response, { agent: lane.agent, buffer: body }, (error) => this.#broke(error));
    } catch (error) {
      // Node refuses a header before anything is opened.
      this.#leave();
      this.refuse(error instanceof Error ? describe(error) : String(error));
    }
  }

  /** http-proxy has made its request to the upstream and would now write the body. */
  #begin(outgoing: ClientRequest): void {
    this.#outgoing = outgoing;
    // http-proxy's own path has `//` and `\` rewritten; this one is as judged, byte for byte.
    outgoing.path = this.#request.target;
    // Unlimited in number, as their size is limited: Node would drop what comes behind.
    outgoing.maxHeadersCount = 0;
    outgoing.once('socket', () => {
      if (!this.isTooLate()) this.sent = 'perhaps';
    });
    outgoing.on('information', ({ statusCode }) => this.arrivedHead(statusCode, []));
    outgoing.once('upgrade', () => this.fail('invalid', 'the upstream switched protocols, unasked'));
    outgoing.once('response', (incoming) => this.#receive(incoming));
    outgoing.once('close', () => this.#closed());
    outgoing.end(this.#request.body ?? undefined);
  }

  #receive(incoming: IncomingMessage): void {
    this.#incoming = incoming;
    incoming.on('error', (error) => this.#broke(error));
    incoming.on('end', () => this.arrivedEnd());
    incoming.on('data', (chunk: Buffer) => {
      if (!this.arrivedData(chunk)) incoming.pause();
    });
    this.arrivedHead(incoming.statusCode ?? 0, lowerCaseNames(incoming.rawHeaders));
  }

  #broke(error: Error): void {
    // What breaks behind a whole answer concerns the connection, which is gone, not the answer, whose end is on its way.
    if (this.#incoming?.complete === true) return;
    if (this.sent === 'no') this.refuse(describe(error));
    else this.fail(breakKind(error, this.headArrived), describe(error));
  }

  /** The last word on the upstream request: the connection is free again, or gone. */
  #closed(): void {
    this.#leave();
    this.#broke(new Error('the connection was closed'));
  }

  protected override letGo(): void {
    if (this.#lane === null) this.#lanes.forget(this);
    this.#lane?.connecting?.destroy();
    this.#outgoing?.destroy();
  }

  protected override readOn(): void {
    this.#incoming?.resume();
  }

  #leave(): void {
    const lane = this.#lane;
    this.#lane = null;
    if (lane !== null) this.#lanes.leave(lane);
  }
}

/**
 * What http-proxy takes for the client's request, answer and body. It reads from them only what is given here; piping
 * the body is where it hands over the request it has made.
 */
function standIns(request: Outbound, begin: (outgoing: ClientRequest) => void) {
  /* oxlint-disable typescript/no-unsafe-type-assertion -- stand-ins have no more than what is read */
  const incoming = {
    method: request.method,
    url: '/',
    headers: fields(request),
    socket: { destroyed: false },
    on: () => incoming,
  };
  const response = { headersSent: false, finished: false };
  return {
    request: incoming as unknown as IncomingMessage,
    response: response as unknown as ServerResponse,
    body: { pipe: begin } as unknown as Stream,
  };
  /* oxlint-enable typescript/no-unsafe-type-assertion */
}

/**
 * The headers as Node takes them, with the body's length: always explicit, so that no framing is left to be chosen.
 * Last first, since http-proxy's copy turns the order round.
 */
function fields({ headers, body }: Outbound): Record<string, string | string[]> {
  const values = new Map<string, string | string[]>();
  if (body !== null) values.set('content-length', String(body.length));
  for (let i = headers.length - 2; i >= 0; i -= 2) {
    const [name, value] = [headers[i]!, headers[i + 1]!];
    const later = values.get(name);
    values.set(name, later === undefined ? value : [value, later].flat());
  }
  return Object.fromEntries(values);
}

function lowerCaseNames(rawHeaders: readonly string[]): string[] {
  return rawHeaders.map((text, i) => (i % 2 === 0 ? text.toLowerCase() : text));
}
