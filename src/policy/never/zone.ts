import type { PolicyFile } from '../schema.ts';

/** The time zones of a policy's daily budgets, each once. */
export function zonesOfBudgets({ budgets, agents }: PolicyFile): readonly string[] {
  const all = [...budgets, ...Object.values(agents).flatMap((agent) => agent.budgets)];
  return [...new Set(all.flatMap(({ per, timezone }) => (per === 'day' && timezone !== undefined ? [timezone] : [])))];
}

/** Whose days a never rule counts that does not say: those of the budgets, where they agree. */
export function usualZone(policy: PolicyFile): string {
  const [zone, ...others] = zonesOfBudgets(policy);
  return zone === undefined || others.length > 0 ? 'UTC' : zone;
}
