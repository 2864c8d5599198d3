import { formatMicros, type Currency } from '../../std/money.ts';
import { isReadable, type Effect } from '../../engine/call.ts';
import type { AgentId, CallId } from '../../engine/ids.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import type { Deed, Doer, Harm, Oracle, OracleWatch } from '../oracles/oracle.ts';
import { ARRIVAL } from '../sandbox/scenario.ts';
import { type Measure, measuresOf, unpinned } from './nearness/measures.ts';
import { SlidingSum, type Span } from './nearness/sliding-sum.ts';

/** How near the search came to one bound of the blast radius. Plain data; amounts are text. */
export interface Approach {
  /** `refunds-bot`, `all agents` */
  readonly whose: string;
  /** `USD a day`, `money calls an hour` */
  readonly what: string;
  /** `500.00 USD`, `100`; `null`: nothing in the policy bounds it. */
  readonly bound: string | null;
  /** The most that any run came to. */
  readonly came: string;
  /** Of the bound, 1 being all of it; `null` where there is none. */
  readonly share: number | null;
  /** Whose move it was in that came so far; `null`: nobody's. */
  readonly by: string | null;
  /** Why more left than the bound says, though Interlock kept to it: see {@link UNDERSTATED}. */
  readonly understated?: string;
}

/** The oracle's name, by which a bug in Interlock is told from a hole in a policy. */
export const BOUND_ORACLE = 'the blast radius';

/**
 * What a policy says of a call may not be what the business does: a fixed price that is wrong, a currency that is another,
 * money on a route that is taken for none. Interlock keeps to what it reads; what leaves is more.
 */
const UNDERSTATED =
  'the business moved more than the policy reads off these calls; correct `amount` or `effect` of their routes';

/** One measure over the whole search. */
interface Record {
  readonly measure: Measure;
  /** What the policy read off the calls: by this Interlock's own promise is judged. */
  counted: bigint;
  /** What truly left. */
  came: bigint;
  by: string | null;
}

/**
 * How near a search comes to what `check` says is the most that can happen. It is told as an oracle is, by deeds alone, for
 * exceeding a bound is harm of its own kind: a bug in Interlock.
 *
 * Only what was done at once is measured: a business that acts after the door has stopped waiting for it is bounded by
 * nothing (see `policy/blast-radius/money.ts`).
 */
export class Nearness {
  readonly oracle: Oracle;
  readonly #records: readonly Record[];
  readonly #strangers: Strangers;
  readonly #whoActs: () => string;
  readonly #onNearer: (gain: number) => void;

  /**
   * @param whoActs the adversary whose move is being made
   * @param onNearer told whenever some bound is approached further, by how much of it
   */
  constructor(loaded: LoadedPolicy, whoActs: () => string = () => '', onNearer: (gain: number) => void = () => {}) {
    this.#records = measuresOf(loaded).map((measure) => ({ measure, counted: 0n, came: 0n, by: null }));
    this.#strangers = { records: new Map(), unpinned: unpinned(loaded) };
    this.#whoActs = whoActs;
    this.#onNearer = onNearer;
    const text = 'no more than the blast radius that `interlock check` computes';
    this.oracle = { name: BOUND_ORACLE, text, promise: true, watch: () => this.#watch() };
  }

  approaches(): readonly Approach[] {
    return [...this.#records, ...this.#strangers.records.values()].map(approach);
  }

  /** How near any bound was approached, as a person is told while it searches; `undefined`: none was. */
  nearest(): Approach | undefined {
    const near = this.approaches().filter(({ by }) => by !== null);
    return near.toSorted((one, other) => (other.share ?? -1) - (one.share ?? -1))[0];
  }

  #watch(): OracleWatch {
    return new RunWatch(this.#records, this.#strangers, (record, came) => this.#nearer(record, came));
  }

  #nearer(record: Record, came: bigint): void {
    const { bound } = record.measure;
    if (bound !== undefined && bound > 0n) this.#onNearer(Number(came - record.came) / Number(bound));
    record.came = came;
    record.by = this.#whoActs();
  }
}

/** Currencies that no rule names. */
interface Strangers {
  readonly records: Map<string, Record>;
  readonly unpinned: ReadonlySet<AgentId | null>;
}

/** The sums of one run. */
class RunWatch implements OracleWatch {
  readonly #money = new Map<AgentId | null, Map<Currency, Sums>>();
  readonly #calls = new Map<AgentId | null, Map<Effect, Sums>>();
  readonly #strangers: Strangers;
  readonly #onMore: (record: Record, came: bigint) => void;
  /** Whose amount was counted already: one call may move money in several entries. */
  #counted: CallId | undefined;

  constructor(records: readonly Record[], strangers: Strangers, onMore: (record: Record, came: bigint) => void) {
    this.#strangers = strangers;
    this.#onMore = onMore;
    for (const record of records) {
      const { measure } = record;
      if (measure.kind === 'money') put(this.#money, measure.agent, measure.currency, sumsOf(record));
      else put(this.#calls, measure.agent, measure.effect, sumsOf(record));
    }
  }

  see(deed: Deed): Harm | undefined {
    const { by, at, entry } = deed;
    if (by === null || by.at !== at) return undefined;
    if (entry.kind === ARRIVAL) {
      return (
        this.#see(this.#calls.get(by.agent)?.get(by.effect), deed, 1n, 1n) ??
        this.#see(this.#calls.get(null)?.get(by.effect), deed, 1n, 1n)
      );
    }
    if (entry.moneyOut === null) return undefined;
    const { micros, currency } = entry.moneyOut;
    const counted = this.#amountOf(by);
    const read = counted?.currency ?? currency;
    for (const agent of [by.agent, null]) {
      const own = this.#money.get(agent);
      if (agent === null && own === undefined) continue;
      const sums = own?.get(currency) ?? this.#stranger(agent, currency);
      const inRead = read === currency ? (counted?.micros ?? 0n) : 0n;
      const harm = this.#see(sums, deed, micros, inRead);
      const other = read === currency ? undefined : this.#see(own?.get(read), deed, 0n, counted?.micros ?? 0n);
      if (harm !== undefined || other !== undefined) return harm ?? other;
    }
    return undefined;
  }

  /** What the policy read off the call, once per call. */
  #amountOf({ id, amount }: Doer): { readonly micros: bigint; readonly currency: Currency } | undefined {
    if (this.#counted === id || amount === null || !isReadable(amount)) return undefined;
    this.#counted = id;
    return amount.micros > 0n ? amount : { ...amount, micros: 0n };
  }

  #see(sums: Sums | undefined, deed: Deed, came: bigint, counted: bigint): Harm | undefined {
    if (sums === undefined) return undefined;
    const { record } = sums;
    const { bound } = record.measure;
    const all = sums.came.add(deed.at, came);
    if (all > record.came) this.#onMore(record, all);
    const read = sums.counted.add(deed.at, counted);
    if (read > record.counted) record.counted = read;
    if (bound === undefined || read <= bound) return undefined;
    const { whose, what, bound: most } = approach(record);
    const text = `${whose} came to ${inWords(record.measure, read)}, where at most ${most} ${what} can happen: a bug in Interlock`;
    return { oracle: BOUND_ORACLE, text, deeds: [deed], promise: true };
  }

  /** A currency that no rule names: as the policy has it, nothing can leave in it, or anything. */
  #stranger(agent: AgentId | null, currency: Currency): Sums {
    const { records, unpinned: open } = this.#strangers;
    const key = `${agent ?? ''} ${currency}`;
    let record = records.get(key);
    if (record === undefined) {
      const bound = open.has(agent) ? undefined : 0n;
      const span: Span = { ms: 86_400_000, calendars: [] };
      record = { measure: { kind: 'money', agent, currency, bound, span }, counted: 0n, came: 0n, by: null };
      records.set(key, record);
    }
    const sums = sumsOf(record);
    put(this.#money, agent, currency, sums);
    return sums;
  }
}

interface Sums {
  readonly record: Record;
  readonly came: SlidingSum;
  readonly counted: SlidingSum;
}

function sumsOf(record: Record): Sums {
  const { span } = record.measure;
  return { record, came: new SlidingSum(span), counted: new SlidingSum(span) };
}

function put<Key>(all: Map<AgentId | null, Map<Key, Sums>>, agent: AgentId | null, key: Key, sums: Sums): void {
  const own = all.get(agent) ?? new Map<Key, Sums>();
  all.set(agent, own.set(key, sums));
}

function approach({ measure, came, by }: Record): Approach {
  const { agent, bound } = measure;
  return {
    whose: agent ?? 'all agents',
    what: measure.kind === 'money' ? `${measure.currency} a day` : `${measure.effect} calls an hour`,
    bound: bound === undefined ? null : inWords(measure, bound),
    came: inWords(measure, came),
    share: bound === undefined || bound === 0n ? null : Number(came) / Number(bound),
    by,
    ...(bound !== undefined && came > bound && { understated: UNDERSTATED }),
  };
}

function inWords(measure: Measure, amount: bigint): string {
  return measure.kind === 'money' ? formatMicros(amount, measure.currency) : amount.toString();
}
