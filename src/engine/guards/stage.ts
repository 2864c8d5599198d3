import { isWrite, type Call, type Stage } from '../call.ts';
import type { Finding } from '../decision.ts';
import { pass, type Guard, type Monitor } from '../guard.ts';
import type { Agent } from '../policy.ts';
import type { RuleId } from '../ids.ts';

/** What becomes of a write (I11). In `sandbox` the upstream is a world; nothing real is behind it. */
const WRITES: Readonly<Record<Stage, 'pass' | 'capture' | { readonly refused: string }>> = {
  sandbox: 'pass',
  production: 'pass',
  shadow: 'capture',
  staging: {
    refused:
      'You are in staging: you may read, not write. Say in a note (POST /.interlock/notes) which write you would have made, and go on without it.',
  },
  limited: {
    refused: 'You are in limited production, and no segment admits this write. Describe it to a human instead.',
  },
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
  readonly #rule: RuleId;
  readonly #pass: Finding;
  readonly #write: Finding;

  constructor({ id, stage, rules }: Agent) {
    const rule = (this.#rule = `${id}.stage` as RuleId);
    this.key = rule;
    this.#pass = pass('stage', rule);
    // In limited production the segments say which writes are sent; an agent without any sends none.
    const write = stage === 'limited' && rules.segment.length > 0 ? 'pass' : WRITES[stage];
    this.#write = write === 'pass' ? this.#pass : found(rule, stage, write);
  }

  check({ effect, unanswerable }: Call): Finding {
    if (!isWrite(effect)) return this.#pass;
    return this.#write.verdict === 'capture' && unanswerable !== undefined ? this.#refuse(unanswerable) : this.#write;
  }

  /** What cannot be answered honestly is refused here, where it is a decision like any other and not a surprise later. */
  #refuse({ detail, hint }: NonNullable<Call['unanswerable']>): Finding {
    return {
      guard: 'stage',
      rule: this.#rule,
      verdict: 'deny',
      reason: 'capture_unanswerable',
      observed: detail,
      limit: 'shadow',
      retryable: 'never',
      hint,
    };
  }
}

function found(rule: RuleId, stage: Stage, write: 'capture' | { readonly refused: string }): Finding {
  const what = { guard: 'stage', rule, observed: 'write', limit: stage };
  if (write === 'capture') return { ...what, verdict: 'capture', reason: 'captured' };
  return { ...what, verdict: 'deny', reason: 'stage_read_only', retryable: 'never', hint: write.refused };
}
