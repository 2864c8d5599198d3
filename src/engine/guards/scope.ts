import type { Call, Truth } from '../call.ts';
import type { Finding } from '../decision.ts';
import { pass, type Guard, type Monitor } from '../guard.ts';
import type { AgentId, RouteId, RuleId } from '../ids.ts';
import type { Allowance, Policy } from '../policy.ts';

/** Default deny: a call passes only where an `allow:` entry of its agent, and its own grant, let it. */
export const scope: Guard = {
  name: 'scope',
  status: 403,
  install: (policy) => [{ monitor: new ScopeMonitor(policy), agent: 'all', judges: () => true }],
};

class ScopeMonitor implements Monitor {
  readonly key = 'scope';
  readonly #policy: Policy;
  readonly #entries = new Map<AgentId, Map<RouteId, Entry[]>>();

  constructor(policy: Policy) {
    this.#policy = policy;
    for (const agent of policy.agents.values()) {
      const routes = new Map<RouteId, Entry[]>();
      for (const allowance of agent.allow) {
        const entry = { ...allowance, pass: pass('scope', allowance.rule) };
        routes.set(allowance.route, [...(routes.get(allowance.route) ?? []), entry]);
      }
      this.#entries.set(agent.id, routes);
    }
  }

  check(call: Call): Finding {
    const entries = this.#entries.get(call.agent)?.get(call.route);
    if (entries === undefined) return this.#absent(call);
    if (!call.granted) return refused(entries[0]?.rule, 'not_granted', 'Your grant does not include this route.');
    for (const entry of entries) if (truthOf(entry, call) === true) return entry.pass;
    return conditional(entries, call);
  }

  #absent(call: Call): Finding {
    const rule = `${call.agent}.allow` as RuleId;
    if (!this.#policy.agents.has(call.agent)) {
      return refused(rule, 'agent_unknown', 'The policy no longer names this agent.');
    }
    if (!this.#policy.routes.has(call.route)) {
      return refused(rule, 'route_unknown', 'No route matches this method and path. GET /.interlock/self lists yours.');
    }
    return refused(rule, 'not_allowed', `You may not call ${call.route}. GET /.interlock/self lists what you may.`);
  }
}

interface Entry extends Allowance {
  readonly pass: Finding;
}

/** A condition that the call says nothing of could not be evaluated. */
function truthOf(entry: Entry, call: Call): Truth {
  return entry.when === undefined || (call.conditions[entry.rule] ?? 'error');
}

/** No condition holds: names the first that could not be evaluated, or else the first. */
function conditional(entries: readonly Entry[], call: Call): Finding {
  const faulty = entries.find((entry) => truthOf(entry, call) === 'error');
  const named = faulty ?? entries[0];
  const limit = named?.when?.source ?? '';
  return faulty === undefined
    ? { ...refused(named?.rule, 'condition_false', `Allowed only when ${limit}.`, 'if-changed'), limit }
    : { ...refused(named?.rule, 'condition_error', unreadable(limit)), limit };
}

/** What a condition needs of a call: an agent that misspelt `amount` has nothing else to find it by. */
function unreadable(source: string): string {
  const fields = fieldsOf(source);
  const [last] = fields.slice(-1);
  const named = fields.length > 1 ? `${fields.slice(0, -1).join(', ')} or ${last}` : last;
  const missing = named === undefined ? '' : ` ${named} is missing, or not of the kind that it is compared with.`;
  return `The condition could not be evaluated: ${source}.${missing}`;
}

/** The fields of a call that a condition names, once each, outside its texts: `body.amount`. */
function fieldsOf(source: string): readonly string[] {
  const code = source.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""');
  return [...new Set(code.match(/\b(?:body|query|headers|params)(?:\.[A-Za-z_]\w*)+(?!\w*\()/g))];
}

function refused(
  rule: RuleId | undefined,
  reason: string,
  hint: string,
  retryable: 'never' | 'if-changed' = 'never',
): Finding {
  return { guard: 'scope', rule: rule ?? ('allow' as RuleId), verdict: 'deny', reason, retryable, hint };
}
