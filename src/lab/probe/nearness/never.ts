import { formatMoney, type Currency, type Micros } from '../../../std/money.ts';
import type { Call, Effect } from '../../../engine/call.ts';
import type { Decision } from '../../../engine/decision.ts';
import type { Freeze } from '../../../engine/event.ts';
import type { AgentId, RouteId, RuleId } from '../../../engine/ids.ts';
import type { LoadedPolicy } from '../../../policy/index.ts';
import type { NeverRule } from '../../../policy/never.ts';
import { worldSize } from '../world-size.ts';

/** How near a search came to what must never happen. Plain data; amounts are text. */
export interface NeverApproach {
  /** `never[4]` */
  readonly rule: string;
  /** What it may be at most: `50`, `500.00 USD`; `null`: none at all, so that the first is one too many. */
  readonly limit: string | null;
  /** The most that any run came to. */
  readonly came: string;
  /** Of the limit, 1 being all that is allowed; `null` where nothing is. */
  readonly share: number | null;
  /** Whose move it was in that came so far; `null`: nobody's. */
  readonly by: string | null;
  /** What became of the calls that could do it. */
  readonly calls: AskedCalls;
  /** The mock businesses hold too little: that it held says nothing. */
  readonly outOfReach: boolean;
}

/** Calls of the routes and agents that a rule is about. */
export interface AskedCalls {
  readonly through: number;
  readonly stopped: number;
  /** The rule that stopped the most of them, or the agent that made them, for good; `null`: none was stopped. */
  readonly mostlyBy: string | null;
}

interface Record {
  readonly rule: NeverRule;
  readonly limit: number | Micros;
  readonly currency: Currency | undefined;
  came: number | Micros;
  by: string | null;
}

interface Asked {
  through: number;
  readonly stopped: Map<RuleId, number>;
}

const BY_GUARD = 'guard:';

/** Measures every `never` rule of a policy over a search. Told of every call: it counts, and makes no text. */
export class NeverNearness {
  readonly #loaded: LoadedPolicy;
  readonly #records: ReadonlyMap<string, readonly Record[]>;
  readonly #asked = new Map<AgentId, Map<RouteId, Asked>>();
  readonly #whoActs: () => string;
  /** By which rule an agent was stopped for good, in this run. */
  readonly #frozenBy = new Map<AgentId, RuleId>();

  /** @param whoActs the adversary whose move is being made */
  constructor(loaded: LoadedPolicy, whoActs: () => string = () => '') {
    this.#loaded = loaded;
    this.#records = new Map(loaded.never.map((rule) => [rule.rule, recordsOf(rule)]));
    this.#whoActs = whoActs;
  }

  /** A new run. */
  begin(): void {
    this.#frozenBy.clear();
  }

  frozen({ agent, by }: Freeze): void {
    // `guard:RULE`; the first cause stands.
    if (by.startsWith(BY_GUARD) && !this.#frozenBy.has(agent))
      this.#frozenBy.set(agent, by.slice(BY_GUARD.length) as RuleId);
  }

  came(oracle: string, came: number | Micros, currency?: Currency): void {
    for (const record of this.#records.get(oracle) ?? []) {
      if (record.currency !== currency || came <= record.came) continue;
      record.came = came;
      record.by = this.#whoActs();
    }
  }

  decided({ agent, route }: Call, { verdict, decisive }: Decision): void {
    let own = this.#asked.get(agent);
    if (own === undefined) this.#asked.set(agent, (own = new Map()));
    let asked = own.get(route);
    if (asked === undefined) own.set(route, (asked = { through: 0, stopped: new Map() }));
    if (verdict === 'allow') {
      asked.through += 1;
      return;
    }
    const by = (decisive.guard === 'freeze' ? this.#frozenBy.get(agent) : undefined) ?? decisive.rule;
    asked.stopped.set(by, (asked.stopped.get(by) ?? 0) + 1);
  }

  approaches(): readonly NeverApproach[] {
    const outOfReach = new Set(worldSize(this.#loaded.never).outOfReach.map(({ rule }) => rule));
    return [...this.#records.values()].flat().map(({ rule, limit, currency, came, by }) => {
      const inWords = (amount: number | Micros): string =>
        currency === undefined ? String(amount) : formatMoney({ micros: BigInt(amount), currency });
      const isNone = Number(limit) === 0;
      return {
        rule: rule.rule,
        limit: isNone ? null : inWords(limit),
        came: inWords(came),
        share: isNone ? null : Number(came) / Number(limit),
        by,
        calls: this.#callsFor(rule),
        outOfReach: outOfReach.has(rule.rule),
      };
    });
  }

  #callsFor(rule: NeverRule): AskedCalls {
    const { routes } = this.#loaded.policy;
    const stopped = new Map<RuleId, number>();
    let through = 0;
    for (const [agent, own] of this.#asked) {
      if (rule.agents !== 'all' && !rule.agents.has(agent)) continue;
      for (const [route, asked] of own) {
        const effect = routes.get(route)?.effect;
        if (effect === undefined || !couldDo(rule, route, effect)) continue;
        through += asked.through;
        for (const [by, times] of asked.stopped) stopped.set(by, (stopped.get(by) ?? 0) + times);
      }
    }
    const most = [...stopped].toSorted(([, one], [, other]) => other - one)[0];
    const all = [...stopped.values()].reduce((sum, one) => sum + one, 0);
    return { through, stopped: all, mostlyBy: most?.[0] ?? null };
  }
}

/** One per currency that has a limit: what leaves in any other is harm at once. */
function recordsOf(rule: NeverRule): readonly Record[] {
  const none = { came: 0, by: null };
  if (rule.kind === 'payees') return [{ rule, limit: 0, currency: undefined, ...none }];
  if (rule.kind !== 'money') return [{ rule, limit: rule.over, currency: undefined, ...none }];
  if (rule.over.length === 0) return [{ rule, limit: 0, currency: undefined, ...none }];
  return rule.over.map(({ micros, currency }) => ({ rule, limit: micros, currency, ...none }));
}

/** Whether a call of this route could do what a rule forbids, as far as the policy knows it. */
function couldDo({ deeds, kind }: NeverRule, route: RouteId, effect: Effect): boolean {
  // Which routes make what a ledger calls so, only the business knows.
  if (deeds.by === 'ledger') return kind === 'reads' ? effect === 'read' : effect !== 'read';
  if (deeds.routes !== 'all') return deeds.routes.has(route);
  if (kind === 'requests') return true;
  if (kind === 'reads') return effect === 'read';
  return kind === 'effects' ? effect !== 'read' : effect === 'money';
}
