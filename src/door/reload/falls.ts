import type { Instant } from '../../std/clock.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Event } from '../../engine/event.ts';
import type { AgentId } from '../../engine/ids.ts';
import type { Claim, Standing } from '../../engine/standings.ts';
import { eventsOf } from '../../journal/fold.ts';
import type { StandingEntry } from '../../journal/standing-entry.ts';
import type { StandsAt } from '../../policy/index.ts';
import type { OperationParts } from '../operations/parts.ts';
import { claimsThatHold } from '../operations/standing/recheck.ts';

/** Where one agent stands before and after. */
interface Stand extends StandsAt {
  readonly standing: Standing | undefined;
  /** What it may claim under the new policy, and what of that holds. */
  readonly claims: readonly Claim[];
  readonly kept: readonly Claim[];
}

/** Where every agent stands before and after another policy comes. */
export class Stands {
  readonly #stands: ReadonlyMap<AgentId, Stand>;

  constructor(stands: ReadonlyMap<AgentId, Stand>) {
    this.#stands = stands;
  }

  of(agent: AgentId): StandsAt {
    const { before, after } = this.#stands.get(agent) ?? NOWHERE;
    return { before, after };
  }

  /** Whether it stands where it will by a promotion that was signed for exactly the new policy. */
  isPromoted(agent: AgentId): boolean {
    const stand = this.#stands.get(agent);
    return stand !== undefined && stand.kept.some(({ stage }) => stage === stand.after);
  }

  all(): IterableIterator<[AgentId, Stand]> {
    return this.#stands.entries();
  }

  equals(other: Stands): boolean {
    const lines = (stands: Stands): string =>
      JSON.stringify([...stands.all()].map(([agent, { before, after, kept }]) => [agent, before, after, kept]));
    return lines(this) === lines(other);
  }
}

const NOWHERE: StandsAt = { before: null, after: null };

/**
 * Of what agents may claim under the new policy, promotions count alone, and only where they hold, as at a start: a broken glass
 * is of the policy that it was broken under, and whoever goes back to that one breaks it again.
 *
 * @param next operations under the new policy, with its engine
 */
export function standsIn(engine: Engine, next: OperationParts, at: Instant): Stands {
  const agents = new Set([...engine.policy.agents.keys(), ...next.engine.policy.agents.keys()]);
  return new Stands(
    new Map(
      [...agents].map((agent) => {
        const standing = engine.policy.agents.has(agent) ? engine.standings.of(agent, at) : undefined;
        const claims = next.engine.standings.claims(agent);
        const kept = claimsThatHold(next, agent, at).filter(({ ground }) => ground === 'promotion');
        const after = next.engine.policy.agents.has(agent) ? next.engine.standings.with(kept, agent, at).stage : null;
        return [agent, { before: standing?.stage ?? null, after, standing, claims, kept }];
      }),
    ),
  );
}

/** An agent that loses what it stood on, and the record that says so. */
export interface Fallen {
  readonly event: Event;
  readonly entry: StandingEntry;
}

/** Everybody who stood on a claim that is not one under the new policy; on record, and so paged. */
export function fallsOf(stands: Stands, digest: string, at: Instant, by: string): readonly Fallen[] {
  return [...stands.all()].flatMap(([agent, { before, after, standing, claims, kept }]): Fallen[] => {
    if (after === null) return [];
    const lost = standing?.claim ?? null;
    const isLost = lost !== null && !kept.some(({ id }) => id === lost.id);
    if (!isLost && kept.length === claims.length) return [];
    const promotion = lost?.id ?? claims.find((claim) => !kept.includes(claim))?.id ?? '';
    const entry: StandingEntry = {
      kind: 'standing',
      agent,
      at,
      policy: digest,
      claims: kept,
      was: before ?? after,
      stands: after,
      cause: { what: 'lapsed', promotion, code: 'other_policy' },
      by: 'door',
      reason: `${by} loaded another policy; what it stood on is for the one before`,
    };
    return eventsOf(entry).map((event) => ({ event, entry }));
  });
}
