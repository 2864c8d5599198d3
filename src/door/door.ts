import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../std/clock.ts';
import type { Timers } from '../std/timers.ts';
import type { Stage } from '../engine/call.ts';
import { isAdmitted } from '../engine/decision.ts';
import type { Engine } from '../engine/engine.ts';
import type { AgentId, CallId, GrantId, UpstreamId } from '../engine/ids.ts';
import { JournalFull, type Grant, type Grants } from '../journal/index.ts';
import type { BodyTerms, LoadedPolicy } from '../policy/index.ts';
import { admit, type JournalPort } from './judge/admit.ts';
import { unread, withDemands } from './judge/demands.ts';
import { Bodies, type Room } from './intake/bodies.ts';
import { Brake } from './answers/brake.ts';
import { collect, type Collected } from './intake/collect.ts';
import { Connections } from './intake/connections.ts';
import { Flights } from './flight/flights.ts';
import { Freezer } from './freezer.ts';
import { identify, lapse } from './judge/identify.ts';
import { identityChanged } from './judge/identity-changed.ts';
import { holdProblem } from './answers/held.ts';
import type { Link } from './flight/link.ts';
import { DOOR_LIMITS, type DoorLimits } from './limits.ts';
import { answerLocally, FREEZE_PATH, LOCAL_PREFIX } from './answers/local.ts';
import { intakeOf, STRICT_BODY } from './normal/body.ts';
import { readHeaders } from './normal/headers.ts';
import { readMethod } from './normal/method.ts';
import type { Refusal } from './normal/refusal.ts';
import { readTarget } from './normal/target.ts';
import { bodyHoldsToken, headHoldsToken, MISPLACED, uploadHoldsToken } from './normal/token.ts';
import type { Sender } from './answers/pace.ts';
import type { Sealer } from './privacy/sealer.ts';
import { unpossessed } from './judge/possession.ts';
import {
  denialProblem,
  FAULT_PROBLEM,
  fullProblem,
  POLICY_CHANGED_PROBLEM,
  refusalProblem,
  sendProblem,
  type Problem,
} from './answers/problem.ts';
import { stageOfRefusal, type Lacking } from './answers/stage-words.ts';
import { standingAt, type Address, type Head, type Reading } from './judge/reading.ts';
import { Refusals } from './answers/refusals.ts';
import { rulebook, type PolicyParts, type Rulebook, type Standing } from './rulebook.ts';
import { shaded } from './judge/shaded.ts';
import type { Shadow } from './shadow.ts';
import { Trail } from './trail.ts';
import type { Visit, Witness } from './witness.ts';

export interface DoorParts {
  readonly policy: LoadedPolicy;
  readonly engine: Engine;
  readonly grants: Grants;
  readonly journal: JournalPort;
  /** What keeps personal data out of the journal; `null` where the policy names none. */
  readonly sealer: Sealer | null;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly callId: () => CallId;
  /** What agents in shadow live in. */
  readonly shadow: Shadow;
  /** Which way a call of an agent in this stage takes to an upstream. */
  readonly link: (upstream: UpstreamId, stage: Stage) => Link;
  /** What a gate said last that an agent lacks: for people and agents to read. No decision depends on it. */
  readonly lacking: Lacking;
  /** Told of every fault of the door's own, for the operator's eyes. */
  readonly onFault: (error: unknown) => void;
  /** Other bounds than {@link DOOR_LIMITS}. */
  readonly limits: Partial<DoorLimits>;
  /** Who sees requests go by; absent: nobody. */
  readonly witness?: Witness | undefined;
}

/** What is known of a request before its body is read. */
interface Arrival extends Head {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly grant: Grant;
  /** The upstream whose own port it came in by; `undefined` on the common one. */
  readonly port: UpstreamId | undefined;
  /** What it is read and judged by, or else not at all. */
  readonly rules: Rulebook;
  readonly visit: Visit | undefined;
}

/** A body that arrived whole. */
interface Received {
  readonly bytes: Buffer;
  /** Of one that nobody reads. */
  readonly sha256: string | undefined;
  readonly room: Room;
}

/** An arrival that is meant for an upstream. */
interface Addressed extends Arrival {
  readonly address: Address;
}

/**
 * The data plane. One request goes: strict headers and target → grant → route → body → decide → intent in the journal
 * (durable for a write) → freeze check → credential → send → stream the answer → outcome → settle.
 */
export class Door {
  readonly #parts: DoorParts;
  readonly #standing: Standing;
  #rules: Rulebook;
  readonly bodies: Bodies;
  readonly limits: DoorLimits;
  readonly connections: Connections;
  readonly flights = new Flights();
  readonly freezer: Freezer;
  readonly #brake: Brake;
  readonly #refusals: Refusals;
  #draining = false;

  constructor(parts: DoorParts) {
    this.#parts = parts;
    const { engine, journal, clock, timers } = parts;
    const limits = { ...DOOR_LIMITS, ...parts.limits };
    this.limits = limits;
    this.connections = new Connections(limits);
    this.#brake = new Brake(limits, clock, timers);
    this.#refusals = new Refusals(limits, parts);
    this.bodies = new Bodies(limits.bodiesMaxBytes, limits.agentBodiesMaxBytes);
    const { flights } = this;
    const trail = new Trail();
    const freezer = new Freezer({ engine, journal, clock, flights, trail });
    this.freezer = freezer;
    this.#standing = {
      stageOf: (agent, at) => engine.standings.of(agent, at).stage,
      air: { engine, journal, clock, flights, freezer },
      bench: { engine, journal, freezer, trail },
    };
    this.#rules = rulebook(parts, this.#standing);
  }

  /** The policy that it judges by. */
  get policy(): LoadedPolicy {
    return this.#rules.policy;
  }

  /** What its agents in shadow live in. */
  get shadow(): Shadow {
    return this.#rules.shadow;
  }

  /** What keeps personal data out of its journal; `null`: there is none. */
  get sealer(): Sealer | null {
    return this.#rules.sealer;
  }

  /** Makes the rulebook of another policy. Nothing changes before {@link adopt}. */
  rulebook(parts: PolicyParts): Rulebook {
    return rulebook({ ...this.#parts, ...parts }, this.#standing);
  }

  /** From the next request on. In the same step, the engine must adopt that policy's. */
  adopt(rules: Rulebook): void {
    this.#rules = rules;
    rules.shadow.begin();
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
      // What a full disk turns away is counted in the journal; a line about each would fill the next disk.
      const isFull = error instanceof JournalFull;
      if (!isFull) this.#parts.onFault(error);
      if (response.headersSent) response.destroy();
      else sendProblem(response, isFull ? fullProblem(error.why) : FAULT_PROBLEM);
    }
  }

  #arrive(request: IncomingMessage, response: ServerResponse, port: UpstreamId | undefined): void {
    if (this.#draining) {
      response.shouldKeepAlive = false;
      return this.refuse(request, response, SHUTTING_DOWN);
    }
    if (request.httpVersion !== '1.1') {
      return this.refuse(request, response, refusal(505, 'http_version', 'This door speaks HTTP/1.1.'));
    }
    const rules = this.#rules;
    const method = readMethod(request.method ?? '');
    if (!method.ok) return this.refuse(request, response, method.failure);
    const headers = readHeaders(request.rawHeaders, rules.headers);
    if (!headers.ok) return this.refuse(request, response, headers.failure);
    const target = readTarget(request.url ?? '');
    if (!target.ok) return this.refuse(request, response, target.failure);
    const { grants, clock } = this.#parts;
    const { policy } = rules;
    const grant = identify(headers.value, grants, policy.environment, clock.now());
    if (!grant.ok) return this.refuse(request, response, grant.failure);
    const stolen = unpossessed(grant.value, request.socket);
    // Whoever it is, it is not that agent, which must not wait for it.
    if (stolen !== undefined) return this.refuse(request, response, stolen, grant.value, null);
    const changed = identityChanged(grant.value, policy);
    if (changed !== undefined) return this.refuse(request, response, changed, grant.value, null);
    if (headHoldsToken(headers.value, target.value)) return this.refuse(request, response, MISPLACED, grant.value);
    const crowded = this.connections.works(request.socket, grant.value.agent);
    if (crowded !== undefined) return this.refuse(request, response, crowded, grant.value);

    const visit = this.#parts.witness?.arrived(headers.value);
    const arrival = {
      request,
      response,
      method: method.value,
      headers: visit?.headers ?? headers.value,
      target: target.value,
      grant: grant.value,
      port,
      rules,
      visit,
    };
    if (target.value.path.startsWith(LOCAL_PREFIX)) return this.#local(arrival);
    const address = rules.reader.address(arrival, port);
    if (!address.ok) return this.refuse(request, response, address.failure, arrival.grant);
    const terms = rules.reader.bodies(address.value.route);
    this.#collect(arrival, terms, (body) => this.#judge({ ...arrival, address: address.value }, body));
  }

  /** From now on every new request is refused, at once; calls under way go on. */
  drain(): void {
    this.#draining = true;
    this.#brake.release();
  }

  get isDraining(): boolean {
    return this.#draining;
  }

  /** Brings into the journal what is only counted yet; before the journal closes. */
  tell(): void {
    this.#refusals.tell();
  }

  /** Answers a request that never became a call, and journals it. */
  refuse(
    request: IncomingMessage,
    response: ServerResponse,
    { status, reason, detail }: Refusal,
    grant?: { readonly id: GrantId; readonly agent: AgentId },
    sender: Sender = grant?.agent ?? null,
  ): void {
    this.recordRefusal({ status, reason, detail }, request.method ?? null, request.url ?? null, grant);
    // What is left of the body is not worth reading: the connection ends with the answer.
    response.shouldKeepAlive &&= request.complete || !expectsBody(request);
    this.#answer(sender, response, refusalProblem({ status, reason, detail }));
  }

  /** A refusal leaves at its sender's pace. */
  #answer(sender: Sender, response: ServerResponse, problem: Problem): void {
    if (this.#draining) sendProblem(response, problem);
    else this.#brake.answer(sender, response, () => sendProblem(response, problem));
  }

  recordRefusal(
    { status, reason, detail }: Refusal,
    method: string | null,
    target: string | null,
    grant?: { readonly id: GrantId; readonly agent: AgentId },
  ): void {
    const kept = target === null ? null : (this.#rules.sealer?.path(target) ?? target);
    this.#refusals.record({ status, reason, detail, method, target: kept, grant });
  }

  #collect({ request, response, headers, grant }: Arrival, terms: BodyTerms, then: (body: Received) => void): void {
    const room = this.bodies.room(grant.agent);
    if (expectsBody(request)) response.once('close', () => room.letGo());
    collect(request, intakeOf(headers.contentType, terms), room, (collected: Collected, sha256?: string) => {
      if (collected === 'gone') return;
      if (Buffer.isBuffer(collected)) this.#brake.weigh(response, collected.length);
      // Overlooked; but what else is in the connection's buffers may be lost with it, so the connection ends with the answer.
      if (headers.offersHttp2) response.shouldKeepAlive = false;
      this.#failClosed(response, () => {
        if (!Buffer.isBuffer(collected)) return this.refuse(request, response, collected, grant);
        // A body may take its time, and the grant may have ended meanwhile.
        const { grants, clock } = this.#parts;
        const lapsed = lapse(grant, clock.now(), grants);
        if (lapsed !== undefined) return this.refuse(request, response, lapsed, grant);
        // Fields that came behind the body: nothing judges them, and nothing sends them on.
        if (request.rawTrailers.length > 0) return this.refuse(request, response, TRAILERS, grant);
        const holdsToken = sha256 === undefined ? bodyHoldsToken : uploadHoldsToken;
        if (holdsToken(collected)) return this.refuse(request, response, MISPLACED, grant);
        then({ bytes: collected, sha256, room });
      });
    });
  }

  #local(arrival: Arrival): void {
    this.#collect(arrival, STRICT_BODY, ({ bytes }) => {
      const { request, response, grant, target } = arrival;
      const { engine, grants, journal, clock } = this.#parts;
      const answer = (): void => {
        // It may have waited, and the grant may have ended meanwhile. It asks about what is, and so by the policy that is.
        const { policy, sealer, lacking } = this.#rules;
        const sources = { engine, journal, clock, policy, sealer, lacking, freezer: this.freezer };
        const refused = lapse(grant, clock.now(), grants) ?? answerLocally(arrival, bytes, sources);
        if (refused === undefined) return;
        this.recordRefusal(refused, request.method ?? null, request.url ?? null, grant);
        sendProblem(response, refusalProblem(refused));
      };
      // What the door answers by itself costs its sender nothing, like a refusal. Only stopping never waits.
      if (target.path === FREEZE_PATH && engine.frozen(grant.agent) === undefined) answer();
      else this.#brake.answer(grant.agent, response, () => this.#failClosed(response, answer));
    });
  }

  #judge(addressed: Addressed, body: Received): void {
    const { request, response, address, grant, rules, visit } = addressed;
    if (rules !== this.#rules) return this.#comeAgain(addressed);
    visit?.whole();
    const { clock, callId } = this.#parts;
    const standsIn = (): Stage => this.#standing.stageOf(grant.agent, clock.now());
    const identity = (): { id: CallId; at: number } => ({ id: callId(), at: clock.now() });
    const reading = rules.reader.read(addressed, address, body.bytes, grant, identity, body.sha256);
    if (!reading.ok) return this.refuse(request, response, reading.failure, grant);
    const judged = withDemands(reading.value, this.#parts.engine);
    if (!rules.rereader.isNeeded(judged)) return this.#admit(addressed, unread(judged), body);
    const { headers } = addressed;
    visit?.rereads();
    rules.rereader.read({ write: judged, headers, grant, response }, (write) => {
      this.#failClosed(response, () => {
        if (rules !== this.#rules) return this.#comeAgain(addressed);
        const ended = this.#endedMeanwhile(grant);
        if (ended !== undefined) return this.refuse(request, response, ended, grant);
        // What it read may be of another world than it lives in now: its captured writes, or a sandbox. It begins anew.
        if (judged.wire.stage !== standsIn()) return this.#judge(addressed, body);
        this.#admit(addressed, write, body);
      });
    });
  }

  /** It came before the policy changed and was not judged yet: neither policy judges it alone, so that none does. */
  #comeAgain({ request, response, grant }: Arrival): void {
    const { status, reason, detail } = POLICY_CHANGED_PROBLEM;
    this.recordRefusal({ status, reason, detail }, request.method ?? null, request.url ?? null, grant);
    this.#answer(grant.agent, response, POLICY_CHANGED_PROBLEM);
  }

  /** Why a request that had to wait is answered no more: its grant has ended, or the door is closing. */
  #endedMeanwhile(grant: Grant): Refusal | undefined {
    const { grants, clock } = this.#parts;
    return this.#draining ? SHUTTING_DOWN : lapse(grant, clock.now(), grants);
  }

  #admit(addressed: Addressed, read: Reading, received: Received): void {
    const { response, port, rules, visit } = addressed;
    const { engine } = this.#parts;
    const { policy, shadow, lacking } = rules;
    // It may have waited for a read, and its agent may stand elsewhere by now.
    const asked = shaded(standingAt(this.#standing.stageOf(read.call.agent, read.call.at), read), shadow);
    const { call, wire } = asked.reading;
    const decision = admit(call, wire, this.#standing.bench);
    visit?.decided(call, wire.upstream, decision);
    if (!isAdmitted(decision.verdict)) {
      const told = wire.sealing?.told(call, decision) ?? { call, decision };
      const stage = stageOfRefusal(engine, call.agent, call.at, lacking);
      const problem =
        decision.verdict === 'hold'
          ? holdProblem(told.call, told.decision, policy, port, stage)
          : denialProblem(
              told.call,
              told.decision,
              engine.levels(call.agent, call.at, call.route),
              policy,
              port,
              stage,
            );
      visit?.ended(problem.status, null);
      return this.#answer(call.agent, response, problem);
    }

    rules.departures.depart(addressed, asked, received, decision.verdict);
  }
}

function refusal(status: number, reason: string, detail: string): Refusal {
  return { status, reason, detail };
}

const TRAILERS = refusal(400, 'trailers', 'The door takes no trailers; send every field before the body.');
const SHUTTING_DOWN = refusal(503, 'shutting_down', 'This door is closing. Try again shortly.');

function expectsBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}
