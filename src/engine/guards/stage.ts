import { isWrite, type Call, type Stage } from '../call.ts';
import type { Finding } from '../decision.ts';
import { pass, type Guard, type Monitor } from '../guard.ts';
import type { Agent } from '../policy.ts';
import type { RuleId } from '../ids.ts';

/** Which stages let a write through at all (I11). In `sandbox` the upstream is a world; nothing real is behind it. */
const WRITES: Readonly<Record<Stage, string>> = {
  sandbox: 'pass',
  production: 'pass',
  staging: 'This agent is in staging: it may read, not write. Describe the write you would have made instead.',
  shadow: 'This agent is in shadow, and this door cannot capture writes yet. Describe the write you would have made.',
  limited: 'This agent is in limited production and no segment admits this write. Describe it to a human instead.',
};

export const stage: Guard = {
  name: 'stage',
  status: 403,
  install: (policy) =>
    [...policy.agents.values()].map((agent) => ({
      monitor: new StageMonitor(agent),
      agent: agent.id,
      judges: () => true,
    })),
};

class StageMonitor implements Monitor {
  readonly key: string;
  readonly #pass: Finding;
  readonly #refused: Finding | undefined;

  constructor(agent: Agent) {
    const rule = `${agent.id}.stage` as RuleId;
    this.key = rule;
    this.#pass = pass('stage', rule);
    // In limited production the segments say which writes are sent; an agent without any sends none.
    const hint = agent.stage === 'limited' && agent.rules.segment.length > 0 ? 'pass' : WRITES[agent.stage];
    this.#refused =
      hint === 'pass'
        ? undefined
        : {
            guard: 'stage',
            rule,
            verdict: 'deny',
            reason: 'stage_read_only',
            observed: 'write',
            limit: agent.stage,
            retryable: 'never',
            hint,
          };
  }

  check(call: Call): Finding {
    return this.#refused !== undefined && isWrite(call.effect) ? this.#refused : this.#pass;
  }
}
