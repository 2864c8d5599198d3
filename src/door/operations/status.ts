import { formatMoney } from '../../std/money.ts';
import { isReadable } from '../../engine/call.ts';
import type { OperationParts } from './parts.ts';

/**
 * What every agent is doing: stage, freeze, limits, calls whose outcome is open, and how many wait for a human; and the
 * pages that nobody has got yet; and where the journal's checkpoints are kept.
 */
export function status({ policy, engine, outbox, clock, checkpoints }: OperationParts): object {
  const at = clock.now();
  const open = [...engine.open()];
  const waiting = engine.holds.pending(at);
  const agents = [...policy.policy.agents.values()].map((agent) => ({
    agent: agent.id,
    stage: agent.stage,
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
    agents,
    pages: outbox.state(),
    ...(checkpoints !== undefined && { checkpoints: checkpoints() }),
  };
}
