import type { Instant } from '../../std/clock.ts';
import { formatMoney, type Money } from '../../std/money.ts';
import { isReadable, type Call } from '../call.ts';
import type { Finding } from '../decision.ts';
import { eachRule, pass, type Guard, type Monitor } from '../guard.ts';
import type { RuleId } from '../ids.ts';
import type { RouteSet } from '../policy.ts';

/** Above a threshold a human must approve exactly these bytes. */
export interface ApprovalRule {
  readonly rule: RuleId;
  readonly routes: RouteSet;
  /** An amount above it is held; absent: every call is. */
  readonly above?: Money | undefined;
  /** How long the call waits for a human, and the approval then for the call. */
  readonly expiresMs: number;
}

/**
 * Asks for a human's word. It has no state: what waits, and what humans said of it, is kept by the engine's `Holds`,
 * for the holds of every guard alike. Its own denials are theirs: refused, used up, too many at a time.
 */
export const approval: Guard = {
  name: 'approval',
  status: 403,
  install: (policy) =>
    eachRule(
      policy,
      (rules) => rules.approval,
      (rule) => new ApprovalMonitor(rule),
    ),
};

class ApprovalMonitor implements Monitor {
  readonly key: string;
  readonly #rule: ApprovalRule;
  readonly #pass: Finding;
  readonly #limit: string | undefined;

  constructor(rule: ApprovalRule) {
    this.key = rule.rule;
    this.#rule = rule;
    this.#pass = pass('approval', rule.rule);
    this.#limit = rule.above && formatMoney(rule.above);
  }

  check({ amount, route, at }: Call): Finding {
    const { above } = this.#rule;
    if (above === undefined) return this.#hold(route, at);
    // A route that moves no money cannot move too much of it.
    if (amount === null) return this.#pass;
    // What cannot be compared may be anything: a human looks.
    if (!isReadable(amount)) return this.#hold('an amount that cannot be read', at);
    const within = amount.currency === above.currency && amount.micros <= above.micros;
    return within ? this.#pass : this.#hold(formatMoney(amount), at);
  }

  #hold(observed: string, at: Instant): Finding {
    const { rule, expiresMs } = this.#rule;
    const limit = this.#limit;
    return {
      guard: 'approval',
      rule,
      verdict: 'hold',
      reason: 'approval_required',
      observed,
      ...(limit !== undefined && { limit }),
      retryable: 'if-changed',
      hint: 'A human has to approve this call. Wait, then send exactly the same call again; do not split or change it.',
      expiresAt: at + expiresMs,
    };
  }
}
