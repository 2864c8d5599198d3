import type { AgentId } from '../../engine/ids.ts';
import { isWrite } from '../../engine/call.ts';
import { concerns } from '../../engine/policy.ts';
import type { LoadedPolicy } from '../policy.ts';
import type { AgentFile } from '../schema/agent.ts';

/**
 * What an agent's segments open for writing at a step of its ramp, route by route, in words: `create_refund: 1% of
 * body.customer`. `null`: at its widest. Empty: it has none, and writes nothing in limited.
 */
export function openSegments({ policy, plain }: LoadedPolicy, id: AgentId, step: number | null): readonly string[] {
  const agent = policy.agents.get(id);
  const { agents } = plain as unknown as { readonly agents: Readonly<Record<string, Partial<AgentFile>>> };
  const written = agents[id]?.segment ?? [];
  return written.flatMap((rule, index) => {
    const compiled = agent?.rules.segment[index];
    const routes = [...new Set(agent?.allow.map(({ route }) => route))].filter(
      (route) => isWrite(policy.routes.get(route)?.effect ?? 'read') && concerns(compiled?.routes ?? new Set(), route),
    );
    return routes.map((route) => `${route}: ${whoIsIn(rule, step)}`);
  });
}

function whoIsIn({ by, customers = [], share }: AgentFile['segment'][number], step: number | null): string {
  const shares = [share ?? '0%'].flat();
  const part = shares[Math.min(step ?? shares.length, shares.length) - 1] ?? '0%';
  const named = customers.length === 0 ? undefined : `${customers.length} named`;
  const isOpen = Number.parseFloat(part) > 0;
  if (named === undefined) return isOpen ? `${part} of ${by}` : 'nobody yet';
  return isOpen ? `${named} of ${by}, and ${part} of the others` : `${named} of ${by}`;
}
