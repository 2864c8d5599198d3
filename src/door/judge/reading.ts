import { hash } from 'node:crypto';
import type { Instant } from '../../std/clock.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import type { Call, Effect, Stage } from '../../engine/call.ts';
import { FactReader } from '../../engine/facts.ts';
import type { AgentId, CallId, RouteId, UpstreamId } from '../../engine/ids.ts';
import type { Request, Route } from '../../engine/policy.ts';
import type { CallEntry } from '../../journal/entry.ts';
import { callOf, type Grant } from '../../journal/index.ts';
import type { BodyTerms, LoadedPolicy } from '../../policy/index.ts';
import type { Wire } from './admit.ts';
import { readBody, STRICT_BODY, type OpaqueBody } from '../normal/body.ts';
import { envelopeOf } from '../normal/envelope.ts';
import { readHeaders, type RequestHeaders } from '../normal/headers.ts';
import type { Method } from '../normal/method.ts';
import type { Refusal } from '../normal/refusal.ts';
import type { Sealer } from '../privacy/sealer.ts';
import { readTarget, type Target } from '../normal/target.ts';
import { twinOf } from '../normal/twins.ts';

/** The route of a call that matches none: nothing allows it, so it is denied and journalled like any other. */
const UNROUTED = '(unrouted)' as RouteId;

/** The head of a request, strictly read. */
export interface Head {
  readonly method: Method;
  readonly headers: RequestHeaders;
  readonly target: Target;
}

/** Which upstream and route a request means. */
export interface Address {
  readonly upstream: UpstreamId;
  /** The path by which the door knows the upstream; `''` on a port of its own. */
  readonly prefix: string;
  /** Path and query as the upstream will see them. */
  readonly forwarded: string;
  readonly route: Route | undefined;
  readonly params: Readonly<Record<string, string>>;
}

/** A request as it is judged, journalled and sent. */
export interface Reading {
  readonly call: Call;
  readonly wire: Wire;
  readonly request: Request;
  readonly route: Route | undefined;
}

/** Reads requests under a policy: at the door, and when a recording of them is imported. Pure. */
export class RequestReader {
  readonly #policy: LoadedPolicy;
  readonly #facts: FactReader;
  readonly #sealer: Sealer | null;
  readonly #stageOf: StageOf;

  /**
   * @param sealer `null` only where nothing of what is read is ever written down
   * @param stageOf where agents stand; absent: where they do without any promotion
   */
  constructor(policy: LoadedPolicy, sealer: Sealer | null, stageOf: StageOf = unpromoted(policy)) {
    this.#policy = policy;
    this.#sealer = sealer;
    this.#stageOf = stageOf;
    this.#facts = new FactReader(policy.policy);
  }

  /**
   * Which upstream and route a request means, and what is left of its target once the upstream's prefix is gone.
   *
   * @param port the upstream whose own port it came in by; `undefined` on the common one
   */
  address({ method, target }: Head, port: UpstreamId | undefined): Result<Address, Refusal> {
    const policy = this.#policy;
    let { path, segments } = target;
    let upstream = port;
    let prefix = '';
    if (upstream === undefined) {
      upstream = segments[0] as UpstreamId;
      if (!policy.upstreams.has(upstream) || !path.startsWith(`/${upstream}/`)) {
        const known = [...policy.upstreams.keys()].map((id) => `/${id}/…`).join(', ');
        const detail = `No upstream has this path. The upstreams here: ${known}.`;
        return fail({ status: 404, reason: 'upstream_unknown', detail });
      }
      prefix = `/${upstream}`;
      path = path.slice(prefix.length);
      segments = segments.slice(1);
    }
    // A trailing slash is an empty last segment: `/v1/x/` is a route of its own, or none.
    const exact = target.trailingSlash && segments.length > 0 ? [...segments, ''] : segments;
    const found = policy.match(upstream, method, exact);
    const forwarded = path + target.search;
    return ok({ upstream, prefix, forwarded, route: found?.route, params: found?.params ?? NO_PARAMS });
  }

  /** Which bodies a route takes. */
  bodies(route: Route | undefined): BodyTerms {
    return (route === undefined ? undefined : this.#policy.bodies.get(route.id)) ?? STRICT_BODY;
  }

  /**
   * A request as the journal keeps it, in the clear; its facts are those that it was decided by. `undefined` where the policy
   * knows its route no more, or would not take it as it was.
   */
  recorded(entry: CallEntry): Reading | undefined {
    const { upstream, method, target: raw, headers: judged, body, stage } = entry;
    const [target, headers] = [readTarget(raw), readHeaders(['host', 'journal', ...Object.entries(judged).flat()])];
    if (
      !target.ok ||
      !headers.ok ||
      entry.opaque !== undefined ||
      !this.#policy.upstreams.has(upstream as UpstreamId)
    ) {
      return undefined;
    }
    const head = { method: method as Method, headers: headers.value, target: target.value };
    const address = this.address(head, upstream as UpstreamId);
    if (!address.ok || address.value.route?.id !== entry.route) return undefined;
    const { grant: id, agent, task } = entry;
    const grant = { id, agent, task, environment: '', tokenHash: '', routes: null, expiresAt: 0, parent: null };
    const call = callOf(entry);
    const read = this.read(head, address.value, Buffer.from(body ?? ''), grant, () => call);
    if (!read.ok) return undefined;
    const { request, route } = read.value;
    return { call, request, route, wire: { stage, upstream, method, target: raw, headers: judged, body } };
  }

  /**
   * The whole request, for whoever holds the grant. `at` and `id` are only asked for once it can be read.
   *
   * @param sha256 of a body that nobody reads, where somebody has it already
   */
  read(
    { method, headers, target }: Head,
    { upstream, forwarded, route, params }: Address,
    bytes: Buffer,
    grant: Grant,
    identity: () => { readonly id: CallId; readonly at: Instant },
    sha256?: string,
  ): Result<Reading, Refusal> {
    const body = readBody(method, headers.contentType, bytes, this.bodies(route), sha256);
    if (!body.ok) return body;
    const reads = route === undefined ? undefined : this.#policy.reads.get(route.id);
    const twin = reads === undefined ? undefined : twinOf(reads, target, body.value);
    if (twin !== undefined) return fail(twin);

    const id = route?.id ?? UNROUTED;
    const request: Request = {
      method,
      params,
      query: target.query,
      body: body.value.value,
      headers: headers.judged,
    };
    const effect = route?.effect ?? 'destructive';
    const asker = { agent: grant.agent, task: grant.task, declared: grant.values ?? NO_VALUES };
    const identified = identity();
    const sealing = this.#sealer?.begin({ call: identified.id, upstream, route, request });
    const facts = this.#facts.read(request, id, asker, sealing?.views);
    const { text, opaque } = body.value;
    const stage = this.#stageOf(grant.agent, identified.at);
    const unanswerable = unanswerableAt(stage, effect, route);
    const call: Call = {
      ...identified,
      agent: grant.agent,
      grant: grant.id,
      task: grant.task,
      session: headers.session ?? grant.id,
      route: id,
      effect,
      ...(sealing?.requestFacts(facts) ?? facts),
      fingerprint: fingerprint(`${method} ${upstream} ${forwarded}`, bytes, opaque, sealing?.digest),
      ...(this.#facts.mayHold(grant.agent, id) && { envelope: envelopeOf(headers.judged, sealing?.headersDigest) }),
      ...(effect !== 'read' && keyOf(upstream, headers)),
      ...(unanswerable !== undefined && { unanswerable }),
      granted: grant.routes === null || grant.routes.includes(id),
    };
    const texts = { target: forwarded, headers: headers.judged, body: text };
    const more = { ...(opaque !== undefined && { opaque }), ...(sealing !== undefined && { sealing }) };
    const wire = { stage, upstream, method, ...texts, ...more };
    return ok({ call, wire, request, route });
  }
}

/** Where an agent stands when a call of it is judged. */
export type StageOf = (agent: AgentId, at: Instant) => Stage;

function unpromoted({ policy }: LoadedPolicy): StageOf {
  return (id) => {
    const agent = policy.agents.get(id);
    return agent?.base ?? agent?.stage ?? 'sandbox';
  };
}

function unanswerableAt(stage: Stage, effect: Effect, route: Route | undefined): Call['unanswerable'] {
  return stage === 'shadow' && effect !== 'read' ? route?.unanswerable : undefined;
}

/** A request that had to wait, as it reads now that its agent stands elsewhere. */
export function standingAt(stage: Stage, reading: Reading): Reading {
  const { wire, route } = reading;
  if (wire.stage === stage) return reading;
  const { unanswerable: _, ...call } = reading.call;
  const unanswerable = unanswerableAt(stage, call.effect, route);
  return {
    ...reading,
    call: { ...call, ...(unanswerable !== undefined && { unanswerable }) },
    wire: { ...wire, stage },
  };
}

/** By which a write is told from its repetition, at one upstream, for whose account all agents act. */
function keyOf(upstream: UpstreamId, { idempotencyKey }: RequestHeaders): Pick<Call, 'key'> | undefined {
  return idempotencyKey === undefined ? undefined : { key: sha256(`${upstream}\n${idempotencyKey}`).slice(0, 32) };
}

const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze({});
const NO_VALUES: NonNullable<Grant['values']> = Object.freeze({});

/**
 * 128 bits of SHA-256: what "the same call" means. A body that nobody reads counts by its digest, behind a NUL, which no
 * target and no body that is read can hold: no text of an agent's choosing is taken for one.
 */
function fingerprint(line: string, bytes: Buffer, opaque: OpaqueBody | undefined, digest: Digest = sha256): string {
  const head = opaque === undefined ? `${line}\n` : `${line}\0${opaque.bytes} ${opaque.sha256}`;
  const isRead = opaque === undefined && bytes.length > 0;
  return digest(isRead ? Buffer.concat([Buffer.from(head), bytes]) : head).slice(0, 32);
}

type Digest = (text: string | Buffer) => string;

function sha256(text: string | Buffer): string {
  return hash('sha256', text, 'hex');
}
