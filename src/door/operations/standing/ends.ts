import type { OperationParts } from '../parts.ts';
import { stand } from './stand.ts';

/** How long before a promotion ends people are told: a weekend, and a day to look at what the gate says. */
export const EXPIRY_NOTICE_MS = 72 * 3_600_000;

/**
 * Puts on record, and so pages, what time alone does: that a promotion which an agent stands on ends soon, once for each, and
 * that a broken glass is whole again. To be called at a start and every now and then; nothing depends on when.
 */
export async function tellEnds(parts: OperationParts): Promise<void> {
  const { engine, outbox, clock, policy } = parts;
  for (const { id, base } of policy.policy.agents.values()) {
    if (base === undefined) continue;
    const at = clock.now();
    const claims = engine.standings.claims(id);
    const left = claims.filter(({ ground, until }) => ground !== 'break_glass' || until === null || until > at);
    if (left.length < claims.length) {
      const over = { claims: left, cause: { what: 'glass_ended' }, reason: 'its time is over' } as const;
      await stand(parts, id, { at, by: 'door', ...over });
    }
    const { claim } = engine.standings.of(id, at);
    if (claim?.ground !== 'promotion' || claim.until === null || claim.until - at > EXPIRY_NOTICE_MS) continue;
    if (outbox.wasToldOfEnd(id, claim.id)) continue;
    const cause = { what: 'expiring', promotion: claim.id, until: claim.until } as const;
    const reason = `it ends at ${new Date(claim.until).toISOString()}`;
    await stand(parts, id, { at, claims: left, cause, by: 'door', reason });
  }
}
