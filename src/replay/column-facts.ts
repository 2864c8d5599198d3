import type { Call, Truth } from '../engine/call.ts';
import type { AgentId, RouteId, RuleId } from '../engine/ids.ts';
import type { LoadedPolicy } from '../policy/index.ts';
import type { CallFacts, CandidateFacts, Unknown } from './candidate-facts.ts';
import type { FoundFacts } from './fact-recorder.ts';
import { Comparison, truthFromColumns, type ConditionPlan, type Plan } from './plan.ts';
import { NO_AMOUNT, ODD_AMOUNT, type Tape } from '../warehouse/tape/tape.ts';

type Truths = Call['conditions'];

/** A candidate's facts of a tape: what was read anew, and for all other rows what its conditions make of the columns. */
export class ColumnFacts implements CandidateFacts {
  readonly #tape: Tape;
  readonly #candidate: LoadedPolicy;
  readonly #policies: readonly LoadedPolicy[];
  readonly #found: FoundFacts;
  readonly #comparisons: readonly Comparison[];
  /** By policy, agent and route. */
  readonly #plans = new Map<number, Plan>();
  /** By plan and recorded conditions; only of plans that ask nothing else. */
  readonly #byAmount = new Map<ConditionPlan, Map<number, Truth | null>[]>();
  readonly #translated = new Map<Plan, Truths[]>();

  /** @param policies those of the tape, in its order */
  constructor(tape: Tape, candidate: LoadedPolicy, policies: readonly LoadedPolicy[], found: FoundFacts) {
    this.#tape = tape;
    this.#candidate = candidate;
    this.#policies = policies;
    this.#found = found;
    this.#comparisons = policies.map((was) => new Comparison(was, candidate));
  }

  /** Rows whose facts are not those of the columns. */
  get overridden(): number {
    return this.#found.overrides.size;
  }

  get rowsNotMade(): number {
    return this.#found.notMade.size;
  }

  override(row: number): CallFacts | undefined {
    return this.#found.overrides.get(row);
  }

  unknown(row: number): readonly Unknown[] | undefined {
    return this.#found.unknown.get(row);
  }

  made(row: number): boolean {
    return this.#found.notMade.size === 0 || !this.#found.notMade.has(row);
  }

  /** How the candidate knows the facts of a row, by the policy that was in force then. */
  plan(row: number): Plan {
    const { calls, dictionaries: words } = this.#tape;
    const [policy, agent, route] = [calls.policy[row] ?? 0, calls.agent[row] ?? 0, calls.route[row] ?? 0];
    const key = (policy * words.agents.size + agent) * words.routes.size + route;
    let plan = this.#plans.get(key);
    if (plan === undefined) {
      const id = words.routes.text(route) as RouteId;
      const comparison = this.#comparisons[policy] as Comparison;
      plan = comparison.plan(words.agents.text(agent) as AgentId, id, id);
      this.#plans.set(key, plan);
    }
    return plan;
  }

  /** What one condition makes of a row; `undefined`: nobody knows. */
  truth(row: number, rule: RuleId): Truth | undefined {
    const plan = this.plan(row);
    const one = plan.conditions.find((condition) => condition.rule === rule);
    if (one?.kind !== 'columns' || one.amount === null) return this.conditions(row)[rule];
    const { calls } = this.#tape;
    // An amount decides: most of a tape's are of few different sizes.
    const micros = calls.micros[row] as number;
    const currency = calls.currency[row] as number;
    if (!one.isOfAmountAlone || currency === ODD_AMOUNT) return this.conditions(row)[rule];
    let byAmount = this.#byAmount.get(one)?.[currency];
    if (byAmount === undefined) {
      const byCurrency = this.#byAmount.get(one) ?? [];
      this.#byAmount.set(one, byCurrency);
      byCurrency[currency] = byAmount = new Map();
    }
    let truth = byAmount.get(micros);
    if (truth === undefined) {
      truth = this.conditions(row)[rule] ?? null;
      if (byAmount.size >= AMOUNTS_KEPT) byAmount.clear();
      byAmount.set(micros, truth);
    }
    return truth ?? undefined;
  }

  conditions(row: number): Truths {
    const plan = this.plan(row);
    if (plan.conditions.length === 0) return NONE;
    const recorded = this.#tape.calls.conditions[row] as number;
    if (plan.conditions.some(({ kind }) => kind !== 'recorded')) return this.#read(row, plan, recorded);
    let translated = this.#translated.get(plan);
    if (translated === undefined) this.#translated.set(plan, (translated = []));
    return (translated[recorded] ??= this.#read(row, plan, recorded));
  }

  /** What a condition makes of a row's columns; `undefined`: they do not say. */
  #read(row: number, { conditions }: Plan, recorded: number): Truths {
    const { calls, dictionaries: words } = this.#tape;
    const isAsked = conditions.some(({ kind }) => kind === 'recorded');
    const was = isAsked ? (JSON.parse(words.conditions.text(recorded)) as Truths) : NONE;
    const currency = calls.currency[row] as number;
    const isMoney = currency !== NO_AMOUNT && currency !== ODD_AMOUNT;
    const money = isMoney
      ? { micros: calls.micros[row] as number, currency: words.currencies.text(currency) }
      : undefined;
    const agent = words.agents.text(calls.agent[row] as number) as AgentId;
    const route = words.routes.text(calls.route[row] as number) as RouteId;
    const task = words.tasks.text(calls.task[row] as number);
    const method = this.#candidate.policy.routes.get(route)?.method ?? '';
    const truths: Record<RuleId, Truths[RuleId]> = {};
    for (const one of conditions) {
      const truth =
        one.kind === 'recorded'
          ? was[one.was]
          : one.kind === 'columns'
            ? truthFromColumns(one, method, { agent, task }, money)
            : undefined;
      if (truth !== undefined) truths[one.rule] = truth;
    }
    return truths;
  }

  /** The policies that the tape was recorded under. */
  get policies(): readonly LoadedPolicy[] {
    return this.#policies;
  }
}

const NONE: Truths = {};
/** Different amounts whose truth is remembered, of each condition and currency. */
const AMOUNTS_KEPT = 65_536;
