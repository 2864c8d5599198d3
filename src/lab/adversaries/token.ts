import type { Agent } from '../../engine/policy.ts';
import type { Arena } from '../probe/arena.ts';
import type { Ground } from './ground.ts';

/** The tokens of one run. A run has an arena of its own, so nothing is kept between runs. */
const TOKENS = new WeakMap<Arena, Map<string, string>>();

/**
 * The agent's n-th token of this run, made when it is first asked for: each for a task of its own.
 *
 * @param copy which of several tokens for one task
 */
export function tokenOf(arena: Arena, ground: Ground, agent: Agent, index: number, copy = 1): string {
  let tokens = TOKENS.get(arena);
  if (tokens === undefined) TOKENS.set(arena, (tokens = new Map<string, string>()));
  const key = `${agent.id} ${index} ${copy}`;
  let token = tokens.get(key);
  if (token === undefined) {
    const values = declaredFor(ground, agent);
    token = arena.grant(agent.id, `task-${index + 1}`, { copy, ...(values !== undefined && { values }) });
    tokens.set(key, token);
  }
  return token;
}

/** What a human declares with a task: of each kind that a rule asks for, the first that the business has. */
function declaredFor(ground: Ground, agent: Agent): Readonly<Record<string, readonly string[]>> | undefined {
  const declared = agent.rules.provenance.flatMap(({ tasks, field }): [string, readonly string[]][] => {
    const forms = ground.operations.flatMap(({ fields }) => fields[field] ?? []);
    const form = forms[0];
    const value = form?.kind === 'id' ? ground.ids[form.of]?.[0] : form?.kind === 'text' ? form.like : undefined;
    return value === undefined ? [] : tasks.map((task) => [task, [value]]);
  });
  return declared.length === 0 ? undefined : Object.fromEntries(declared);
}
