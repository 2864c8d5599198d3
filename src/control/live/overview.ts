import type { Instant } from '../../std/clock.ts';
import { ASSENT_MS } from '../../engine/assents.ts';
import type { Level } from '../../engine/guard.ts';
import type { AgentId } from '../../engine/ids.ts';
import type { Agent } from '../../engine/policy.ts';
import type { AgentView, FreezeView, Overview } from '../contract/overview.ts';
import type { Premises } from '../premises.ts';
import { gauge, type Pace } from './gauges.ts';
import type { TrafficCount } from './traffic.ts';

/** What of a door it looks at; of a journal without one, there is as much. */
export type Looked = Pick<Premises, 'engine' | 'outbox' | 'policy' | 'mocked'> & {
  readonly log: { readonly head: { readonly seq: number }; readonly disk: Premises['log']['disk'] };
};

/** What an overview is made of, beside the door itself. */
export interface OverviewParts {
  readonly premises: Looked;
  readonly traffic: TrafficCount;
  /** How fast an agent's limits fill. */
  readonly paceOf: (agent: AgentId, level: Level, at: Instant) => Pace | undefined;
  readonly startedAt: Instant;
}

/** What everybody does now. Costs by agents, their rules, and what is under way or waits; nothing by what has been. */
export function overview(parts: OverviewParts, at: Instant): Overview {
  const { premises, traffic, startedAt } = parts;
  const { engine, outbox, log, policy } = premises;
  const inFlight = tally(engine.open());
  const waiting = tally(engine.holds.pending(at));
  const { waiting: pages, abandoned } = outbox.state();
  const agents = [...policy.policy.agents.values()].map((agent) => agentView(parts, agent, at, inFlight, waiting));
  return {
    at: iso(at),
    environment: policy.environment,
    mocked: premises.mocked,
    policy: { digest: policy.digest, file: policy.file },
    startedAt: iso(startedAt),
    journal: {
      seq: log.head.seq,
      disk: log.disk.kind,
      diskSince: log.disk.kind === 'full' ? iso(log.disk.since) : null,
    },
    pages: { waiting: pages, abandoned: abandoned.length },
    waiting: sum(waiting),
    frozen: agents.filter(({ frozen }) => frozen !== null).length,
    traffic: traffic.all(at),
    agents,
  };
}

function agentView(
  parts: OverviewParts,
  agent: Agent,
  at: Instant,
  inFlight: ReadonlyMap<AgentId, number>,
  waiting: ReadonlyMap<AgentId, number>,
): AgentView {
  const { premises, traffic, paceOf } = parts;
  const { engine } = premises;
  const { id, stage: declared, base } = agent;
  const { stage, step, claim } = engine.standings.of(id, at);
  const lastCallAt = traffic.lastCallAt(id);
  const frozen = freezeView(premises, agent, at);
  return {
    agent: id,
    stage,
    step,
    standing:
      base === undefined
        ? null
        : {
            mayBe: declared,
            unproven: base,
            ground: claim?.ground ?? 'none',
            id: claim?.id ?? null,
            until: claim === null || claim.until === null ? null : iso(claim.until),
          },
    frozen,
    // Whoever is frozen spends nothing, whatever it did before.
    gauges: engine.levels(id, at).map((level) => gauge(level, frozen === null ? paceOf(id, level, at) : undefined, at)),
    inFlight: inFlight.get(id) ?? 0,
    waiting: waiting.get(id) ?? 0,
    traffic: traffic.of(id, at),
    lastCallAt: lastCallAt === null ? null : iso(lastCallAt),
  };
}

function freezeView({ engine }: Looked, { id, resumePeople }: Agent, at: Instant): FreezeView | null {
  const freeze = engine.frozen(id);
  if (freeze === undefined) return null;
  const { at: since, trip, by, reason } = freeze;
  const assent = engine.assents.of(freeze, at);
  return {
    at: iso(since),
    trip,
    by,
    reason,
    people: resumePeople ?? 1,
    assent: assent === undefined ? null : { by: assent.by, until: iso(assent.at + ASSENT_MS) },
  };
}

function tally(of: Iterable<{ readonly agent: AgentId }>): ReadonlyMap<AgentId, number> {
  const counts = new Map<AgentId, number>();
  for (const { agent } of of) counts.set(agent, (counts.get(agent) ?? 0) + 1);
  return counts;
}

function sum(counts: ReadonlyMap<AgentId, number>): number {
  let all = 0;
  for (const count of counts.values()) all += count;
  return all;
}

function iso(at: Instant): string {
  return new Date(at).toISOString();
}
