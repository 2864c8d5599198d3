import type { Call, Stage } from '../engine/call.ts';
import { tripsOf } from '../engine/combine.ts';
import type { Decision } from '../engine/decision.ts';
import type { Engine } from '../engine/engine.ts';
import type { CallEntry, Entry } from '../journal/entry.ts';
import { factsOf, findingsJson } from '../journal/index.ts';
import type { Flights } from './flights.ts';

/** Where the door writes: entries in order, and a promise for the disk. */
export interface JournalPort {
  /** Takes an entry. Throws once the journal has failed: nothing may be admitted any more (I12). */
  append(entry: Entry): void;
  /** Resolves when everything appended so far is on the disk. */
  durable(): Promise<void>;
}

/** How much of a body that was not sent is kept, in UTF-16 units. */
const DENIED_BODY_KEPT = 16_384;

/** The parts of a request that the journal keeps beside the call's facts. */
export interface Wire {
  readonly stage: Stage;
  readonly upstream: string;
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/**
 * Decides a call and makes the decision history: journal, then engine, in one synchronous step, so that no other call comes
 * between them and the journal's order is the engine's order. A journal that takes no more throws before anything changed.
 */
export function admit(call: Call, wire: Wire, engine: Engine, journal: JournalPort, flights: Flights): Decision {
  const decision = engine.decide(call);
  const trips = tripsOf(decision);
  const before = engine.frozen(call.agent)?.trip;
  journal.append(callEntry(call, wire, decision, trips));
  engine.apply({ kind: 'decided', call, verdict: decision.verdict, trips });
  if (trips.length > 0 && engine.frozen(call.agent)?.trip !== before) recordFreeze(call, engine, journal, flights);
  return decision;
}

function callEntry(call: Call, wire: Wire, decision: Decision, trips: CallEntry['trips']): CallEntry {
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
    target: wire.target,
    headers: wire.headers,
    // The facts are enough to decide again; a denied agent must not fill the disk with its bodies.
    body: decision.verdict === 'allow' ? wire.body : (wire.body?.slice(0, DENIED_BODY_KEPT) ?? null),
    facts: factsOf(call),
    verdict: decision.verdict,
    findings: findingsJson(decision.findings),
    trips,
  };
}

/** The freeze already stands, by the call's own record; this one tells people, and severs where the trip says so. */
function recordFreeze(call: Call, engine: Engine, journal: JournalPort, flights: Flights): void {
  const freeze = engine.frozen(call.agent);
  if (freeze === undefined) return;
  const severed = freeze.trip === 'kill' ? flights.sever(call.agent) : [];
  journal.append({ kind: 'freeze', ...freeze, call: call.id, severed });
}
