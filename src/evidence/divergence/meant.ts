import type { Field } from '../../policy/index.ts';
import { UNROUTED } from '../../replay/request-again.ts';
import type { Intent, Intents } from '../intents/intent.ts';
import { act, type Act, type Side } from './act.ts';
import { fieldValues } from './field-values.ts';
import type { CaseField } from './model.ts';

/** What an agent meant to do, as one side of a comparison. */
export interface Meant extends Side {
  /** Intents that count once with a later one. */
  readonly triedAgain: number;
  readonly refusedUpstream: number;
  /** Intents that the door itself, in the business's place, had no answer for or answered as refused. */
  readonly refusedInShadow: number;
  /** Intents that match no route of the policy's: nothing that people do can be the same. */
  readonly unrouted: number;
  /** Intents that belong to no case: by subject, those without one. */
  readonly caseless: number;
  /** Intents on routes that are not compared. */
  readonly leftOut: number;
}

/** Which case a call belongs to; `null`: to none. */
export type CaseOf = (intent: Intent) => string | null;

export interface Cases {
  readonly caseOf: CaseOf;
  readonly cases: ReadonlySet<string>;
}

/** What is compared of an intent beside its route, subject and amount; and which routes are not compared at all. */
export interface Scope {
  readonly fields: ReadonlyMap<string, Field>;
  readonly except: ReadonlySet<string>;
}

/** Cases by a field of the call, and all that a journal knows of. */
export function casesBy(field: CaseField, intents: Intents): Cases {
  const known = { session: intents.sessions, task: intents.tasks, subject: intents.subjects };
  return { caseOf: (intent) => intent[field], cases: known[field] };
}

/** Cases of one session stand or fall together: by subject, one session may touch several. */
export function clustersBy(field: CaseField, { writes }: Intents): (name: string) => string {
  if (field !== 'subject') return (name) => name;
  const sessions = new Map<string, string>();
  for (const { subject, session } of writes) {
    if (subject !== null && !sessions.has(subject)) sessions.set(subject, `session ${session}`);
  }
  return (name) => sessions.get(name) ?? `subject ${name}`;
}

/**
 * What an agent meant to do: captured, allowed, held and denied writes alike.
 *
 * An agent that is refused tries again, and that is one intention, not two: of a refused or held write and a later one in the
 * same session with the same route and subject (or the same request, to the byte) the later counts. What the upstream itself
 * refused, or the door in its place, and nobody tried again, would have come to nothing: it is counted and not compared.
 */
export function meant(intents: Intents, { caseOf, cases }: Cases, { fields, except }: Scope): Meant {
  const last = new LastTries();
  const acts: Act[] = [];
  let triedAgain = 0;
  let refusedUpstream = 0;
  let refusedInShadow = 0;
  let unrouted = 0;
  let caseless = 0;
  let leftOut = 0;
  // From the end: whether there is a later try is known before the earlier one is met.
  for (const intent of intents.writes.toReversed()) {
    if (except.has(intent.route)) {
      leftOut += 1;
      continue;
    }
    if (intent.route === UNROUTED) {
      unrouted += 1;
      continue;
    }
    const repeated = last.has(intent);
    last.add(intent);
    // How a recorded call ended that a guard would have stopped says nothing of what the guard did.
    const stopped = intent.effectiveness === 'ineffective' && intent.verdict !== 'deny' && intent.verdict !== 'hold';
    if (repeated && (stopped || intent.verdict === 'deny' || intent.verdict === 'hold')) triedAgain += 1;
    else if (stopped && isOfDoor(intent)) refusedInShadow += 1;
    else if (stopped) refusedUpstream += 1;
    else {
      const of = caseOf(intent);
      if (of === null) caseless += 1;
      else acts.push(actOf(intent, of, fields));
    }
  }
  const kept = { acts: acts.toReversed(), cases };
  return { ...kept, triedAgain, refusedUpstream, refusedInShadow, unrouted, caseless, leftOut };
}

/** Whether what it was told is no word of its upstream's. */
function isOfDoor({ origin, failure }: Intent): boolean {
  return failure === 'unanswerable' || origin === 'overlay' || origin === 'synthetic';
}

/** What really happened, by a journal: what was let through, or happened in a recording whatever a policy says of it, and was not refused. */
export function did(intents: Intents, { caseOf, cases }: Cases, { fields, except }: Scope): Side {
  const happened = intents.writes.filter(
    ({ route, verdict, origin, effectiveness }) =>
      !except.has(route) && effectiveness !== 'ineffective' && (verdict === 'allow' || origin === 'recorded'),
  );
  const acts = happened.flatMap((intent) => {
    const of = caseOf(intent);
    return of === null ? [] : [actOf(intent, of, fields)];
  });
  return { acts, cases };
}

function actOf(intent: Intent, of: string, fields: ReadonlyMap<string, Field>): Act {
  const { route, effect, subject, amount, at, call, verdict } = intent;
  return act({
    case: of,
    route,
    effect,
    subject,
    amount,
    fields: fieldValues(intent, fields),
    at,
    place: call,
    verdict,
  });
}

/** Which writes have been met later in the journal, by session. */
class LastTries {
  readonly #seen = new Set<string>();

  has(intent: Intent): boolean {
    return keysOf(intent).some((key) => this.#seen.has(key));
  }

  add(intent: Intent): void {
    for (const key of keysOf(intent)) this.#seen.add(key);
  }
}

function keysOf({ agent, session, route, subject, fingerprint }: Intent): readonly string[] {
  const same = JSON.stringify([agent, session, route, 'request', fingerprint]);
  return subject === null ? [same] : [same, JSON.stringify([agent, session, route, 'subject', subject])];
}
