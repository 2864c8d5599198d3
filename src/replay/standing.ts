import { isWrite, type Call } from '../engine/call.ts';
import type { AgentId, RouteId } from '../engine/ids.ts';
import { minorDigits } from '../std/money.ts';
import type { CallEntry } from '../journal/index.ts';
import { isPseudonymous } from '../journal/vault/seal.ts';
import type { LoadedPolicy } from '../policy/index.ts';
import { EFFECTS, NO_AMOUNT, ODD_AMOUNT, STAGES, type Tape } from '../warehouse/tape/tape.ts';
import { Comparison, type ConditionPlan } from './plan.ts';

/** Why a write could not be answered honestly, were it captured: a matter of the candidate's route and stage alone. */
export function unanswerableUnder(
  candidate: LoadedPolicy,
  recorded: Call['unanswerable'],
  { agent, route: from, stage }: Pick<CallEntry, 'agent' | 'route' | 'stage'>,
  to: RouteId,
  was: LoadedPolicy,
): Call['unanswerable'] {
  const { agents, routes } = candidate.policy;
  const is = routes.get(to);
  if (agents.get(agent)?.stage !== 'shadow' || is === undefined || !isWrite(is.effect)) return undefined;
  // What was imported has an answer: the one that was recorded.
  const wasAsked = stage === 'shadow' && was.policy.routes.get(from)?.unanswerable !== undefined;
  return wasAsked && recorded === undefined ? undefined : is.unanswerable;
}

/** Whether the candidate has rules that may hold such a call: they ask for the envelope that an approval would be of. */
export function mayHold({ policy }: LoadedPolicy, agent: AgentId, route: RouteId): boolean {
  const rules = policy.agents.get(agent)?.rules;
  return [rules?.approval, rules?.provenance, rules?.volume].some((kind) =>
    kind?.some(({ routes }) => routes === 'all' || routes.has(route)),
  );
}

export function effectUnder({ policy }: LoadedPolicy, route: RouteId): Call['effect'] {
  return policy.routes.get(route)?.effect ?? 'destructive';
}

/** What all calls of one agent on one route, in one stage and under one policy, ask of their rows. */
interface Ask {
  readonly needsEnvelope: boolean;
  readonly recognises: boolean;
  readonly conditions: readonly ConditionPlan[];
}

interface AskBook {
  get(key: number): Ask | null | undefined;
  set(key: number, ask: Ask | null): void;
}

/** Every row asks: where there are few kinds of rows, an array answers in a fifth of the time that a Map takes. */
class DenseAsks implements AskBook {
  readonly #asks: (Ask | null | undefined)[] = [];

  get(key: number): Ask | null | undefined {
    return this.#asks[key];
  }

  set(key: number, ask: Ask | null): void {
    while (this.#asks.length <= key) this.#asks.push(undefined);
    this.#asks[key] = ask;
  }
}

/** Eight bytes each. */
const ASKS_DENSE_MAX = 2 ** 20;

/**
 * Which rows of a tape have every fact of a candidate in their columns, told from the columns alone. Of any other row the record
 * must be looked at, and may have them all the same.
 *
 * INVARIANT: of a row that stands, `FactRecorder` would find nothing (`test/replay/sealed.test.ts`).
 */
export class Standing {
  readonly #candidate: LoadedPolicy;
  readonly #tape: Tape;
  readonly #policies: readonly LoadedPolicy[];
  readonly #comparisons: readonly Comparison[];
  /** Whether there is a key by which personal data would be recognised. */
  readonly #hasKey: boolean;
  /** `null`: their records must be looked at. */
  readonly #asks: AskBook;
  readonly #recorded = new Map<number, ReadonlySet<string>>();

  constructor(candidate: LoadedPolicy, tape: Tape, policies: readonly LoadedPolicy[], hasKey: boolean) {
    this.#candidate = candidate;
    this.#tape = tape;
    this.#policies = policies;
    this.#comparisons = policies.map((was) => new Comparison(was, candidate));
    this.#hasKey = hasKey;
    const { agents, routes, upstreams } = tape.dictionaries;
    const places = policies.length * agents.size * routes.size * upstreams.size * EFFECTS.length * STAGES.length;
    this.#asks = places <= ASKS_DENSE_MAX ? new DenseAsks() : new Map<number, Ask | null>();
  }

  /** The rows whose records must be looked at, in order; `undefined`: more than `max`. */
  rowsToRead(max: number): readonly number[] | undefined {
    const { size } = this.#tape.calls;
    const rows: number[] = [];
    for (let row = 0; row < size; row += 1) {
      if (this.stands(row)) continue;
      if (rows.length === max) return undefined;
      rows.push(row);
    }
    return rows;
  }

  stands(row: number): boolean {
    const { calls, dictionaries: words } = this.#tape;
    if (calls.particulars.size > 0 && calls.particulars.has(row)) return false;
    if (calls.unanswerable.size > 0 && calls.unanswerable.has(row)) return false;
    const ask = this.#ask(row);
    if (ask === null || (ask.needsEnvelope && !calls.envelopes.has(row))) return false;
    if (ask.recognises) {
      const subject = calls.subject[row] as number;
      if (subject !== 0 && !isPseudonymous(words.subjects.text(subject).slice(1))) return false;
    }
    for (const condition of ask.conditions) if (!this.#isKnown(condition, row)) return false;
    return true;
  }

  #ask(row: number): Ask | null {
    const { calls, dictionaries: words } = this.#tape;
    const [agent, route, upstream] = [calls.agent[row] ?? 0, calls.route[row] ?? 0, calls.upstream[row] ?? 0];
    const place = ((calls.policy[row] ?? 0) * words.agents.size + agent) * words.routes.size + route;
    const how = (calls.stage[row] ?? 0) * EFFECTS.length + (calls.effect[row] ?? 0);
    const key = (place * words.upstreams.size + upstream) * EFFECTS.length * STAGES.length + how;
    let ask = this.#asks.get(key);
    if (ask === undefined) this.#asks.set(key, (ask = this.#asked(row)));
    return ask;
  }

  #asked(row: number): Ask | null {
    const { calls, dictionaries: words } = this.#tape;
    const place = calls.policy[row] as number;
    const [was, comparison] = [this.#policies[place] as LoadedPolicy, this.#comparisons[place] as Comparison];
    const agent = words.agents.text(calls.agent[row] as number) as AgentId;
    const route = words.routes.text(calls.route[row] as number) as RouteId;
    const stage = STAGES[calls.stage[row] as number] ?? 'sandbox';
    if (!comparison.routesAlike(words.upstreams.text(calls.upstream[row] as number))) return null;
    const plan = comparison.plan(agent, route, route);
    if (!plan.isColumnar || EFFECTS[calls.effect[row] as number] !== effectUnder(this.#candidate, route)) return null;
    if (unanswerableUnder(this.#candidate, undefined, { agent, route, stage }, route, was) !== undefined) return null;
    return {
      needsEnvelope: mayHold(this.#candidate, agent, route),
      recognises: this.#hasKey && this.#candidate.privacy.routes.get(route)?.subject !== undefined,
      conditions: plan.conditions,
    };
  }

  /** Whether the columns say what a condition makes of the row. */
  #isKnown(condition: ConditionPlan, row: number): boolean {
    const { calls, dictionaries: words } = this.#tape;
    if (condition.kind === 'request') return false;
    if (condition.kind === 'recorded') return this.#recordedIn(calls.conditions[row] as number).has(condition.was);
    if (condition.amount === null) return true;
    const currency = calls.currency[row] as number;
    if (currency === NO_AMOUNT || currency === ODD_AMOUNT) return false;
    const digits = minorDigits(words.currencies.text(currency));
    return Number.isSafeInteger((calls.micros[row] as number) / 10 ** (6 - digits));
  }

  /** The rules of which the recorded conditions hold a truth. */
  #recordedIn(conditions: number): ReadonlySet<string> {
    let rules = this.#recorded.get(conditions);
    if (rules === undefined) {
      rules = new Set(Object.keys(JSON.parse(this.#tape.dictionaries.conditions.text(conditions)) as object));
      this.#recorded.set(conditions, rules);
    }
    return rules;
  }
}
