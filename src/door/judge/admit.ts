import { assert } from '../../std/assert.ts';
import type { Call, Stage } from '../../engine/call.ts';
import { holdOf, tripsOf } from '../../engine/combine.ts';
import { isAdmitted, type Decision } from '../../engine/decision.ts';
import type { Engine } from '../../engine/engine.ts';
import type { CallEntry, Entry, Rests } from '../../journal/entry.ts';
import { factsOf, findingsJson, type DiskState } from '../../journal/index.ts';
import { withoutPayments } from '../../policy/index.ts';
import type { Freezer } from '../freezer.ts';
import type { RequestTexts, Sealing } from '../privacy/sealing.ts';
import type { Trail } from '../trail.ts';

/** Where the door writes: entries in order, and a promise for the disk. */
export interface JournalPort {
  /** Takes an entry. Throws once the journal has failed: nothing may be admitted any more (I12). */
  append(entry: Entry): void;
  /** Resolves when everything appended so far is on the disk. */
  durable(): Promise<void>;
  /** What there is of the disk; absent where nobody knows. */
  readonly disk?: DiskState | undefined;
}

/** How much of a body that was not sent is kept, in UTF-16 units. */
export const DENIED_BODY_KEPT = 16_384;

/** The parts of a request that the journal keeps beside the call's facts. */
export interface Wire extends RequestTexts {
  readonly stage: Stage;
  readonly upstream: string;
  readonly method: string;
  /** What the agent was shown before that is not so, as far as this call may rest on it. */
  readonly rests?: Rests;
  /** Present where some of it is personal data, which the journal must not keep in clear. */
  readonly sealing?: Sealing;
}

/** What makes a decision history. */
export interface Bench {
  readonly engine: Engine;
  readonly journal: JournalPort;
  readonly freezer: Freezer;
  readonly trail: Trail;
}

/**
 * Decides a call and makes the decision history: journal, then engine, in one synchronous step, so that no other call comes
 * between them and the journal's order is the engine's order. A journal that takes no more throws before anything changed.
 */
export function admit(call: Call, wire: Wire, { engine, journal, freezer, trail }: Bench): Decision {
  const decision = engine.decide(call);
  const { verdict, approval } = decision;
  const isDeferred = call.particulars?.precondition?.kind === 'deferred';
  assert(!isAdmitted(verdict) || !isDeferred, 'a write whose precondition was not read is never let through');
  const trips = tripsOf(decision);
  const hold = holdOf(decision);
  const stood = engine.frozen(call.agent)?.trip;
  journal.append(callEntry(call, wire, decision, trips));
  engine.apply({
    kind: 'decided',
    call,
    verdict,
    trips,
    ...(hold !== undefined && { hold }),
    ...(approval !== undefined && { approval }),
  });
  trail.note(call, verdict);
  if (trips.length > 0 && engine.frozen(call.agent)?.trip !== stood) freezer.tell(call, decision.decisive);
  const alarm = engine.alarm(call, call.at);
  if (alarm !== undefined) freezer.alarm(call, alarm);
  return decision;
}

/** What was sent, or what a human has to see: the first call of a hold; its repeats are the same bytes. */
function isShown({ verdict, decisive }: Decision): boolean {
  return isAdmitted(verdict) || (verdict === 'hold' && decisive.earlier === undefined);
}

function callEntry(call: Call, wire: Wire, decision: Decision, trips: CallEntry['trips']): CallEntry {
  const { verdict, approval } = decision;
  const { before } = call;
  const { target, headers, body, opaque } = wire.sealing?.request(wire) ?? wire;
  return {
    kind: 'call',
    at: call.at,
    call: call.id,
    agent: call.agent,
    grant: call.grant,
    task: call.task,
    session: call.session,
    stage: wire.stage,
    route: call.route,
    effect: call.effect,
    upstream: wire.upstream,
    method: wire.method,
    target,
    headers: withoutPayments(headers),
    // The facts are enough to decide again; a denied agent must not fill the disk with its bodies. A held call is shown whole.
    body: isShown(decision) ? body : (body?.slice(0, DENIED_BODY_KEPT) ?? null),
    ...(opaque !== undefined && { opaque }),
    facts: factsOf(call),
    verdict,
    findings: findingsJson(decision.findings),
    trips,
    ...(approval !== undefined && { approval }),
    ...(before !== undefined && { before }),
    ...(wire.rests !== undefined && { rests: wire.rests }),
  };
}
