import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fail, ok, type Result } from '../../std/result.ts';
import type { Clock } from '../../std/clock.ts';
import type { Timers } from '../../std/timers.ts';
import type { AgentId, UpstreamId } from '../../engine/ids.ts';
import { Pace } from '../answers/pace.ts';
import { refusalProblem, sendProblem } from '../answers/problem.ts';
import { RECORDED_BURST, RECORDED_PER_SECOND } from '../answers/refusals.ts';
import { Bodies, type Room } from '../intake/bodies.ts';
import { collect } from '../intake/collect.ts';
import { Connections } from '../intake/connections.ts';
import type { Gate } from '../intake/gate.ts';
import { DOOR_LIMITS, type DoorLimits } from '../limits.ts';
import { headerTable, type HeaderTable } from '../normal/header-table.ts';
import { readHeaders, type RequestHeaders } from '../normal/headers.ts';
import { readMethod } from '../normal/method.ts';
import { BODY_MAX_BYTES } from '../normal/body.ts';
import type { Refusal } from '../normal/refusal.ts';
import { readTarget, type Target } from '../normal/target.ts';
import type { Transport } from '../flight/transport.ts';
import { RecordedExchange } from './exchange.ts';
import type { CallLine, NamedValue } from './lines.ts';
import type { Secrets } from './secrets.ts';
import type { Sessions } from './sessions.ts';
import type { RecordingWriter } from './writer.ts';

/** A larger request is not passed on: it would have to be held in memory. */
export const PASSED_BODY_MAX_BYTES = 64 * 1024 * 1024;

/** How one upstream is reached: with no credential but the agent's own. */
export interface Way {
  readonly url: URL;
  readonly transport: Transport;
}

export interface RecorderParts {
  readonly upstreams: ReadonlyMap<UpstreamId, Way>;
  readonly writer: RecordingWriter;
  readonly secrets: Secrets;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly exchangeId: () => string;
  /** Whether a request that the disk did not take is refused. Else it is passed on, and the gap told of. */
  readonly strict: boolean;
  /** A fault of the recorder's own; the request was refused. */
  readonly onFault: (error: unknown) => void;
  readonly limits?: Partial<DoorLimits>;
}

/** What is known of a request before its body is read. */
interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly headers: RequestHeaders;
  readonly target: Target;
  readonly way: Way;
  readonly prefix: string;
  /** Path and query as the upstream sees them. */
  readonly forwarded: string;
}

/** Whose bodies and connections everything here counts as: a recorder knows no agents. */
const EVERYBODY = 'recorded' as AgentId;

/**
 * The door without a judge: passes every request on with the credential it came with, and writes down what passed. It reads
 * requests as strictly as the door does, so that what is recorded can be judged later; whatever head it refuses the door
 * would have refused. Bodies pass as they come: which of them are calls, a policy says, and there is none.
 */
export class Recorder implements Gate {
  readonly limits: DoorLimits;
  readonly connections: Connections;
  /** Calls under way. */
  readonly flights: { readonly count: number };
  readonly #parts: RecorderParts;
  readonly #headers: HeaderTable;
  readonly #bodies: Bodies;
  readonly #flights = new Set<RecordedExchange>();
  readonly #pace = new Pace(RECORDED_PER_SECOND, RECORDED_BURST);
  #calls = 0;
  #unwritten = 0;
  #draining = false;

  constructor(parts: RecorderParts) {
    this.#parts = parts;
    const flights = this.#flights;
    this.flights = {
      get count() {
        return flights.size;
      },
    };
    this.limits = { ...DOOR_LIMITS, agentConnectionsMax: DOOR_LIMITS.connectionsMax, ...parts.limits };
    this.connections = new Connections(this.limits);
    this.#bodies = new Bodies(this.limits.bodiesMaxBytes, this.limits.bodiesMaxBytes);
    // At the door a cookie is dropped; here it may be what lets the agent in.
    this.#headers = new Map([...headerTable(), ['cookie', { kind: 'credential' }]]);
  }

  /** Calls so far. */
  get calls(): number {
    return this.#calls;
  }

  handle(request: IncomingMessage, response: ServerResponse, port: UpstreamId | undefined): void {
    try {
      const arrival = this.#read(request, response, port);
      if (!arrival.ok) return this.#refuse(request, response, arrival.failure);
      const crowded = this.connections.works(request.socket, EVERYBODY);
      if (crowded !== undefined) return this.#refuse(request, response, crowded);
      this.#collect(arrival.value);
    } catch (error) {
      this.#broke(response, error);
    }
  }

  drain(): void {
    this.#draining = true;
  }

  /** Lets go of everything that is still under way. */
  cut(): void {
    for (const flight of this.#flights) flight.cut();
  }

  recordRefusal({ status, reason, detail }: Refusal, method: string | null, target: string | null): void {
    const at = this.#parts.clock.now();
    if (!this.#pace.takes(null, at)) {
      this.#unwritten += 1;
      return;
    }
    const unwritten = this.#unwritten;
    this.#unwritten = 0;
    const path = target === null ? null : (this.#parts.secrets.target(target.split('?', 1)[0]!).text ?? null);
    const told = {
      at,
      status,
      reason,
      detail,
      method: method?.slice(0, 16) ?? null,
      path: path?.slice(0, 256) ?? null,
    };
    this.#parts.writer.append({ refused: { ...told, ...(unwritten > 0 && { unwritten }) } });
  }

  /** The request as the door would have read it, as far as that needs no policy. */
  #read(request: IncomingMessage, response: ServerResponse, port: UpstreamId | undefined): Result<Arrival, Refusal> {
    if (this.#draining) {
      response.shouldKeepAlive = false;
      return fail(SHUTTING_DOWN);
    }
    if (request.httpVersion !== '1.1') return fail(HTTP_VERSION);
    const method = readMethod(request.method ?? '');
    if (!method.ok) return method;
    const headers = readHeaders(request.rawHeaders, this.#headers);
    if (!headers.ok) return headers;
    const target = readTarget(request.url ?? '');
    if (!target.ok) return target;
    const { path, search, segments } = target.value;
    const name = port ?? (segments[0] as UpstreamId | undefined);
    const way = name === undefined ? undefined : this.#parts.upstreams.get(name);
    const prefix = port === undefined ? `/${name}` : '';
    if (way === undefined || !path.startsWith(`${prefix}/`)) {
      const known = [...this.#parts.upstreams.keys()].map((id) => `/${id}/…`).join(', ');
      const detail = `No upstream has this path. The upstreams here: ${known}.`;
      return fail({ status: 404, reason: 'upstream_unknown', detail });
    }
    const forwarded = path.slice(prefix.length) + search;
    const read = { method: method.value, headers: headers.value, target: target.value };
    return ok({ request, response, ...read, way, prefix, forwarded });
  }

  #collect(arrival: Arrival): void {
    const { request, response, headers } = arrival;
    const room = this.#bodies.room(EVERYBODY);
    if (expectsBody(request)) response.once('close', () => room.letGo());
    const intake = { bytesMax: PASSED_BODY_MAX_BYTES, over: TOO_LARGE, isOpaque: false };
    collect(request, intake, room, (collected) => {
      if (collected === 'gone') return;
      if (headers.offersHttp2) response.shouldKeepAlive = false;
      try {
        if (!Buffer.isBuffer(collected)) return this.#refuse(request, response, collected);
        if (request.rawTrailers.length > 0) return this.#refuse(request, response, TRAILERS);
        this.#pass(arrival, collected, room);
      } catch (error) {
        this.#broke(response, error);
      }
    });
  }

  #pass(arrival: Arrival, body: Buffer, room: Room): void {
    const { request, response, method, headers, way, prefix, forwarded } = arrival;
    const { writer, clock, exchangeId, strict } = this.#parts;
    const line = this.#callLine(arrival, body, exchangeId(), clock.now());
    const scheme = 'encrypted' in request.socket ? 'https' : 'http';
    room.hold();
    this.#calls += 1;
    const flight: RecordedExchange = new RecordedExchange(
      {
        id: line.id,
        at: line.at,
        method,
        response,
        home: { upstream: way.url, base: () => `${scheme}://${headers.host}${prefix}` },
        over: () => {
          room.letGo();
          this.#flights.delete(flight);
        },
      },
      this.#parts,
    );
    this.#flights.add(flight);
    writer.append(line);
    const outbound = {
      method,
      target: basePath(way.url) + forwarded,
      headers: ['host', way.url.host, ...headers.forward, ...credentialsOf(headers)],
      body: body.length === 0 && !BODIED.has(method) ? null : body,
    };
    const send = (): void => flight.send(outbound, way.transport);
    if (method === 'GET' || method === 'HEAD') return send();
    // What changes something is on the disk before it leaves.
    writer.durable().then(send, () => (strict ? flight.unsent() : send()));
  }

  #callLine({ request, method, headers, way, forwarded }: Arrival, body: Buffer, id: string, at: number): CallLine {
    const { secrets, sessions } = this.#parts;
    const credentials = credentialsOf(headers);
    secrets.credentials(headers.authorization, headers.apiKeys);
    const target = secrets.target(basePath(way.url) + forwarded);
    const text = textOf(body);
    const kept = text === undefined ? undefined : secrets.text(text, headers.contentType ?? null);
    const stated =
      body.length === 0
        ? {}
        : kept?.text == null
          ? { body_bytes: body.length, body_sha256: hash('sha256', body) }
          : { body: kept.text };
    const redacted = target.redacted + (kept?.redacted ?? 0);
    return {
      trace_id: sessions.of(
        headers.session,
        credentials.length === 0 ? undefined : credentials.join('\n'),
        request.socket,
        at,
      ),
      id,
      at,
      http: {
        method,
        path: way.url.origin + (target.text ?? '/'),
        headers: secrets.headers([{ name: 'host', value: way.url.host }, ...pairs(headers.forward)]),
        ...stated,
      },
      ...(redacted > 0 && { redacted }),
    };
  }

  #refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
    this.recordRefusal(refusal, request.method ?? null, request.url ?? null);
    response.shouldKeepAlive &&= request.complete || !expectsBody(request);
    sendProblem(response, refusalProblem(refusal));
  }

  #broke(response: ServerResponse, error: unknown): void {
    this.#parts.onFault(error);
    if (response.headersSent) response.destroy();
    else sendProblem(response, refusalProblem(BROKEN));
  }
}

/** Methods whose request is sent with a `Content-Length` even when it has no bytes (RFC 9110 §8.6). */
const BODIED = new Set(['POST', 'PUT', 'PATCH']);

const basePath = ({ pathname }: URL): string => pathname.replace(/\/$/, '');

/** Names and values in turn, as they came. */
function credentialsOf({ authorization, apiKeys }: RequestHeaders): readonly string[] {
  const others = Object.entries(apiKeys).flat();
  return authorization === undefined ? others : ['authorization', authorization, ...others];
}

function pairs(flat: readonly string[]): readonly NamedValue[] {
  return flat.flatMap((name, index) => (index % 2 === 0 ? [{ name, value: flat[index + 1]! }] : []));
}

/** A body that a line can hold; `undefined`: it is no text, or too long for any call. */
function textOf(body: Buffer): string | undefined {
  if (body.length > BODY_MAX_BYTES) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}

function expectsBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

const refusal = (status: number, reason: string, detail: string): Refusal => ({ status, reason, detail });
const HTTP_VERSION = refusal(505, 'http_version', 'This recorder speaks HTTP/1.1.');
const SHUTTING_DOWN = refusal(503, 'shutting_down', 'This recorder is closing. Try again shortly.');
const TRAILERS = refusal(400, 'trailers', 'No trailers are passed on; send every field before the body.');
const TOO_LARGE = refusal(413, 'body_too_large', `A body may have at most ${PASSED_BODY_MAX_BYTES} bytes.`);
const BROKEN = refusal(503, 'recorder_fault', 'The recorder failed, and did not send the request.');
