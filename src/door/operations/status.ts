import { formatMoney } from '../../std/money.ts';
import { isReadable } from '../../engine/call.ts';
import type { Agent } from '../../engine/policy.ts';
import type { Standings } from '../../engine/standings.ts';
import type { Instant } from '../../std/clock.ts';
import type { DiskState } from '../../journal/index.ts';
import type { OperationParts } from './parts.ts';

/**
 * What every agent is doing: stage, freeze, limits, calls whose outcome is open, and how many wait for a human; the pages that
 * nobody has got yet; where the journal's checkpoints are kept; and, of a door that runs, whether its disk is full.
 */
export function status({ policy, engine, outbox, journal, clock, mocked, checkpoints }: OperationParts): object {
  const at = clock.now();
  const open = [...engine.open()];
  const waiting = engine.holds.pending(at);
  const agents = [...policy.policy.agents.values()].map((agent) => ({
    agent: agent.id,
    ...standingJson(engine.standings, agent, at),
    frozen: engine.frozen(agent.id) ?? null,
    limits: engine.levels(agent.id, at).map(({ guard, rule, limit, remaining }) => ({ guard, rule, limit, remaining })),
    open: open
      .filter((call) => call.agent === agent.id)
      .map(({ id, route, subject, amount }) => ({
        call: id,
        route,
        subject,
        amount: amount !== null && isReadable(amount) ? formatMoney(amount) : null,
      })),
    waiting: waiting.filter((hold) => hold.agent === agent.id).map(({ call }) => call),
  }));
  const { digest, environment } = policy;
  return {
    at: new Date(at).toISOString(),
    policy: digest,
    environment,
    ...(mocked && { mocked }),
    ...(journal.disk !== undefined && { disk: told(journal.disk) }),
    agents,
    pages: outbox.state(),
    ...(checkpoints !== undefined && { checkpoints: checkpoints() }),
  };
}

/** Where it stands, on what, and until when; and where it could stand under its policy. */
function standingJson(standings: Standings, { id, stage: declared, base }: Agent, at: Instant): object {
  const { stage, step, claim } = standings.of(id, at);
  if (base === undefined) return { stage };
  const until = claim?.until ?? null;
  return {
    stage,
    ...(step !== null && { step }),
    standing: {
      mayBe: declared,
      unproven: base,
      ground: claim?.ground ?? 'none',
      ...(claim !== null && { id: claim.id, until: until === null ? null : new Date(until).toISOString() }),
    },
  };
}

function told(disk: DiskState): object {
  return disk.kind === 'ok' ? disk : { ...disk, since: new Date(disk.since).toISOString() };
}
