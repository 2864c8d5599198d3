import type { AgentId } from '../../../engine/ids.ts';
import type { OperationParts } from '../parts.ts';
import { liveClaims, stand } from './stand.ts';

/** How long before a promotion ends people are told: a weekend, and a day to look at what the gate says. */
export const EXPIRY_NOTICE_MS = 72 * 3_600_000;

/**
 * Puts on record, and so pages, what time alone does: that a promotion which an agent stands on ends soon, once for each, and
 * that a broken glass is whole again. To be called at a start and every now and then; nothing depends on when.
 */
export async function tellEnds(parts: OperationParts): Promise<void> {
  for (const { id, base } of parts.policy.policy.agents.values()) {
    if (base === undefined) continue;
    await tellGlass(parts, id);
    await tellExpiry(parts, id);
  }
}

// Each looks anew: while the other's record went to the disk, somebody may have demoted the agent.

async function tellGlass(parts: OperationParts, id: AgentId): Promise<void> {
  const at = parts.clock.now();
  const left = liveClaims(parts, id, at);
  const claims = parts.engine.standings.claims(id);
  if (!claims.some((claim) => claim.ground === 'break_glass' && !left.includes(claim))) return;
  const over = { claims: left, cause: { what: 'glass_ended' }, reason: 'its time is over' } as const;
  await stand(parts, id, { at, by: 'door', ...over });
}

async function tellExpiry(parts: OperationParts, id: AgentId): Promise<void> {
  const at = parts.clock.now();
  const { claim } = parts.engine.standings.of(id, at);
  if (claim?.ground !== 'promotion' || claim.until === null || claim.until - at > EXPIRY_NOTICE_MS) return;
  if (parts.outbox.wasToldOfEnd(id, claim.id)) return;
  const cause = { what: 'expiring', promotion: claim.id, until: claim.until } as const;
  const reason = `it ends at ${new Date(claim.until).toISOString()}`;
  await stand(parts, id, { at, claims: liveClaims(parts, id, at), cause, by: 'door', reason });
}
