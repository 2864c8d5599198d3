import type { Truth } from '../../engine/call.ts';
import type { AgentId, RouteId, RuleId } from '../../engine/ids.ts';
import type { Policy } from '../../engine/policy.ts';
import { DENY, foundText, type Tape } from '../../warehouse/tape/tape.ts';
import { ConstantCell, PASSES } from './native.ts';
import { PASS, type Cell, type Refusal } from './cell.ts';

/** What a condition makes of a row; `undefined`: nobody knows, which denies. */
export type TruthOf = (row: number, rule: RuleId) => Truth | undefined;

/** The scope of one agent on one route. See `engine/guards/scope.ts`. */
export function scopeCell(
  policy: Policy,
  agent: AgentId,
  route: RouteId,
  { tape, allGranted, truthOf }: { readonly tape: Tape; readonly allGranted: boolean; readonly truthOf: TruthOf },
): Cell {
  const { founds } = tape.dictionaries;
  const found = (rule: string, reason: string): number => founds.id(foundText('scope', rule, reason));
  const entries = policy.agents.get(agent)?.allow.filter((one) => one.route === route) ?? [];
  const [first] = entries;
  if (first === undefined) {
    const reason = !policy.agents.has(agent)
      ? 'agent_unknown'
      : policy.routes.has(route)
        ? 'not_allowed'
        : 'route_unknown';
    return new ConstantCell(DENY, found(`${agent}.allow`, reason));
  }
  const isOpen = entries.some(({ when }) => when === undefined);
  const rules = isOpen ? [] : entries.map(({ rule }) => rule);
  return isOpen && allGranted
    ? PASSES
    : new ScopeCell(rules, found(first.rule, 'not_granted'), found, tape.calls.granted, truthOf);
}

class ScopeCell implements Cell {
  readonly stateless = true;
  readonly refusal: Refusal = { found: 0, retryAt: Number.NaN, trip: undefined };
  /** Any of them suffices; none: it needs none. */
  readonly #rules: readonly RuleId[];
  readonly #notGranted: number;
  readonly #found: (rule: string, reason: string) => number;
  readonly #granted: Uint8Array;
  readonly #truthOf: TruthOf;

  constructor(
    rules: readonly RuleId[],
    notGranted: number,
    found: (rule: string, reason: string) => number,
    granted: Uint8Array,
    truthOf: TruthOf,
  ) {
    this.#rules = rules;
    this.#notGranted = notGranted;
    this.#found = found;
    this.#granted = granted;
    this.#truthOf = truthOf;
  }

  check(row: number): number {
    if (this.#granted[row] !== 1) {
      this.refusal.found = this.#notGranted;
      return DENY;
    }
    if (this.#rules.length === 0) return PASS;
    let faulty: RuleId | undefined;
    for (const rule of this.#rules) {
      const truth = this.#truthOf(row, rule) ?? 'error';
      if (truth === true) return PASS;
      if (truth === 'error') faulty ??= rule;
    }
    this.refusal.found =
      faulty === undefined
        ? this.#found(this.#rules[0] ?? '', 'condition_false')
        : this.#found(faulty, 'condition_error');
    return DENY;
  }
}
