import { isWrite, type Call, type Stage } from '../call.ts';
import type { Finding } from '../decision.ts';
import { pass, type Guard, type Monitor } from '../guard.ts';
import type { Agent } from '../policy.ts';
import type { RuleId } from '../ids.ts';
import type { Standings } from '../standings.ts';

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
  install: (policy, standings) =>
    [...policy.agents.values()].map((agent) => ({
      monitor: new StageMonitor(agent, standings),
      agent: agent.id,
      judges: () => true,
    })),
};

class StageMonitor implements Monitor {
  readonly key: string;
  readonly #rule: RuleId;
  readonly #pass: Finding;
  readonly #standings: Standings;
  /** What a write meets at each stage, made once. */
  readonly #writes: Readonly<Record<Stage, Finding>>;

  constructor({ id, of = id, rules }: Agent, standings: Standings) {
    const rule = (this.#rule = `${of}.stage` as RuleId);
    this.key = rule;
    this.#standings = standings;
    this.#pass = pass('stage', rule);
    const at = (stage: Stage): Finding => (WRITES[stage] === 'pass' ? this.#pass : found(rule, stage, WRITES[stage]));
    this.#writes = {
      sandbox: at('sandbox'),
      staging: at('staging'),
      shadow: at('shadow'),
      // In limited production the segments say which writes are sent; an agent without any sends none.
      limited: rules.segment.length > 0 ? this.#pass : at('limited'),
      production: at('production'),
    };
  }

  check({ agent, at, effect, unanswerable }: Call): Finding {
    if (!isWrite(effect)) return this.#pass;
    const write = this.#writes[this.#standings.of(agent, at).stage];
    return write.verdict === 'capture' && unanswerable !== undefined ? this.#refuse(unanswerable) : write;
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
