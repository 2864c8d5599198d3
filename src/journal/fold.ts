import { unreachable } from '../std/assert.ts';
import type { Instant } from '../std/clock.ts';
import { Engine } from '../engine/engine.ts';
import type { Event } from '../engine/event.ts';
import type { Policy } from '../engine/policy.ts';
import { holdOf } from '../engine/combine.ts';
import type { CallEntry, Entry, OutcomeEntry, Recorded } from './entry.ts';
import { answerOf, callOf } from './facts.ts';
import { grantOf, Grants } from './grants.ts';
import { Outbox } from './outbox.ts';
import type { StandingEntry } from './standing-entry.ts';
import { Users } from './users.ts';

/**
 * The state that a journal amounts to under a policy.
 *
 * The journal is the state: what a door knows after a restart is this fold and nothing else.
 */
export class Fold {
  readonly engine: Engine;
  readonly grants: Grants;
  readonly users: Users;
  readonly outbox: Outbox;
  #lastAt: Instant;
  #policyDigest: string | null;

  constructor(
    policy: Policy,
    saved?: {
      engine: Engine;
      grants: Grants;
      users: Users;
      outbox: Outbox;
      lastAt: Instant;
      policyDigest: string | null;
    },
  ) {
    this.engine = saved?.engine ?? new Engine(policy);
    this.grants = saved?.grants ?? new Grants();
    this.users = saved?.users ?? new Users();
    this.outbox = saved?.outbox ?? new Outbox();
    this.#lastAt = saved?.lastAt ?? 0;
    this.#policyDigest = saved?.policyDigest ?? null;
  }

  /** The time of the last record. */
  get lastAt(): Instant {
    return this.#lastAt;
  }

  /** The policy that the journal named last; `null` before the first. */
  get policyDigest(): string | null {
    return this.#policyDigest;
  }

  /** An entry that stands in no journal (a simulation's) tells nobody. */
  apply(entry: Entry | Recorded): void {
    this.#lastAt = entry.at;
    if ('seq' in entry) this.outbox.heard(entry, entry);
    if (entry.kind === 'grant') this.grants.add(grantOf(entry));
    else if (entry.kind === 'revoke') this.grants.revoke(entry.grant);
    else if (entry.kind === 'user') this.users.apply(entry);
    else if (entry.kind === 'policy') this.#policyDigest = entry.digest;
    else for (const event of eventsOf(entry)) this.engine.apply(event);
  }
}

export function foldJournal(policy: Policy, entries: Iterable<Entry>): Fold {
  const fold = new Fold(policy);
  for (const entry of entries) fold.apply(entry);
  return fold;
}

/** What a record means to an engine. Most mean one event; those that concern no limit mean none. */
export function eventsOf(entry: Entry): readonly Event[] {
  switch (entry.kind) {
    case 'call':
      return [decidedOf(entry)];
    case 'outcome':
      return [endedOf(entry)];
    case 'review': {
      const { call, at, approved, by, reason } = entry;
      return [{ kind: 'reviewed', call, at, approved, by, reason }];
    }
    case 'freeze': {
      const { agent, at, trip, by, reason } = entry;
      return [{ kind: 'frozen', freeze: { agent, at, trip, by, reason } }];
    }
    case 'assent': {
      const { agent, at, by, freeze, proof } = entry;
      return [{ kind: 'assented', agent, at, by, freeze, ...(proof !== undefined && { proven: true }) }];
    }
    case 'resume':
      return [{ kind: 'resumed', agent: entry.agent, at: entry.at }];
    case 'standing':
      return [stoodOf(entry)];
    case 'recovery':
      // Nobody saw how these ended, so they count as spent (I3).
      return entry.unknown.map((call) => ({ kind: 'ended', call, at: entry.at, effectiveness: 'unknown' }));
    case 'policy':
    case 'grant':
    case 'revoke':
    case 'refusal':
    case 'assessment':
    case 'page':
    case 'note':
    case 'checkpoint':
    case 'unrecorded':
    case 'erase':
    case 'user':
    case 'sign-in':
      return NONE;
    default:
      return unreachable(entry);
  }
}

function decidedOf(entry: CallEntry): Event {
  const { verdict, trips, approval } = entry;
  const findings = entry.findings.filter((finding) => typeof finding !== 'string');
  const hold = holdOf({ verdict, findings });
  return {
    kind: 'decided',
    call: callOf(entry),
    verdict,
    trips,
    ...(hold !== undefined && { hold }),
    ...(approval !== undefined && { approval }),
  };
}

function stoodOf({ agent, at, policy, claims, cause }: StandingEntry): Event {
  return {
    kind: 'stood',
    agent,
    at,
    policy,
    claims,
    ...(cause.what === 'demoted' && { fell: true }),
    ...(cause.what === 'revoked' && { revoked: cause.promotion }),
  };
}

function endedOf(entry: OutcomeEntry): Event {
  const { call, at, effectiveness } = entry;
  const answer = answerOf(entry);
  return { kind: 'ended', call, at, effectiveness, ...(answer !== undefined && { answer }) };
}

const NONE: readonly Event[] = [];
