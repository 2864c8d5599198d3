import type { Call } from '../call.ts';
import type { Finding } from '../decision.ts';
import { pass, type Guard, type Monitor } from '../guard.ts';
import type { RouteId, RuleId } from '../ids.ts';

/** A request must fit its OpenAPI operation: no unknown field, no fat finger. */
export const shape: Guard = {
  name: 'shape',
  status: 422,
  install(policy) {
    const shaped = [...policy.routes.values()].filter((route) => route.shape !== undefined);
    return [...Map.groupBy(shaped, ({ upstream }) => upstream)].map(([upstream, routes]) => {
      const its = new Set<RouteId>(routes.map(({ id }) => id));
      return {
        monitor: new ShapeMonitor(`upstreams.${upstream}.shape` as RuleId),
        agent: 'all' as const,
        judges: (route: RouteId) => its.has(route),
      };
    });
  },
};

class ShapeMonitor implements Monitor {
  readonly key: string;
  readonly #rule: RuleId;
  readonly #pass: Finding;

  constructor(rule: RuleId) {
    this.key = rule;
    this.#rule = rule;
    this.#pass = pass('shape', rule);
  }

  /** A call that was never checked, recorded under a policy that asked for no check, is refused: nobody knows its shape. */
  check({ particulars }: Call): Finding {
    const faults = particulars === null ? UNCHECKED : particulars.shape;
    if (faults.length === 0) return this.#pass;
    return {
      guard: 'shape',
      rule: this.#rule,
      verdict: 'deny',
      reason: 'shape_mismatch',
      observed: faults.join('; '),
      limit: 'the OpenAPI operation',
      retryable: 'if-changed',
      hint: 'Correct each of these fields as the API documents it, leave out what it does not know, and send the call again.',
      remedy: { kind: 'fields', faults },
    };
  }
}

const UNCHECKED = ['the request was not held against its OpenAPI operation'] as const;
