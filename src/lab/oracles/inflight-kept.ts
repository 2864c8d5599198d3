import type { InflightRule } from '../../engine/guards/inflight.ts';
import type { AgentId, CallId } from '../../engine/ids.ts';
import { concerns } from '../../engine/policy.ts';
import type { Entry } from '../../journal/entry.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { arrivalBy } from './arrival.ts';
import type { Deed, Harm, Oracle, OracleWatch } from './oracle.ts';

/** An oracle for every limit of calls at a time, of one agent or of an upstream. */
export function inflightOracles({ policy }: LoadedPolicy): readonly Oracle[] {
  const own = [...policy.agents.values()].flatMap(({ id, rules }) =>
    rules.inflight.map((rule) => ({ rule, agent: id as AgentId | undefined })),
  );
  return [...policy.shared.inflight.map((rule) => ({ rule, agent: undefined })), ...own].map(
    ({ rule, agent }): Oracle => ({
      name: rule.rule,
      text: `more than ${rule.max} calls at a time, as ${rule.rule} allows`,
      promise: true,
      watch: () => new InflightWatch(rule, agent),
    }),
  );
}

class InflightWatch implements OracleWatch {
  readonly #rule: InflightRule;
  readonly #agent: AgentId | undefined;
  /** What arrived and has not ended, as far as the door knows: after a restart it waits for nothing from before. */
  readonly #open = new Map<CallId, Deed>();

  constructor(rule: InflightRule, agent: AgentId | undefined) {
    this.#rule = rule;
    this.#agent = agent;
  }

  journalled(entry: Entry): void {
    if (entry.kind === 'outcome') this.#open.delete(entry.call);
    else if (entry.kind === 'recovery') this.#open.clear();
  }

  see(deed: Deed): Harm | undefined {
    const by = arrivalBy(deed);
    if (by === undefined || (this.#agent !== undefined && by.agent !== this.#agent)) return undefined;
    const { rule, routes, max } = this.#rule;
    if (!concerns(routes, by.route)) return undefined;
    this.#open.set(by.id, deed);
    if (this.#open.size <= max) return undefined;
    const text = `${this.#open.size} calls were under way at a time, and ${rule} allows ${max}`;
    return { oracle: rule, text, deeds: [...this.#open.values()], promise: true };
  }
}
