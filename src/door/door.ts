import type { IncomingMessage, ServerResponse } from 'node:http';
import { hash } from 'node:crypto';
import type { Clock } from '../std/clock.ts';
import type { Json } from '../std/canonical-json.ts';
import { isWrite, type Call, type Stage } from '../engine/call.ts';
import type { Engine } from '../engine/engine.ts';
import { FactReader } from '../engine/facts.ts';
import type { AgentId, CallId, GrantId, RouteId, UpstreamId } from '../engine/ids.ts';
import type { Route } from '../engine/policy.ts';
import type { Grant, Grants } from '../journal/index.ts';
import type { LoadedPolicy } from '../policy/index.ts';
import { admit, type JournalPort } from './admit.ts';
import { collect, type Collected } from './collect.ts';
import { Flight, type Airspace } from './flight.ts';
import { Flights } from './flights.ts';
import { identify, lapse } from './identify.ts';
import { answerLocally, LOCAL_PREFIX } from './local.ts';
import { BODY_MAX_BYTES, readBody } from './normal/body.ts';
import { readHeaders, type RequestHeaders } from './normal/headers.ts';
import { readMethod, type Method } from './normal/method.ts';
import type { Refusal } from './normal/refusal.ts';
import { readTarget, type Target } from './normal/target.ts';
import { twinOf } from './normal/twins.ts';
import { denialProblem, FAULT_PROBLEM, refusalProblem, sendProblem } from './problem.ts';
import type { Transport } from './transport.ts';

/** How one upstream is reached: by which transport, with which `Host` and credential (raw header pairs). */
export interface Link {
  readonly transport: Transport;
  readonly headers: readonly string[];
  /** The path of the upstream's URL, put in front of every target; `''` for most. */
  readonly basePath: string;
  /** The credential in every form that an upstream could echo. */
  readonly secrets: readonly string[];
}

export interface DoorParts {
  readonly policy: LoadedPolicy;
  readonly engine: Engine;
  readonly grants: Grants;
  readonly journal: JournalPort;
  readonly clock: Clock;
  readonly callId: () => CallId;
  /** Which way a call of an agent in this stage takes to an upstream. */
  readonly link: (upstream: UpstreamId, stage: Stage) => Link;
  /** Told of every fault of the door's own, for the operator's eyes. */
  readonly onFault: (error: unknown) => void;
}

/** The route of a call that matches none: nothing allows it, so it is denied and journalled like any other. */
const UNROUTED = '(unrouted)' as RouteId;

/** What is known of a request before its body is read. */
interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: Method;
  readonly headers: RequestHeaders;
  readonly target: Target;
  readonly grant: Grant;
}

/** An arrival that is meant for an upstream. */
interface Addressed extends Arrival {
  readonly upstream: UpstreamId;
  /** Path and query as the upstream will see them. */
  readonly forwarded: string;
  readonly route: Route | undefined;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * The data plane. One request goes: strict headers and target → grant → route → body → decide → intent in the journal
 * (durable for a write) → freeze check → credential → send → stream the answer → outcome → settle.
 */
export class Door {
  readonly #parts: DoorParts;
  readonly #facts: FactReader;
  readonly flights = new Flights();
  readonly #air: Airspace;
  #draining = false;

  constructor(parts: DoorParts) {
    this.#parts = parts;
    this.#facts = new FactReader(parts.policy.policy);
    const { engine, journal, clock } = parts;
    this.#air = { engine, journal, clock, flights: this.flights };
  }

  /** Takes one request. `port`: the upstream whose own port it came in by; `undefined` on the common one. */
  handle(request: IncomingMessage, response: ServerResponse, port: UpstreamId | undefined): void {
    this.#failClosed(response, () => this.#arrive(request, response, port));
  }

  /** I12: whatever breaks in here, the answer is a 503 and nothing is sent. */
  #failClosed(response: ServerResponse, step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#parts.onFault(error);
      if (response.headersSent) response.destroy();
      else sendProblem(response, FAULT_PROBLEM);
    }
  }

  #arrive(request: IncomingMessage, response: ServerResponse, port: UpstreamId | undefined): void {
    if (this.#draining) {
      response.shouldKeepAlive = false;
      return this.refuse(request, response, refusal(503, 'shutting_down', 'This door is closing. Try again shortly.'));
    }
    if (request.httpVersion !== '1.1') {
      return this.refuse(request, response, refusal(505, 'http_version', 'This door speaks HTTP/1.1.'));
    }
    const method = readMethod(request.method ?? '');
    if (!method.ok) return this.refuse(request, response, method.failure);
    const headers = readHeaders(request.rawHeaders);
    if (!headers.ok) return this.refuse(request, response, headers.failure);
    const target = readTarget(request.url ?? '');
    if (!target.ok) return this.refuse(request, response, target.failure);
    const { grants, policy, clock } = this.#parts;
    const grant = identify(headers.value, grants, policy.environment, clock.now());
    if (!grant.ok) return this.refuse(request, response, grant.failure);

    const arrival = {
      request,
      response,
      method: method.value,
      headers: headers.value,
      target: target.value,
      grant: grant.value,
    };
    if (target.value.path.startsWith(LOCAL_PREFIX)) return this.#local(arrival);
    const addressed = this.#address(arrival, port);
    if ('status' in addressed) return this.refuse(request, response, addressed, arrival.grant);
    this.#collect(arrival, (bytes) => this.#judge(addressed, bytes));
  }

  /** From now on every new request is refused; calls under way go on. */
  drain(): void {
    this.#draining = true;
  }

  /** Answers a request that never became a call, and journals it. */
  refuse(
    request: IncomingMessage,
    response: ServerResponse,
    { status, reason, detail }: Refusal,
    grant?: { readonly id: GrantId; readonly agent: AgentId },
  ): void {
    this.recordRefusal({ status, reason, detail }, request.method ?? null, request.url ?? null, grant);
    // What is left of the body is not worth reading: the connection ends with the answer.
    response.shouldKeepAlive &&= request.complete || !expectsBody(request);
    sendProblem(response, refusalProblem({ status, reason, detail }));
  }

  recordRefusal(
    { status, reason, detail }: Refusal,
    method: string | null,
    target: string | null,
    grant?: { readonly id: GrantId; readonly agent: AgentId },
  ): void {
    const { journal, clock, onFault } = this.#parts;
    const entry = {
      kind: 'refusal',
      at: clock.now(),
      status,
      reason,
      detail,
      agent: grant?.agent ?? null,
      grant: grant?.id ?? null,
      method: method?.slice(0, REFUSED_METHOD_KEPT) ?? null,
      // Only the path, shortened: a query may hold a token that was put in the wrong place.
      target: target?.split('?', 1)[0]?.slice(0, REFUSED_TARGET_KEPT) ?? null,
    } as const;
    try {
      journal.append(entry);
    } catch (error) {
      // Nothing was sent and nothing will be: a refusal stands even while the journal takes no more.
      onFault(error);
    }
  }

  #collect({ request, response, grant }: Arrival, then: (bytes: Buffer) => void): void {
    collect(request, BODY_MAX_BYTES, (collected: Collected) => {
      if (collected === 'gone') return;
      this.#failClosed(response, () => {
        if (!Buffer.isBuffer(collected)) return this.refuse(request, response, collected, grant);
        // A body may take its time, and the grant may have ended meanwhile.
        const { grants, clock } = this.#parts;
        const lapsed = lapse(grant, clock.now(), grants);
        if (lapsed !== undefined) return this.refuse(request, response, lapsed, grant);
        then(collected);
      });
    });
  }

  #local(arrival: Arrival): void {
    this.#collect(arrival, (bytes) => {
      const { engine, journal, clock, policy } = this.#parts;
      const refused = answerLocally(arrival, bytes, { engine, journal, clock, policy });
      if (refused !== undefined) this.refuse(arrival.request, arrival.response, refused, arrival.grant);
    });
  }

  /** Which upstream and route a request means, and what is left of its target once the upstream's prefix is gone. */
  #address(arrival: Arrival, port: UpstreamId | undefined): Addressed | Refusal {
    const { target } = arrival;
    const { policy } = this.#parts;
    let { path, segments } = target;
    let upstream = port;
    if (upstream === undefined) {
      upstream = segments[0] as UpstreamId;
      if (!policy.upstreams.has(upstream) || !path.startsWith(`/${upstream}/`)) {
        const known = [...policy.upstreams.keys()].map((id) => `/${id}/…`).join(', ');
        return refusal(404, 'upstream_unknown', `No upstream has this path. The upstreams here: ${known}.`);
      }
      path = path.slice(upstream.length + 1);
      segments = segments.slice(1);
    }
    // A trailing slash is an empty last segment: `/v1/x/` is a route of its own, or none.
    const exact = target.trailingSlash && segments.length > 0 ? [...segments, ''] : segments;
    const found = policy.match(upstream, arrival.method, exact);
    return {
      ...arrival,
      upstream,
      forwarded: path + target.search,
      route: found?.route,
      params: found?.params ?? NO_PARAMS,
    };
  }

  #judge(addressed: Addressed, bytes: Buffer): void {
    const { request, response, method, headers, grant, upstream, forwarded, route } = addressed;
    const body = readBody(method, headers.contentType, bytes);
    if (!body.ok) return this.refuse(request, response, body.failure, grant);
    const { engine, journal, policy, link } = this.#parts;
    const reads = route === undefined ? undefined : policy.reads.get(route.id);
    const twin = reads === undefined ? undefined : twinOf(reads, addressed.target, body.value);
    if (twin !== undefined) return this.refuse(request, response, twin, grant);

    const call = this.#call(addressed, body.value.value, bytes);
    const stage = policy.policy.agents.get(grant.agent)?.stage ?? 'sandbox';
    const wire = { stage, upstream, method, target: forwarded, headers: headers.judged, body: body.value.text };
    const decision = admit(call, wire, engine, journal, this.flights);
    if (decision.verdict !== 'allow') {
      return sendProblem(response, denialProblem(call, decision, engine.levels(call.agent, call.at, call.route)));
    }

    const { transport, headers: own, basePath, secrets } = link(upstream, stage);
    const flight = new Flight(call, response, secrets, this.#air);
    const outbound = {
      method,
      target: basePath + forwarded,
      headers: [...headers.forward, ...own],
      body: bytes.length === 0 && !BODIED.has(method) ? null : bytes,
    };
    if (route !== undefined && !isWrite(route.effect)) return flight.send(outbound, transport);
    journal.durable().then(
      () => flight.send(outbound, transport),
      () => flight.abandon(),
    );
  }

  #call(
    { method, headers, target, grant, upstream, forwarded, route, params }: Addressed,
    body: Json | undefined,
    bytes: Buffer,
  ): Call {
    const { clock, callId } = this.#parts;
    const id = route?.id ?? UNROUTED;
    const facts = this.#facts.read(
      { method, params, query: target.query, body, headers: headers.judged },
      id,
      grant.agent,
      grant.task,
    );
    return {
      id: callId(),
      at: clock.now(),
      agent: grant.agent,
      grant: grant.id,
      task: grant.task,
      session: headers.session ?? grant.id,
      route: id,
      effect: route?.effect ?? 'destructive',
      ...facts,
      fingerprint: fingerprint(`${method} ${upstream} ${forwarded}\n`, bytes),
      granted: grant.routes === null || grant.routes.includes(id),
    };
  }
}

const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze({});
/** Methods whose request is sent with a `Content-Length` even when it has no bytes (RFC 9110 §8.6). */
const BODIED = new Set(['POST', 'PUT', 'PATCH']);
const REFUSED_METHOD_KEPT = 16;
const REFUSED_TARGET_KEPT = 256;

function refusal(status: number, reason: string, detail: string): Refusal {
  return { status, reason, detail };
}

function expectsBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

/** 128 bits of SHA-256: what "the same call" means. */
function fingerprint(head: string, bytes: Buffer): string {
  const digest = hash('sha256', bytes.length === 0 ? head : Buffer.concat([Buffer.from(head), bytes]), 'hex');
  return digest.slice(0, 32);
}
