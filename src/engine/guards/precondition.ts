import { unreachable } from '../../std/assert.ts';
import type { Call, PreconditionFact } from '../call.ts';
import type { Finding } from '../decision.ts';
import { pass, type Guard, type Monitor } from '../guard.ts';
import type { Precondition } from '../policy.ts';

/** What a write that is not yet read for is refused with: the door makes the read where nothing else refuses. */
export const PRECONDITION_UNREAD = 'precondition_unread';

/**
 * What must hold of the world when a write is sent. The door reads it just before; this judges what it saw, as a fact of
 * the call. It has no state, and it lets nothing through that was not read.
 */
export const precondition: Guard = {
  name: 'precondition',
  status: 412,
  install: (policy) =>
    [...policy.routes.values()].flatMap(({ id, precondition: rule }) =>
      rule === undefined
        ? []
        : [{ monitor: new PreconditionMonitor(rule), agent: 'all' as const, judges: (route) => route === id }],
    ),
};

class PreconditionMonitor implements Monitor {
  readonly key: string;
  readonly #rule: Precondition;
  readonly #pass: Finding;

  constructor(rule: Precondition) {
    this.key = rule.rule;
    this.#rule = rule;
    this.#pass = pass('precondition', rule.rule);
  }

  check({ particulars, at }: Call): Finding {
    const fact: PreconditionFact = particulars?.precondition ?? { kind: 'unread' };
    switch (fact.kind) {
      case 'unread': {
        const hint = 'Send the same call again; what it depends on has not been read yet.';
        return this.#refuse(PRECONDITION_UNREAD, { retryable: 'after', retryAt: at, hint });
      }
      case 'deferred':
        return this.#pass;
      case 'unreadable': {
        const hint = `The safety layer could not read what this call depends on (${fact.why}), so it was not sent.`;
        return this.#refuse('precondition_unreadable', { observed: fact.why, hint });
      }
      case 'read':
        return this.#judge(fact);
      default:
        return unreachable(fact);
    }
  }

  #judge({ truth, changed }: Extract<PreconditionFact, { kind: 'read' }>): Finding {
    const { source, route } = this.#rule;
    if (truth === true) return this.#pass;
    if (truth === 'error') {
      const hint = `What this call depends on could not be judged: ${source}. Report this to a human.`;
      return this.#refuse('precondition_error', { observed: `no truth of ${source}`, retryable: 'never', hint });
    }
    const observed = changed.length > 0 ? changed.join('; ') : `not: ${source}`;
    return this.#refuse('precondition_failed', {
      observed,
      hint: `What this call depends on does not hold now (${observed}). Read it with ${route} and decide anew.`,
    });
  }

  #refuse(reason: string, more: Partial<Finding>): Finding {
    const { rule, source } = this.#rule;
    return {
      guard: 'precondition',
      rule,
      verdict: 'deny',
      reason,
      limit: source,
      retryable: 'if-changed',
      ...more,
    };
  }
}
